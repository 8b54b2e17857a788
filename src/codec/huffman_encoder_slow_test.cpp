#include <gtest/gtest.h>

#include "codec/huffman_data.h"
#include "codec/huffman_encoder_testing.h"

namespace penstock::huffman {
namespace {

// Cut into ranges that tests can run side by side.
class HuffmanEncoderLengths : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kRange = 5'000;
};

TEST_P(HuffmanEncoderLengths, AreAllReadByEverybody) {
  const test::Buffer data = test::skewed_bytes(GetParam() + kRange, 60, 85, 1);
  for (std::size_t size = GetParam(); size <= data.size(); ++size)
    if (size % 32 == 0)
      test::expect_sound(Bytes(data).first(size));
    else
      test::expect_one_stream_for_all(Bytes(data).first(size));
}

INSTANTIATE_TEST_SUITE_P(UpTo70000, HuffmanEncoderLengths,
                         testing::Range<std::size_t>(0, 70'000, 5'000));

TEST(HuffmanEncoderSlow, EveryAlphabetOfEveryShapeIsReadByEverybody) {
  for (std::size_t alphabet = 1; alphabet <= 256; ++alphabet)
    for (const unsigned percent : {50U, 80U, 95U, 99U, 100U})
      test::expect_sound(test::skewed_bytes(kBlockBytes + 999, alphabet, percent, alphabet));
}

TEST(HuffmanEncoderSlow, NumbersOfANetworkAreReadByEverybody) {
  test::expect_sound(test::weight_bytes(3'000'000, 1));
  test::expect_sound(test::exponent_bytes(3'000'000, 2));
  test::expect_sound(test::geometric_bytes(3'000'000, 0.08, 256, 3));
}

}  // namespace
}  // namespace penstock::huffman
