#include "crypto/random.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(RandomBytes, FillsAllOfTheRoomAndDiffersEachTime) {
  // 64 equal bytes, or two equal draws, happen once in 2^500 runs.
  std::array<std::byte, 64> first{};
  std::array<std::byte, 64> second{};
  ASSERT_TRUE(random_bytes(first));
  ASSERT_TRUE(random_bytes(second));
  EXPECT_NE(first, second);
  EXPECT_TRUE(std::ranges::any_of(first, [&](std::byte b) { return b != first[0]; }));
  EXPECT_TRUE(std::ranges::any_of(std::span(first).last(32),
                                  [](std::byte b) { return b != std::byte{0}; }));
}

TEST(RandomBytes, LeavesWhatWasNotAskedForAlone) {
  std::array<std::byte, 64> room{};
  ASSERT_TRUE(random_bytes(MutableBytes(room).first(32)));
  EXPECT_TRUE(
      std::ranges::all_of(std::span(room).last(32), [](std::byte b) { return b == std::byte{0}; }));
  EXPECT_TRUE(random_bytes({}));
}

TEST(GeneratePassword, HasAtLeast128BitsInGroupsOfFour) {
  const auto password = generate_password();
  ASSERT_TRUE(password);
  const std::string text(as_text(password->expose()));
  ASSERT_EQ(text.size(), 34U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 5 == 4) {
      EXPECT_EQ(text[i], '-');
    } else {
      EXPECT_NE(std::string_view("23456789abcdefghijkmnpqrstuvwxyz").find(text[i]),
                std::string_view::npos)
          << text[i];
    }
  }
}

TEST(GeneratePassword, UsesEverySignAndNeverRepeats) {
  std::set<std::string> seen;
  std::set<char> signs;
  for (int i = 0; i < 100; ++i) {
    const auto password = generate_password();
    ASSERT_TRUE(password);
    const std::string text(as_text(password->expose()));
    EXPECT_TRUE(seen.insert(text).second);
    signs.insert(text.begin(), text.end());
  }
  EXPECT_EQ(signs.size(), 33U);  // 32 signs and the dash; missing one of 2,800: 32 * (31/32)^2800
}

}  // namespace
}  // namespace penstock
