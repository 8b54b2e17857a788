#include "codec/match_gain.h"

#include <gtest/gtest.h>

#include "codec/test_data.h"

namespace penstock {
namespace {

// Two of six bits of a random byte: skewed, full of short repeats, and nothing for LZ.
test::Buffer independent_bytes(std::size_t size) {
  test::Buffer data = test::random_bytes(size, 5);
  for (std::byte& b : data) b &= std::byte{0x2D};
  return data;
}

TEST(MatchGain, IsNoneWhereBytesAreIndependent) {
  for (const std::size_t size : {1000UL, 100'000UL, 1'000'000UL}) {
    EXPECT_LT(match_gain(test::random_bytes(size, 1)), 5U);
    EXPECT_LT(match_gain(independent_bytes(size)), 10U);
  }
}

TEST(MatchGain, IsBeyondDoubtWhereTheyRepeat) {
  EXPECT_GE(match_gain(test::text_bytes(1'000'000, 1)), kMatchGainEnough);
  EXPECT_GE(match_gain(test::Buffer(1'000'000)), kMatchGainEnough);
}

TEST(MatchGain, IsSomethingWhereAPartRepeats) {
  test::Buffer data = independent_bytes(1'000'000);
  const test::Buffer text = test::text_bytes(150'000, 1);
  std::copy(text.begin(), text.end(), data.begin());
  const unsigned gain = match_gain(data);
  EXPECT_GT(gain, 20U);
  EXPECT_LT(gain, 400U);
}

TEST(MatchGain, TakesAnyLength) {
  for (std::size_t size = 0; size < 20; ++size) EXPECT_LE(match_gain(test::Buffer(size)), 1000U);
}

}  // namespace
}  // namespace penstock
