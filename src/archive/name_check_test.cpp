#include "archive/name_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::zip {
namespace {

using namespace std::string_literals;

TEST(NameCheck, TakesOrdinaryNamesOfAnyBytes) {
  for (const std::string& name :
       {"a"s, "a/b"s, "dir/"s, "a/b/c/"s, "..a"s, "a.."s, "..."s, ".hidden"s, "C:x"s, "a\\b"s,
        "a\\..b/c\\d"s, "\xff\xfe"s, "with space"s, "-rf"s, "a\x1b[31m"s,
        std::string(255, 'x') + "/y"})
    EXPECT_TRUE(check_name(name)) << shown_name(name);
}

TEST(NameCheck, RefusesNamesThatLeaveTheTreeOrAreNoNames) {
  for (const std::string& name : {""s,
                                  "/"s,
                                  "/etc/passwd"s,
                                  ".."s,
                                  "../x"s,
                                  "a/../b"s,
                                  "a/.."s,
                                  "a/../"s,
                                  "."s,
                                  "./a"s,
                                  "a/./b"s,
                                  "a//b"s,
                                  "a//"s,
                                  "//server/share"s,
                                  "a\0b"s,
                                  "\\x"s,
                                  "\\\\server\\x"s,
                                  "..\\x"s,
                                  "a\\..\\..\\x"s,
                                  "a/..\\b\\../..\\x"s,
                                  "a/..\\x"s,
                                  "a\\../x"s,
                                  "a\\.."s,
                                  "C:/x"s,
                                  "c:\\x"s,
                                  std::string(256, 'x')}) {
    const Status status = check_name(name);
    ASSERT_FALSE(status) << shown_name(name);
    EXPECT_EQ(status.error().code, Code::kUnsafe) << shown_name(name);
  }
}

TEST(NameCheck, LinkTargetsThatStayInTheTreeAreTaken) {
  EXPECT_TRUE(check_link_target("a", "b"));
  EXPECT_TRUE(check_link_target("a", "."));
  EXPECT_TRUE(check_link_target("d/a", ".."));
  EXPECT_TRUE(check_link_target("d/a", "../b/c"));
  EXPECT_TRUE(check_link_target("d/e/a", "./.././../b"));
  EXPECT_TRUE(check_link_target("d/a", "..b/..c"));
}

TEST(NameCheck, LinkTargetsThatCanLeaveTheTreeAreRefused) {
  const auto refused = [](std::string_view name, const std::string& target) {
    const Status status = check_link_target(name, target);
    return !status && status.error().code == Code::kUnsafe;
  };
  EXPECT_TRUE(refused("a", "/etc"));
  EXPECT_TRUE(refused("a", ".."));
  EXPECT_TRUE(refused("a", "../x"));
  EXPECT_TRUE(refused("d/a", "../../x"));
  EXPECT_TRUE(refused("d/a", "..//../x"));
  EXPECT_TRUE(refused("d/a", "./../../x"));
  EXPECT_TRUE(refused("a", ""));
  EXPECT_TRUE(refused("a", "x\0y"s));
}

TEST(NameCheck, ClimbingBehindANameIsRefusedBecauseTheNameMayBeALink) {
  // With x -> . in the archive, x/../.. is two levels up, not one.
  EXPECT_FALSE(check_link_target("d/a", "x/.."));
  EXPECT_FALSE(check_link_target("d/a", "x/../../y"));
}

TEST(NameCheck, StrippingDropsLeadingParts) {
  EXPECT_EQ(strip_components("a/b/c", 0), "a/b/c");
  EXPECT_EQ(strip_components("a/b/c", 1), "b/c");
  EXPECT_EQ(strip_components("a/b/c", 2), "c");
  EXPECT_EQ(strip_components("a/b/c", 3), "");
  EXPECT_EQ(strip_components("a/b/c", 9), "");
}

// Sorted by key, every clash is between neighbours.
Status check_all(std::vector<std::pair<std::string, bool>> names) {
  std::vector<std::string> keys;
  for (const auto& [name, directory] : names) keys.push_back(order_key(name, directory));
  std::ranges::sort(keys);
  for (std::size_t i = 1; i < keys.size(); ++i)
    PENSTOCK_CHECK(check_neighbours(keys[i - 1], keys[i]));
  return {};
}

TEST(NameCheck, NamesThatClashAreFoundBetweenNeighbours) {
  EXPECT_TRUE(
      check_all({{"a/", true}, {"a/b", false}, {"a-b", false}, {"a.b/", true}, {"ab", false}}));
  EXPECT_FALSE(check_all({{"a", false}, {"b", false}, {"a", false}}));
  EXPECT_FALSE(check_all({{"a/", true}, {"a/", true}}));
  EXPECT_FALSE(check_all({{"a", false}, {"a/", true}}));
  // "a-b" and "a.b" sort between "a" and "a/b" by plain bytes.
  EXPECT_FALSE(check_all({{"a", false}, {"a-b", false}, {"a.b", false}, {"a/b", false}}));
  EXPECT_FALSE(check_all({{"a", false}, {"a-b", false}, {"a/b/c/d", false}}));
}

TEST(NameCheck, QuotedNamesCannotDriveATerminal) {
  EXPECT_EQ(shown_name("plain"), "\"plain\"");
  EXPECT_EQ(shown_name("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
  EXPECT_EQ(shown_name("\x1b[31m"), "\"\\x1b[31m\"");
  EXPECT_EQ(shown_name("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(shown_name("\"\\"), "\"\\\"\\\\\"");
  EXPECT_EQ(shown_name("\xff"), "\"\\xff\"");
  EXPECT_EQ(shown_name("\xc2\x9b"), "\"\\xc2\\x9b\"");                    // C1: CSI
  EXPECT_EQ(shown_name("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\"");           // right-to-left override
  EXPECT_EQ(shown_name("\xf3\xa0\x81\x81"), "\"\\xf3\\xa0\\x81\\x81\"");  // a tag: not shown
  EXPECT_LT(shown_name(std::string(60000, 'x')).size(), 300U);
}

}  // namespace
}  // namespace penstock::zip
