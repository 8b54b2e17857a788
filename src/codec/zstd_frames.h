// What a zstd frame asks of its reader, read from its header (RFC 8878 section 3.1.1). Inside the
// room only.
#pragma once

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Windows above 2^27 bytes are refused, in memory or streaming alike.
inline constexpr int kZstdWindowLogMost = 27;

// Walks the frames of `input`: at least one, the last ending exactly at its end. kCorrupt
// otherwise; kUnsupported when one has a larger window.
Status check_zstd_windows(Bytes input);

}  // namespace penstock
