#include "codec/huffman_encoder.h"

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "codec/huffman_encoder_testing.h"

namespace penstock::huffman {
namespace {

using test::Buffer;
using test::deflate_at;
using test::expect_sound;
using test::Made;

TEST(HuffmanEncoder, EveryLengthIsReadByEverybody) {
  const Buffer data = test::skewed_bytes(70'000, 60, 85, 1);
  for (std::size_t size = 0; size <= 2'000; ++size) expect_sound(Bytes(data).first(size));
  for (std::size_t size = 2'000; size <= data.size(); size += 499)
    expect_sound(Bytes(data).first(size));
}

TEST(HuffmanEncoder, EveryAlphabetIsReadByEverybody) {
  for (std::size_t alphabet = 1; alphabet <= 256; ++alphabet)
    expect_sound(test::skewed_bytes(5'000, alphabet, 97, alphabet));
}

TEST(HuffmanEncoder, LengthsAroundTheSampleAndTheBlockAreReadByEverybody) {
  const Buffer data = test::skewed_bytes(3 * kBlockBytes, 256, 96, 2);
  for (const std::size_t around : {kBlockBytes / 2, kBlockBytes, 2 * kBlockBytes})
    for (std::size_t size = around - 9; size <= around + 9; ++size)
      expect_sound(Bytes(data).first(size));
}

TEST(HuffmanEncoder, OneByteOverAndOverTakesABitEach) {
  const Buffer data(200'000, std::byte{'x'});
  expect_sound(data);
  EXPECT_LT(deflate_at(cpu_level(), data).stream.size(), data.size() / 8 + 100);
}

TEST(HuffmanEncoder, RareBytesThatASampleMissesHaveACode) {
  for (std::size_t at = 0; at < 1'000; at += 7) {
    Buffer data = test::skewed_bytes(kBlockBytes, 20, 80, 3);
    data[at] = std::byte{0xEE};
    data[data.size() - 1 - at] = std::byte{0xEF};
    const Made made = deflate_at(cpu_level(), data);
    const auto back = test::libdeflate_inflate(made.stream, data.size());
    ASSERT_TRUE(back && *back == data) << at;
  }
}

TEST(HuffmanEncoder, CountsThatGrowLikeFibonacciReachTheLimit) {
  Buffer data;
  std::size_t a = 1;
  std::size_t b = 1;
  for (unsigned value = 0; value < 22; ++value) {
    data.insert(data.end(), a, static_cast<std::byte>(value));
    b = std::exchange(a, a + b);
  }
  std::shuffle(data.begin(), data.end(), std::mt19937_64(1));
  expect_sound(data);
  expect_sound(Bytes(data).first(60'000));
}

TEST(HuffmanEncoder, RandomBytesAreStored) {
  for (const std::size_t size : {1U, 30U, 1'000U, 65'535U, 65'536U, 131'072U, 400'001U}) {
    const Buffer data = test::random_bytes(size, size);
    expect_sound(data);
    for (const BlockEntry& entry : deflate_at(cpu_level(), data).index)
      EXPECT_EQ(entry.kind, BlockKind::kStored);
  }
}

TEST(HuffmanEncoder, MixedDataIsReadByEverybody) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    expect_sound(test::mixed_bytes(600'000 + seed * 1'000, seed));
}

// What the sample sees is one byte, what it does not see is random: coding it would take 11 bits
// for most bytes.
TEST(HuffmanEncoder, ASampleThatDeceivesCostsNothing) {
  Buffer data = test::random_bytes(4 * kBlockBytes, 4);
  for (std::size_t at = 0; at < data.size(); at += 64) {
    const std::size_t group = at % kBlockBytes / 256;
    const std::size_t counted = (group ^ group >> 2 ^ group >> 4 ^ group >> 6 ^ group >> 8) % 4;
    if (at / 64 % 4 == counted)
      std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(at), 64, std::byte{0});
  }
  expect_sound(data);
}

TEST(HuffmanEncoder, PiecesThatAreNotTheLastMayBeJoined) {
  const Buffer data = test::mixed_bytes(500'000, 5);
  for (const std::size_t cut : {0U, 1U, 77U, 131'072U, 131'073U, 300'000U, 500'000U}) {
    Buffer joined = deflate_at(cpu_level(), Bytes(data).first(cut), false).stream;
    append(joined, deflate_at(cpu_level(), {}, false).stream);
    append(joined, deflate_at(cpu_level(), Bytes(data).subspan(cut)).stream);
    test::expect_witnesses_agree(data, joined);
  }
}

TEST(HuffmanEncoder, APieceThatIsNotTheLastEndsWithAnEmptyBlockOutsideTheIndex) {
  EXPECT_EQ(deflate_at(cpu_level(), {}, false).stream.size(), 5U);
  EXPECT_TRUE(deflate_at(cpu_level(), {}, false).index.empty());
  const Buffer data = test::skewed_bytes(10'000, 30, 80, 6);
  const Made made = deflate_at(cpu_level(), data, false);
  EXPECT_EQ(made.index.size(), 1U);
  constexpr std::array kFlush = {std::byte{0}, std::byte{0}, std::byte{0xFF}, std::byte{0xFF}};
  EXPECT_TRUE(std::ranges::equal(Bytes(made.stream).last(4), kFlush));
}

TEST(HuffmanEncoder, AnEmptyStreamIsOneStoredBlock) {
  const Made made = deflate_at(cpu_level(), {});
  ASSERT_EQ(made.index.size(), 1U);
  EXPECT_EQ(made.index[0].kind, BlockKind::kStored);
  EXPECT_EQ(made.index[0].bytes, 0U);
  EXPECT_EQ(test::index_error(made.stream, made.index, 0), "");
}

TEST(HuffmanEncoder, WithoutAnIndexTheStreamIsTheSame) {
  const Buffer data = test::mixed_bytes(300'000, 7);
  auto encoder = Encoder::create();
  Buffer out(Encoder::bound(data.size()));
  out.resize(encoder->deflate(data, true, out, nullptr));
  EXPECT_EQ(out, deflate_at(cpu_level(), data).stream);
}

TEST(HuffmanEncoder, AnEncoderRemembersNothing) {
  auto encoder = Encoder::create();
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Buffer data = test::mixed_bytes(200'000, seed);
    Buffer out(Encoder::bound(data.size()));
    out.resize(encoder->deflate(data, true, out, nullptr));
    EXPECT_EQ(out, deflate_at(cpu_level(), data).stream);
  }
}

}  // namespace
}  // namespace penstock::huffman
