// The innermost loop of the 1-symbol decoding, written for the processor. Inside the room only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/huffman_block.h"
#include "codec/huffman_tables.h"

namespace penstock::huffman {

// The runs of a block on their way.
struct Streams {
  std::array<std::uint64_t, kStreams> bits;      // the buffers (huffman_streams.h)
  std::array<const std::uint8_t*, kStreams> in;  // the bytes their bits begin in
  std::array<std::uint8_t*, kStreams> out;
};

// How many symbols a round takes from each buffer before it is filled again.
inline constexpr std::size_t kLookups = 5;

#if defined(__x86_64__) && defined(__ELF__)
#define PENSTOCK_HUFFMAN_ROUNDS 1

// The runs of a full block of ours begin at this distance; the loop knows no other.
inline constexpr std::size_t kRoundsStride = kBlockBytes / kStreams;

// Makes `rounds` > 0 rounds with runs that are kRoundsStride apart, and moves `bits` and `in`; of
// `out`, only the first is used, and none is moved. Returns how many bits were used before each
// refill, ored: with 64 among them, something was no literal.
// Every run reads the word at `in`, and at most 8 bytes further with every round; it writes
// kLookups bytes with every round. Needs BMI2 and LZCNT.
extern "C" std::uint64_t penstock_huffman_rounds(Streams* streams, const Single* table,
                                                 std::size_t rounds);
#endif

}  // namespace penstock::huffman
