#include "base/utf8.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Utf8, AcceptsTheFirstAndLastCodePointOfEachLength) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\x7f"));
  EXPECT_TRUE(is_utf8("\xc2\x80\xdf\xbf"));
  EXPECT_TRUE(is_utf8("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"));
  EXPECT_TRUE(is_utf8("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsTooLarge) {
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xe0\x80\xaf"));
  EXPECT_FALSE(is_utf8("\xf0\x80\x80\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
}

TEST(Utf8, RefusesStrayAndMissingContinuations) {
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("\xc3"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
  EXPECT_FALSE(is_utf8("\xc3(\xa9"));
}

TEST(Utf8, TellsValueAndLength) {
  const auto euro = first_code_point("\xe2\x82\xac!");
  ASSERT_TRUE(euro);
  EXPECT_EQ(euro->value, U'\u20ac');
  EXPECT_EQ(euro->bytes, 3U);
}

}  // namespace
}  // namespace penstock
