// What the Huffman encoder and decoder agree on: DEFLATE blocks (RFC 1951) that hold literals only,
// and where inside them eight decoders can begin at once. docs/formats/huffman-gzip.md is the page.
//
// A block's symbols are cut into kStreams runs of equal length (the last takes the rest), which
// follow each other in the block without a gap. Whoever knows where each run begins decodes all of
// them side by side; whoever does not, reads an ordinary block. An index can only be wrong, never
// change the bytes: when run i, decoded without meeting an end-of-block, ends at exactly the bit
// where run i + 1 was begun, the parallel decoding is the sequential one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace penstock::huffman {

inline constexpr std::size_t kStreams = 8;
// Longer codes would save next to nothing, and five of these fit one 64-bit refill.
inline constexpr unsigned kCodeBitsMost = 11;
// How much one Huffman block of ours covers; the last one of a stream may be shorter. Part of the
// output's definition.
inline constexpr std::size_t kBlockBytes = std::size_t{128} << 10;

enum class BlockKind : std::uint8_t {
  kStored = 0,   // a stored block of `bytes` <= 65,535
  kHuffman = 1,  // a dynamic block of `bytes` literals with these streams
};

// What an entry takes in the index (docs/formats/huffman-gzip.md).
inline constexpr std::size_t kStoredEntryBytes = 4;
inline constexpr std::size_t kHuffmanEntryBytes = kStoredEntryBytes + 3 * kStreams;

// One DEFLATE block, as the index describes it.
struct BlockEntry {
  BlockKind kind = BlockKind::kStored;
  std::uint32_t bytes = 0;  // of output
  // kHuffman: the bits of each run's codes. Run i holds bytes / kStreams symbols, the last one
  // bytes % kStreams more.
  std::array<std::uint32_t, kStreams> stream_bits{};
};

}  // namespace penstock::huffman
