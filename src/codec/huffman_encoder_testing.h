// What the tests of the Huffman encoder expect of every stream it makes.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/huffman_encoder.h"
#include "codec/huffman_path.h"
#include "codec/huffman_witness.h"
#include "codec/zlib_streams.h"

namespace penstock::test {

using huffman::BlockEntry;

inline constexpr std::array kEncoderLevels = {CpuLevel::kPortable, CpuLevel::kAvx2,
                                              CpuLevel::kAvx512};

// Whether this processor has what the encoder's path of `level` needs (not every kAvx512 does).
inline bool encoder_takes(CpuLevel level) {
  if (level == CpuLevel::kPortable) return true;
  return (level == CpuLevel::kAvx2 ? huffman::encoder_avx2() : huffman::encoder_avx512()) !=
         nullptr;
}

struct Made {
  Buffer stream;
  std::vector<BlockEntry> index;
};

inline Made deflate_at(CpuLevel level, Bytes input, bool last = true) {
  auto encoder = huffman::Encoder::create(level);
  Made made;
  made.stream.resize(huffman::Encoder::bound(input.size()));
  made.stream.resize(encoder->deflate(input, last, made.stream, &made.index));
  return made;
}

inline bool same_entry(const BlockEntry& a, const BlockEntry& b) {
  return a.kind == b.kind && a.bytes == b.bytes && a.stream_bits == b.stream_bits;
}

// In the file (docs/formats/huffman-gzip.md).
inline std::size_t index_bytes(std::span<const BlockEntry> index) {
  std::size_t bytes = 0;
  for (const BlockEntry& entry : index) bytes += entry.kind == huffman::BlockKind::kStored ? 4 : 28;
  return bytes;
}

// `size` bytes of which `alphabet` values occur, each about `percent` % as often as the one before.
inline Buffer skewed_bytes(std::size_t size, std::size_t alphabet, unsigned percent,
                           std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer data(size);
  for (std::byte& b : data) {
    std::size_t value = 0;
    while (value + 1 < alphabet && random() % 100 < percent) ++value;
    b = static_cast<std::byte>(value * 37 + seed);
  }
  return data;
}

inline void expect_witnesses_agree(Bytes input, Bytes stream) {
  const auto zlib = zlib_inflate(stream, input.size());
  EXPECT_TRUE(zlib.ok);
  EXPECT_EQ(zlib.consumed, stream.size());
  EXPECT_TRUE(std::ranges::equal(zlib.data, input));
  const auto libdeflate = libdeflate_inflate(stream, input.size());
  EXPECT_TRUE(libdeflate && std::ranges::equal(*libdeflate, input));
  const auto isal = isal_inflate(stream, input.size());
  EXPECT_TRUE(isal && std::ranges::equal(*isal, input));
}

// All paths give the same, and all witnesses read it. Returns what was made. (A path that this
// processor has not is left out: HuffmanGolden is skipped for it, and so shows that.)
inline Made expect_one_stream_for_all(Bytes all) {
  const Buffer input(all.begin(), all.end());  // nothing can be read behind it unnoticed
  Made made = deflate_at(CpuLevel::kPortable, input);
  for (const CpuLevel level : kEncoderLevels) {
    if (!encoder_takes(level)) continue;
    const Made other = deflate_at(level, input);
    EXPECT_EQ(other.stream, made.stream) << name(level);
    EXPECT_TRUE(std::ranges::equal(other.index, made.index, same_entry)) << name(level);
  }
  expect_witnesses_agree(input, made.stream);
  return made;
}

// Every promise about one input: also, the index is true, and with it the stream is hardly longer
// than the input.
inline void expect_sound(Bytes input) {
  SCOPED_TRACE("input of " + std::to_string(input.size()));
  const Made made = expect_one_stream_for_all(input);
  EXPECT_EQ(index_error(made.stream, made.index, input.size()), "");
  EXPECT_LE(made.stream.size() + index_bytes(made.index), input.size() + input.size() / 2000 + 9);
}

}  // namespace penstock::test
