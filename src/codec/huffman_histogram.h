// How often each byte occurs, or nearly: long blocks are sampled. Inside the room only.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "codec/huffman_path.h"

namespace penstock::huffman {

// Blocks of at least this size are sampled: one line of kSampleLine bytes out of kSampleStep. Part
// of the output's definition, as is which line.
inline constexpr std::size_t kSampledFrom = std::size_t{64} << 10;
inline constexpr std::size_t kSampleLine = 64;
inline constexpr std::size_t kSampleStep = 4;

struct Histogram {
  std::array<std::uint32_t, kLiteralSymbols> counts{};  // above zero for exactly what occurs
  std::uint32_t total = 0;                              // of them all; end-of-block is not counted
};

// Sampled counts are scaled to the block. Precondition: block.size() <= kBlockBytes.
Histogram count_bytes(const EncoderPath& path, Bytes block);

}  // namespace penstock::huffman
