#include "penstock/secret.h"

#include <algorithm>
#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "crypto/test_bytes.h"

namespace penstock {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Printable<std::string> && !Printable<Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::convertible_to<std::string, Secret>, "a secret is made on purpose");

std::string_view text(const Secret& secret) { return as_text(secret.expose()); }

TEST(Secret, HoldsTheBytesAndWipesTheTextItWasMadeOf) {
  std::string password(100, 'p');
  password.resize(60);
  const char* memory = password.data();  // the string keeps it, so looking at all of it is allowed
  ASSERT_GE(password.capacity(), 100U);
  const Secret secret(std::move(password));
  EXPECT_EQ(text(secret), std::string(60, 'p'));
  EXPECT_TRUE(password.empty());  // NOLINT(bugprone-use-after-move): the promise under test
  EXPECT_EQ(std::count(memory, memory + 100, '\0'), 100);
}

TEST(Secret, WipesAShortTextInsideTheStringObject) {
  std::string password("short");
  const char* memory = password.data();
  const Secret secret(std::move(password));
  EXPECT_EQ(text(secret), "short");
  EXPECT_EQ(std::count(memory, memory + 5, '\0'), 5);
}

TEST(Secret, MovingLeavesNothingBehind) {
  Secret first(std::string("one"));
  Secret second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(text(second), "one");
  Secret third(std::string("three"));
  third = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(text(third), "one");
}

TEST(Secret, SurvivesMovingToItself) {
  Secret secret(std::string("still here"));
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(text(secret), "still here");
}

TEST(Secret, CloneIsIndependent) {
  Secret original(std::string("copy me"));
  const Secret copy = original.clone();
  original.clear();
  EXPECT_TRUE(original.empty());
  EXPECT_EQ(original.size(), 0U);
  EXPECT_EQ(text(copy), "copy me");
}

TEST(Secret, MayBeEmpty) {
  const Secret secret;
  EXPECT_TRUE(secret.empty());
  EXPECT_TRUE(Secret(std::string()).empty());
  EXPECT_TRUE(secret.clone().empty());
}

TEST(Wipe, ZeroesEveryByteAndOnlyThose) {
  std::vector<std::byte> bytes(100, std::byte{7});
  wipe(std::span(bytes).subspan(10, 50));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(bytes[i], i >= 10 && i < 60 ? std::byte{0} : std::byte{7}) << i;
  wipe({});
}

}  // namespace
}  // namespace penstock
