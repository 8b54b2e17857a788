#include <gtest/gtest.h>

#include "codec/compressor.h"
#include "codec/test_data.h"

namespace penstock {
namespace {

using test::Buffer;

// From inside of compressed streams: their first bytes, the code lengths, are less random.
Buffer compressed(std::size_t size, int level) {
  auto compressor = Compressor::create(Codec::kDeflate, level);
  Buffer all;
  for (std::uint64_t seed = 0; all.size() < size; ++seed) {
    const Buffer text = test::text_bytes(kPieceBytes, seed);
    Buffer out(Compressor::bound(text.size()));
    out.resize(*compressor->compress(text, out));
    append(all, Bytes(out).subspan(500));
  }
  all.resize(size);
  return all;
}

constexpr std::array<std::size_t, 6> kSizes{1'024, 1'500, 5'000, 12'000, 100'000, kPieceBytes};

TEST(Probe, KnowsRandomData) {
  for (const std::size_t size : kSizes)
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      EXPECT_TRUE(looks_incompressible(test::random_bytes(size, seed))) << size << " " << seed;
}

TEST(Probe, KnowsCompressedData) {
  for (const std::size_t size : kSizes)
    for (const int level : {2, 6})
      EXPECT_TRUE(looks_incompressible(compressed(size, level))) << size << " " << level;
}

TEST(Probe, KnowsCompressedDataBehindAHeader) {
  Buffer data = test::text_bytes(600, 1);
  append(data, compressed(100'000, 6));
  EXPECT_TRUE(looks_incompressible(data));
}

TEST(Probe, LeavesWhatCompressesToTheCompressor) {
  for (const std::size_t size : kSizes) {
    EXPECT_FALSE(looks_incompressible(test::text_bytes(size, size))) << size;
    EXPECT_FALSE(looks_incompressible(Buffer(size))) << size;
    EXPECT_FALSE(looks_incompressible(Buffer(size, std::byte{0xAB}))) << size;
  }
}

TEST(Probe, SaysNoToLittleData) {
  EXPECT_FALSE(looks_incompressible({}));
  EXPECT_FALSE(looks_incompressible(test::random_bytes(1'023, 1)));
}

TEST(Probe, SeesRepeatsInOtherwiseRandomData) {
  // Every byte value is as frequent as in random data; what repeats is the order.
  for (const std::size_t period : std::initializer_list<std::size_t>{256, 500}) {
    const Buffer pattern = test::random_bytes(period, 1);
    Buffer data;
    while (data.size() < 50'000) append(data, pattern);
    EXPECT_FALSE(looks_incompressible(data)) << period;
  }
}

TEST(Probe, SeesThatAPartCompresses) {
  Buffer data = test::random_bytes(60'000, 1);
  append(data, test::text_bytes(60'000, 1));
  EXPECT_FALSE(looks_incompressible(data));
}

TEST(Probe, SaysTheSameForTheSameData) {
  // Wherever it lies in memory.
  const Buffer random = test::random_bytes(20'001, 1);
  Buffer moved(1);
  append(moved, random);
  EXPECT_EQ(looks_incompressible(random), looks_incompressible(Bytes(moved).subspan(1)));
}

}  // namespace
}  // namespace penstock
