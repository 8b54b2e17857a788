#include "cli/config.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(Config, ReadsSectionsKeysAndValues) {
  const auto lines = parse_config("a = 1\r\n\n# c = 2\n[pack]\n\tb=x = y\nflag\nempty =", "f");
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 4U);
  EXPECT_EQ((*lines)[0].section, "");
  EXPECT_EQ((*lines)[0].value, "1");
  EXPECT_EQ((*lines)[1].section, "pack");
  EXPECT_EQ((*lines)[1].key, "b");
  EXPECT_EQ((*lines)[1].value, "x = y");
  EXPECT_EQ((*lines)[1].number, 5U);
  EXPECT_EQ((*lines)[2].value, "yes");
  EXPECT_EQ((*lines)[3].value, "");
}

TEST(Config, NamesTheLineOfABrokenSection) {
  const auto lines = parse_config("a=1\n[pack\n", "f.conf");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().message, "f.conf:2: ']' is missing");
}

TEST(Config, AMissingFileIsNamed) {
  const auto lines = read_config("/nonexistent/penstock.conf");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace penstock::cli
