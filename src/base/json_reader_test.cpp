#include "base/json_reader.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(JsonReader, ReadsWhatAnObjectHolds) {
  const auto json = JsonValue::parse(
      R"({"name": "a\u00e9", "count": -3, "share": 0.5, "on": true, "none": null, "list": [1, "x"]})");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_TRUE(json->is_object());
  EXPECT_EQ(json->text_of("name"), "a\xc3\xa9");
  EXPECT_EQ(json->member("count")->integer(), -3);
  EXPECT_EQ(json->member("share")->number(), 0.5);
  EXPECT_EQ(json->member("on")->truth(), true);
  EXPECT_TRUE(json->member("none")->is_null());
  ASSERT_EQ(json->member("list")->size(), 2U);
  EXPECT_EQ(json->member("list")->at(1).text(), "x");
}

TEST(JsonReader, TellsWhatIsNotThereOrOfAnotherType) {
  const auto json = JsonValue::parse(R"({"count": 3})");
  ASSERT_TRUE(json);
  EXPECT_FALSE(json->member("other"));
  EXPECT_FALSE(json->text());
  EXPECT_EQ(json->text_of("count"), "");
  EXPECT_EQ(json->member("count")->text(), std::nullopt);
  EXPECT_EQ(json->size(), 0U);
}

TEST(JsonReader, KeepsTheDocumentAliveThroughItsParts) {
  std::optional<JsonValue> part;
  {
    const auto json = JsonValue::parse(R"({"list": ["a long text that is on the heap for sure"]})");
    ASSERT_TRUE(json);
    part = json->member("list")->at(0);
  }
  EXPECT_EQ(part->text(), "a long text that is on the heap for sure");
}

TEST(JsonReader, RefusesWhatIsNoJsonAndQuotesNoneOfIt) {
  for (const char* text :
       {"", "{", "{'a': 1}", "{\"a\": 1,}", "[1] 2", "// no\n1", "\"\xff\"", "nul"}) {
    const auto json = JsonValue::parse(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().code, Code::kCorrupt);
  }
  EXPECT_EQ(JsonValue::parse("{\"canary\": secret}").error().message.find("canary"),
            std::string::npos);
}

TEST(JsonReader, BoundsSizeAndDepth) {
  EXPECT_TRUE(JsonValue::parse("[[1]]", {5, 2}));
  EXPECT_FALSE(JsonValue::parse("[[1]] ", {5, 2}));
  EXPECT_FALSE(JsonValue::parse("[[[]]]", {100, 2}));
  EXPECT_FALSE(JsonValue::parse(std::string(100'000, '[')));
}

}  // namespace
}  // namespace penstock
