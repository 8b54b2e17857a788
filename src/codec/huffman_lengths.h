// Optimal prefix codes of limited length: the package-merge algorithm (L. L. Larmore and D. S.
// Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", JACM 37(3), 1990), and
// the canonical codes that DEFLATE gives to lengths (RFC 1951 section 3.2.2). Inside the room only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace penstock::huffman {

inline constexpr std::size_t kLengthSymbolsMost = 257;
inline constexpr unsigned kLengthLimitMost = 11;

// Gives each symbol with a count above zero a length of 1 to `limit` bits, the others 0, so that
// the sum of count * length is as small as the limit allows and the code is complete (its Kraft sum
// is exactly 1). The same on every machine. Preconditions: at least two counts above zero and no
// more than 2^limit; no count above 2^22; at most kLengthSymbolsMost symbols; limit at most
// kLengthLimitMost; both spans of one size.
void limited_lengths(std::span<const std::uint32_t> counts, unsigned limit,
                     std::span<std::uint8_t> lengths);

// The codes of `lengths`, first bit lowest, as they stand in the stream.
void canonical_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes);

}  // namespace penstock::huffman
