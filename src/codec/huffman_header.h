// The header of a dynamic DEFLATE block that holds literals only (RFC 1951 section 3.2.7). Inside
// the room only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/huffman_bits.h"

namespace penstock::huffman {

inline constexpr std::size_t kLiteralSymbols = 257;  // the bytes and end-of-block

// What write_header() writes, at most: the fixed fields, 19 lengths of 3 bits, 259 of 7 bits.
inline constexpr std::size_t kHeaderBytesMost = (3 + 14 + 19 * 3 + 259 * 7 + 7) / 8 + 1;

// `lengths` must be those of a complete code of at most kCodeBitsMost bits in which end-of-block
// has a code. Two distance codes of one bit are added that nothing uses, as zlib does: some
// decoders do not take none.
void write_header(bool final, const std::array<std::uint8_t, kLiteralSymbols>& lengths,
                  CodeWriter& out);

}  // namespace penstock::huffman
