// The innermost loops of the decoding, written for the processor. Inside the room only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/huffman_block.h"
#include "codec/huffman_tables.h"

namespace penstock::huffman {

// The runs of a block on their way, when a lookup gives one symbol.
struct Streams {
  std::array<std::uint64_t, kStreams> bits;      // the buffers (huffman_streams.h)
  std::array<const std::uint8_t*, kStreams> in;  // the bytes their bits begin in
  std::array<std::uint8_t*, kStreams> out;
};

// The same when a lookup gives several.
struct MultiStreams {
  std::array<const std::uint8_t*, kStreams> in;  // the word of each, of which `at` uses bits
  // In the lowest byte the bits that are used, at most 7 between rounds; in the second
  // kCodeBitsMost; from kCountShift on how many bytes are made: an entry's lower half added is the
  // step it makes.
  std::array<std::uint64_t, kStreams> at;
  std::array<std::uint8_t*, kStreams> out;  // where each run begins
};
inline constexpr unsigned kUsedMask = 0xFF;
inline constexpr unsigned kTakenShift = 8;

// How many lookups are made in each run before more of its input is read.
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

// The same with several symbols a lookup. Of `out`, only the first is used; every run reads the
// word at `in`, and at most 7 bytes further with every round; it writes kMultiMost bytes with every
// lookup, behind those it has made.
extern "C" void penstock_huffman_multi_rounds(MultiStreams* streams, const Multi* table,
                                              std::size_t rounds);
#endif

}  // namespace penstock::huffman
