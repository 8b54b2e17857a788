#include "base/json.h"

#include <limits>

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string of_text(std::string_view text) {
  std::string out;
  JsonWriter(out).value(text);
  return out;
}

TEST(Json, PutsCommasBetweenMembersAndElementsOnly) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("a", 1).key("b").begin_array().value(2).begin_object().end_object();
  json.value(true).end_array().member("c", "d").key("e").null().end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[2,{},true],"c":"d","e":null})");
}

TEST(Json, EscapesWhatWouldBreakOutOfAString) {
  EXPECT_EQ(of_text("a\"b\\c\n\t\r\x1b\x7f"), R"("a\"b\\c\n\t\r\u001b\u007f")");
  EXPECT_EQ(of_text(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(Json, KeepsUtf8AndReplacesEachBadByte) {
  EXPECT_EQ(of_text("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\"");
  EXPECT_EQ(of_text("\xff\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(Json, WritesNumbersExactly) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().value(std::numeric_limits<std::uint64_t>::max());
  json.value(std::numeric_limits<std::int64_t>::min()).value(0.1);
  json.value(std::numeric_limits<double>::infinity()).end_array();
  EXPECT_EQ(out, "[18446744073709551615,-9223372036854775808,0.1,null]");
}

TEST(Base64, ReadsBackWhatItWroteAndNothingElse) {
  for (const std::string text : {"", "f", "fo", "foo", "foobar", "\xff\xfe\xfd"})
    EXPECT_EQ(from_base64(base64(as_bytes(text))), text);
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "=", "====", "Z===", "Zg= ", "Zm9v\n"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

TEST(Base64, GivesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(as_bytes("")), "");
  EXPECT_EQ(base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(base64(as_bytes("\xff\xfe\xfd")), "//79");
}

}  // namespace
}  // namespace penstock
