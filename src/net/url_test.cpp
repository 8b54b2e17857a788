#include "net/url.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace penstock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Url parsed(std::string_view text) {
  auto url = Url::parse(text);
  EXPECT_TRUE(url) << (url ? "" : url.error().message);
  return url ? *std::move(url) : Url();
}

TEST(Url, HasItsParts) {
  const Url url = parsed("HTTP://Example.org:8080/a%20b/c?x=1%2B1&y=&z");
  EXPECT_EQ(url.scheme, "http");
  EXPECT_EQ(url.host, "Example.org");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.path, "/a%20b/c");
  EXPECT_EQ(url.query, (Pairs{{"x", "1+1"}, {"y", ""}, {"z", ""}}));
  EXPECT_EQ(url.authority(), "Example.org:8080");
}

TEST(Url, NeedsNoPathPortOrQuery) {
  const Url url = parsed("s3://bucket");
  EXPECT_EQ(url.host, "bucket");
  EXPECT_EQ(url.port, 0);
  EXPECT_EQ(url.path, "");
  EXPECT_TRUE(url.query.empty());
  EXPECT_EQ(url.authority(), "bucket");
  EXPECT_EQ(parsed("s3://bucket/").path, "/");
}

TEST(Url, OfASimulatedStoreHasNoHost) {
  const Url url = parsed("sim://?latency=50ms&fail=5%25");
  EXPECT_EQ(url.host, "");
  EXPECT_EQ(url.path, "");
  EXPECT_EQ(url.query, (Pairs{{"latency", "50ms"}, {"fail", "5%"}}));
}

TEST(Url, TakesIpv6InBrackets) {
  EXPECT_EQ(parsed("http://[::1]").host, "[::1]");
  const Url url = parsed("https://[2001:db8::1]:9000/a:b");
  EXPECT_EQ(url.host, "[2001:db8::1]");
  EXPECT_EQ(url.port, 9000);
  EXPECT_EQ(url.path, "/a:b");
  EXPECT_EQ(url.authority(), "[2001:db8::1]:9000");
}

TEST(Url, KeepsAKeyAsItIsWritten) {
  EXPECT_EQ(parsed("s3://bucket/photos/\xc3\xa4 +&=@:~.jpg").path, "/photos/\xc3\xa4 +&=@:~.jpg");
  EXPECT_EQ(parsed("s3://bucket//a//b/../c").path, "//a//b/../c");
}

TEST(Url, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "a",
                           "/a/b",
                           "://host",
                           "1http://host",
                           "ht tp://host",
                           "http:/host",
                           "http://",
                           "http:///a",
                           "https://:80/",
                           "http://host:/",
                           "http://host:0/",
                           "http://host:65536/",
                           "http://host:80a/",
                           "http://host:-1/",
                           "http://::1/",
                           "http://[::1/",
                           "http://[]/",
                           "http://[host]/",
                           "http://[::1]80/",
                           "http://ho st/",
                           "http://ho\\st/",
                           "http://host/#top",
                           "http://host/a\nb",
                           "http://host/?a=%zz",
                           "http://host/?a=%2"})
    EXPECT_EQ(Url::parse(text).error().code, Code::kInvalid) << text;
}

TEST(Url, NeverShowsAPasswordOrASignature) {
  for (const char* text : {"http://user:secret@host/", "http://secret@host/",
                           "http://host:x/?X-Amz-Signature=secret"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Code::kInvalid);
    EXPECT_THAT(url.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Url, IsToldFromAPath) {
  EXPECT_TRUE(Url::looks_like("s3://bucket/a"));
  EXPECT_TRUE(Url::looks_like("sim://"));
  for (const char* path : {"a/b", "/a", "file:a", "a:b", "://", "a b://c", "dir/s3://x", ""})
    EXPECT_FALSE(Url::looks_like(path)) << path;
}

TEST(PercentEncode, KeepsWhatSigV4Keeps) {
  EXPECT_EQ(percent_encode("AZaz09-._~", false), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_encode("a/b", false), "a%2Fb");
  EXPECT_EQ(percent_encode(" +&=%*\xc3\xa4", true), "%20%2B%26%3D%25%2A%C3%A4");
}

TEST(PercentDecode, NeedsTwoDigits) {
  EXPECT_EQ(*percent_decode("a%20b%2fc+%C3%a4"), "a b/c+\xc3\xa4");
  for (const char* text : {"%", "%2", "a%", "%zz", "%2g", "%%20"})
    EXPECT_EQ(percent_decode(text).error().code, Code::kInvalid) << text;
}

RC_GTEST_PROP(PercentEncode, ComesBack, (const std::string& text, bool keep_slashes)) {
  RC_ASSERT(*percent_decode(percent_encode(text, keep_slashes)) == text);
}

TEST(EncodeQuery, SortsByTheEncodedName) {
  EXPECT_EQ(encode_query({{"prefix", "a/b c"}, {"list-type", "2"}, {"uploads", ""}}),
            "list-type=2&prefix=a%2Fb%20c&uploads=");
  EXPECT_EQ(encode_query({{"a", "2"}, {"B", "x"}, {"a", "1"}, {"\xc3\xa4", ""}}),
            "%C3%A4=&B=x&a=1&a=2");
  EXPECT_EQ(encode_query({}), "");
}

RC_GTEST_PROP(EncodeQuery, IsReadBackByUrls, (Pairs pairs)) {
  std::erase_if(pairs, [](const auto& pair) { return pair.first.empty(); });
  auto url = Url::parse("http://host/?" + encode_query(pairs));
  RC_ASSERT(url.has_value());
  std::sort(pairs.begin(), pairs.end());
  std::sort(url->query.begin(), url->query.end());
  RC_ASSERT(url->query == pairs);
}

}  // namespace
}  // namespace penstock
