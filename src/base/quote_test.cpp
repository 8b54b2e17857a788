#include "base/quote.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace penstock {
namespace {

TEST(Quote, LeavesHarmlessNamesAlone) {
  for (const char* name : {"a.txt", "dir/with space/b", "caf\xc3\xa9", "back\\slash", "it's",
                           "\xf0\x9f\x98\x80", "\xd7\xa9\xd7\x9c"})
    EXPECT_EQ(quoted_name(name), name);
}

TEST(Quote, EscapesWhatDrivesATerminal) {
  EXPECT_EQ(quoted_name("a\x1b[2Jb"), R"("a\x1b[2Jb")");
  EXPECT_EQ(quoted_name("a\nb\tc\rd"), R"("a\nb\tc\rd")");
  EXPECT_EQ(quoted_name("bell\a\x7f"), R"("bell\x07\x7f")");
  EXPECT_EQ(quoted_name("\xc2\x9b"
                        "1m"),
            R"("\xc2\x9b1m")");  // CSI as one C1 sign
  EXPECT_EQ(quoted_name(std::string_view("nul\0", 4)), R"("nul\x00")");
}

TEST(Quote, EscapesSignsThatTurnOrHideText) {
  EXPECT_EQ(quoted_name("gpj.\xe2\x80\xae"
                        "exe"),
            R"("gpj.\xe2\x80\xaeexe")");  // U+202E
  EXPECT_EQ(quoted_name("a\xe2\x80\x8b"
                        "b"),
            R"("a\xe2\x80\x8bb")");  // U+200B
  EXPECT_EQ(quoted_name("\xef\xbb\xbf"
                        "a"),
            R"("\xef\xbb\xbfa")");                                      // U+FEFF
  EXPECT_EQ(quoted_name("\xf3\xa0\x81\x81"), R"("\xf3\xa0\x81\x81")");  // a tag
}

TEST(Quote, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(quoted_name("caf\xe9"), R"("caf\xe9")");
  EXPECT_EQ(quoted_name("\xc0\xaf"), R"("\xc0\xaf")");
}

TEST(Quote, QuotesNamesThatWouldBeMisread) {
  EXPECT_EQ(quoted_name(""), R"("")");
  EXPECT_EQ(quoted_name(" a"), R"(" a")");
  EXPECT_EQ(quoted_name("a "), R"("a ")");
  EXPECT_EQ(quoted_name("\"a\""), R"("\"a\"")");
  EXPECT_EQ(quoted_name("a\\n\n"), R"("a\\n\n")");
}

TEST(Quote, ShortOnesAreAlwaysQuotedAndCut) {
  EXPECT_EQ(quoted_short("plain", 200), R"("plain")");
  EXPECT_EQ(quoted_short("a\"\n", 200), R"("a\"\n")");
  EXPECT_EQ(quoted_short("abcdef", 4), R"("abc...")");
  EXPECT_EQ(quoted_short("abc", 4), R"("abc")");
}

TEST(Quote, MessagesAreEscapedWithoutQuotes) {
  EXPECT_EQ(printable("open a\x1b[31m.txt: it's \"broken\""),
            R"(open a\x1b[31m.txt: it's "broken")");
}

TEST(Quote, NeverLetsAControlCharacterThroughAndNeverMixesUpNames) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    const std::string shown = quoted_name(a);
    RC_ASSERT(std::ranges::none_of(
        shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    RC_ASSERT((a == b) == (shown == quoted_name(b)));
  }));
}

}  // namespace
}  // namespace penstock
