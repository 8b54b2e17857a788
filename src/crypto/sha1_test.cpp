#include "crypto/sha1.h"

#include <gtest/gtest.h>

#include "crypto/openssl.h"
#include "crypto/test_bytes.h"

namespace penstock {
namespace {

// FIPS 180's example "abc", padded by hand.
TEST(Sha1Compress, HashesTheStandardsExample) {
  Sha1Block block{};
  block[0] = 0x61626380;
  block[15] = 24;
  EXPECT_EQ(sha1_compress(kSha1Start, block),
            (Sha1State{0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d}));
}

TEST(Sha1Compress, ChainsBlocksAsOpenSslDoes) {
  const auto message = testing::noise(128, 1);
  Sha1State state = kSha1Start;
  Sha1Block block{};
  for (std::size_t at = 0; at < message.size(); at += 64) {
    for (std::size_t i = 0; i < 64; ++i)
      block[i / 4] = block[i / 4] << 8 | std::to_integer<std::uint32_t>(message[at + i]);
    state = sha1_compress(state, block);
  }
  Sha1Block last{};
  last[0] = 0x80000000;
  last[15] = 128 * 8;
  state = sha1_compress(state, last);

  std::array<std::uint8_t, 20> expected{};
  ASSERT_EQ(EVP_Q_digest(nullptr, "SHA1", nullptr, message.data(), message.size(), expected.data(),
                         nullptr),
            1);
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(state[i / 4] >> (24 - 8 * (i % 4)) & 255, expected[i]) << i;
}

}  // namespace
}  // namespace penstock
