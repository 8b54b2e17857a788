// What the codecs are called, and what they share: the method, the levels, the piece.
//
// The codec room is the only one that sees libdeflate, ISA-L, zlib and libzstd. Everything here
// works on whole buffers or streams of bytes; files, archives and threads are other rooms'
// business.
#pragma once

#include <cstddef>
#include <string_view>

#include "penstock/codec.h"

namespace penstock {

std::string_view name(Codec codec);  // "store", "deflate", "huffman", "zstd"

// A file longer than this is cut into pieces of exactly this many bytes (the last may be shorter),
// compressed independently of each other and joined by concatenation. Part of the output's
// definition: changing it changes archives.
inline constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

}  // namespace penstock
