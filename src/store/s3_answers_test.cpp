#include "store/s3_answers.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(S3Answers, ReadsAListWithEncodedKeys) {
  const auto answer = read_list_answer(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><Prefix>a%2F</Prefix>"
      "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
      "<NextContinuationToken>t</NextContinuationToken>"
      "<Contents><Key>a/one+two%2B%01</Key><LastModified>2026-01-31T23:59:59.000Z</LastModified>"
      "<ETag>&quot;0123&quot;</ETag><Size>5</Size></Contents>"
      "<CommonPrefixes><Prefix>a/b%20c/</Prefix></CommonPrefixes></ListBucketResult>");
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->objects.size(), 1U);
  EXPECT_EQ(answer->objects[0].key, "a/one two+\x01");
  EXPECT_EQ(answer->objects[0].bytes, 5U);
  EXPECT_EQ(answer->objects[0].etag, "0123");
  EXPECT_EQ(answer->objects[0].modified.time_since_epoch().count(), 1769903999);
  EXPECT_EQ(answer->prefixes, std::vector<std::string>{"a/b c/"});
  EXPECT_TRUE(answer->is_truncated);
  EXPECT_EQ(answer->continuation, "t");
}

TEST(S3Answers, TakesKeysAsTheyAreWhenTheServerDoesNotEncode) {
  const auto answer = read_list_answer(
      "<ListBucketResult><Contents><Key>a+%41</Key><Size>0</Size></Contents></ListBucketResult>");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->objects[0].key, "a+%41");
  EXPECT_FALSE(answer->is_truncated);
}

TEST(S3Answers, FindsTheErrorBehindAGoodStatus) {
  const std::string body = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
  const auto etag = read_etag_answer(body, "CompleteMultipartUploadResult");
  ASSERT_FALSE(etag);
  EXPECT_EQ(etag.error().message, "200 InternalError: try again");
  EXPECT_EQ(etag.error().retry, Retry::kLater);
  EXPECT_FALSE(read_list_answer(body));
}

TEST(S3Answers, AcceptsAnEmptyETagAndRefusesAnEmptyAnswer) {
  const auto etag =
      read_etag_answer("<CompleteMultipartUploadResult><ETag/></CompleteMultipartUploadResult>",
                       "CompleteMultipartUploadResult");
  ASSERT_TRUE(etag);
  EXPECT_EQ(*etag, "");
  for (const char* body : {"", " ", "<html/>", "<CompleteMultipartUploadResult>"}) {
    const auto refused = read_etag_answer(body, "CompleteMultipartUploadResult");
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, Code::kCorrupt);
    EXPECT_EQ(refused.error().retry, Retry::kLater);
  }
}

TEST(S3Answers, RefusesNumbersThatAreNone) {
  for (const char* size : {"", "-1", "1x", "99999999999999999999"})
    EXPECT_FALSE(read_list_answer("<ListBucketResult><Contents><Key>a</Key><Size>" +
                                  std::string(size) + "</Size></Contents></ListBucketResult>"))
        << size;
}

TEST(S3Answers, ReadsPartsUploadsAndIds) {
  const auto parts = read_parts_answer(
      "<ListPartsResult><NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>true"
      "</IsTruncated><Part><PartNumber>2</PartNumber><ETag>\"e\"</ETag><Size>7</Size></Part>"
      "</ListPartsResult>");
  ASSERT_TRUE(parts);
  EXPECT_TRUE(parts->is_truncated);
  ASSERT_EQ(parts->parts.size(), 1U);
  EXPECT_EQ(parts->parts[0].number, 2U);
  EXPECT_EQ(parts->parts[0].bytes, 7U);
  EXPECT_EQ(parts->parts[0].etag, "e");
  const auto uploads = read_uploads_answer(
      "<ListMultipartUploadsResult><EncodingType>url</EncodingType><Upload><Key>a%20b</Key>"
      "<UploadId>i</UploadId><Initiated>2026-01-31T23:59:59Z</Initiated></Upload>"
      "</ListMultipartUploadsResult>");
  ASSERT_TRUE(uploads);
  ASSERT_EQ(uploads->uploads.size(), 1U);
  EXPECT_EQ(uploads->uploads[0].key, "a b");
  EXPECT_EQ(uploads->uploads[0].id, "i");
  EXPECT_EQ(*read_create_answer("<InitiateMultipartUploadResult><UploadId>x</UploadId>"
                                "</InitiateMultipartUploadResult>"),
            "x");
  EXPECT_FALSE(read_create_answer("<InitiateMultipartUploadResult/>"));
}

TEST(S3Answers, NamesTheKeysThatCouldNotBeRemoved) {
  const auto failed = read_remove_answer(
      "<DeleteResult><Error><Key>a&amp;b</Key><Code>AccessDenied</Code><Message/></Error>"
      "<Error><Key>gone</Key><Code>NoSuchKey</Code></Error></DeleteResult>");
  ASSERT_TRUE(failed);
  ASSERT_EQ(failed->size(), 1U);
  EXPECT_EQ((*failed)[0].first, "a&b");
  EXPECT_EQ((*failed)[0].second.code, Code::kDenied);
}

TEST(S3Answers, TakesTheQuotesOffAnETag) {
  EXPECT_EQ(plain_etag("\"a\""), "a");
  EXPECT_EQ(plain_etag("W/\"a\""), "a");
  EXPECT_EQ(plain_etag("a"), "a");
  EXPECT_EQ(plain_etag(""), "");
  EXPECT_EQ(plain_etag("\""), "\"");
}

}  // namespace
}  // namespace penstock
