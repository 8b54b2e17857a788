#include "store/s3_headers.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace penstock {
namespace {

RC_GTEST_PROP(S3Headers, MetadataOfAnyBytesComesBackAndIsPrintableAsciiOnItsWay,
              (const std::string& value)) {
  const std::string written = encode_metadata_value(value);
  for (const char c : written) RC_ASSERT(c >= ' ' && c <= '~');
  RC_ASSERT(decode_metadata_value(written) == value);
}

TEST(S3Headers, LeavesPlainMetadataAsItIs) {
  EXPECT_EQ(encode_metadata_value("1700000000.5"), "1700000000.5");
  EXPECT_EQ(encode_metadata_value("a b"), "a b");
  EXPECT_EQ(encode_metadata_value("caf\xc3\xa9"), "=?UTF-8?B?Y2Fmw6k=?=");
}

TEST(S3Headers, ReadsTheWordsThatAmazonWrites) {
  EXPECT_EQ(decode_metadata_value("=?UTF-8?Q?caf=C3=A9_x?="), "caf\xc3\xa9 x");
  EXPECT_EQ(decode_metadata_value("=?utf-8?b?Y2Fmw6k=?="), "caf\xc3\xa9");
  for (const char* broken : {"=?UTF-8?Q?=C?=", "=?UTF-8?B?!?=", "=?UTF-8?X?a?=", "=?UTF-8?=", "=?"})
    EXPECT_EQ(decode_metadata_value(broken), broken);
}

TEST(S3Headers, WritesWhatAPutSays) {
  PutOptions options;
  options.content_type = "text/plain";
  options.metadata = {{"Mtime", "5"}};
  options.headers = {{"Cache-Control", "no-store"}};
  S3Config config;
  config.storage_class = "STANDARD_IA";
  HttpHeaders headers;
  ASSERT_TRUE(append_put_headers(headers, options, config));
  EXPECT_EQ(find_header(headers, "Content-Type"), "text/plain");
  EXPECT_EQ(find_header(headers, "x-amz-meta-mtime"), "5");
  EXPECT_EQ(find_header(headers, "Cache-Control"), "no-store");
  EXPECT_EQ(find_header(headers, "x-amz-storage-class"), "STANDARD_IA");
}

TEST(S3Headers, RefusesHeadersThatWouldBeAnothersOrTwo) {
  const auto refused = [](const std::string& name, const std::string& value) {
    HttpHeaders headers;
    PutOptions options;
    options.headers = {{name, value}};
    const Status status = append_put_headers(headers, options, {});
    return !status && status.error().code == Code::kInvalid;
  };
  EXPECT_TRUE(refused("X", "a\r\nEvil: 1"));
  EXPECT_TRUE(refused("X y", "a"));
  EXPECT_TRUE(refused("", "a"));
  for (const char* ours : {"Host", "Authorization", "content-length", "X-Amz-Date", "If-Match"})
    EXPECT_TRUE(refused(ours, "a")) << ours;
  EXPECT_FALSE(refused("Content-Disposition", "attachment"));
}

TEST(S3Headers, ReadsWhatAnAnswerTellsAboutTheObject) {
  const auto info = read_object_headers("k", {{"Content-Length", "5"},
                                              {"ETag", "\"e\""},
                                              {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                              {"Content-Type", "text/plain"},
                                              {"X-Amz-Meta-Mode", "644"}});
  ASSERT_TRUE(info);
  EXPECT_EQ(info->bytes, 5U);
  EXPECT_EQ(info->etag, "e");
  EXPECT_EQ(info->modified.time_since_epoch().count(), 784111777);
  EXPECT_EQ(info->metadata, (Metadata{{"mode", "644"}}));
  EXPECT_EQ(
      read_object_headers("k", {{"Content-Length", "5"}, {"Content-Range", "bytes 0-4/99"}})->bytes,
      99U);
  EXPECT_FALSE(read_object_headers("k", {}));
}

TEST(S3Headers, TellsEtagsThatOnlyLookLikeAnMd5) {
  const auto is_md5 = [](std::string name, std::string value) {
    return read_object_headers("k", {{"Content-Length", "5"}, {std::move(name), std::move(value)}})
        ->md5_etag;
  };
  EXPECT_TRUE(is_md5("x-amz-server-side-encryption", "AES256"));
  EXPECT_FALSE(is_md5("x-amz-server-side-encryption", "aws:kms"));
  EXPECT_FALSE(is_md5("x-amz-server-side-encryption-customer-algorithm", "AES256"));
}

TEST(S3Headers, ReadsRangesStrictly) {
  const auto range = parse_content_range("bytes 10-19/100");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin, 10U);
  EXPECT_EQ(range->end, 20U);
  EXPECT_EQ(range->whole, 100U);
  for (const char* text : {"", "bytes */100", "bytes 10-19/*", "bytes 19-10/100",
                           "bytes 10-100/100", "10-19/100", "bytes 10/19-100"})
    EXPECT_FALSE(parse_content_range(text)) << text;
}

}  // namespace
}  // namespace penstock
