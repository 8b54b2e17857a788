#include "base/hex.h"

#include <array>

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Hex, BytesComeBack) {
  const std::array bytes{std::byte{0}, std::byte{0x7f}, std::byte{0xa5}, std::byte{0xff}};
  EXPECT_EQ(hex(bytes), "007fa5ff");
  std::array<std::byte, 4> back{};
  ASSERT_TRUE(from_hex("007FA5ff", back));
  EXPECT_EQ(back, bytes);
}

TEST(Hex, OtherTextIsRefused) {
  std::array<std::byte, 2> out{};
  for (const char* text : {"", "00", "00000", "00g0", "0 00", "000000"})
    EXPECT_FALSE(from_hex(text, out)) << text;
}

}  // namespace
}  // namespace penstock
