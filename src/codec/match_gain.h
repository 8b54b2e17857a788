// Whether LZ is worth its time where Huffman coding alone is ten times faster. Inside the room
// only.
#pragma once

#include "base/bytes.h"

namespace penstock {

// From here on nobody need know more exactly.
inline constexpr unsigned kMatchGainEnough = 100;

// By how much matches would shrink the Huffman-coded data, in thousandths, estimated from samples
// of 32 KiB at most. At least kMatchGainEnough: stopped early, and the gain is that or more. The
// same answer everywhere.
unsigned match_gain(Bytes data);

}  // namespace penstock
