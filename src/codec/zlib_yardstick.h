// zlib itself, the codec everybody knows: what `penstock bench` compares with. Nothing else of ours
// compresses with it.
#pragma once

#include "base/bytes.h"

namespace penstock {

// `input` in the zlib format (RFC 1950) at zlib's `level` (1..9); the size, 0 when it does not fit
// into `out`. Threads: any.
std::size_t zlib_compress(Bytes input, int level, MutableBytes out);

}  // namespace penstock
