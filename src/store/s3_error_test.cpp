#include "store/s3_error.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

Error error_of(int status, std::string body, HttpHeaders headers = {},
               Code precondition = Code::kChanged) {
  return refusal_error(read_refusal(HttpResponse{status, std::move(headers), std::move(body), {}}),
                       precondition);
}

std::string xml(const std::string& code, const std::string& message = "why") {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message +
         "</Message><RequestId>1</RequestId></Error>";
}

struct Case {
  int status;
  std::string body;
  Code code;
  Retry retry;
  std::string message;
};

class S3ErrorOfEachKind : public testing::TestWithParam<Case> {};

TEST_P(S3ErrorOfEachKind, HasTheCodeTheAdviceAndWhatTheServerSaid) {
  const Error error = error_of(GetParam().status, GetParam().body);
  EXPECT_EQ(name(error.code), name(GetParam().code));
  EXPECT_EQ(error.retry, GetParam().retry);
  EXPECT_TRUE(error.message.starts_with(GetParam().message)) << error.message;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, S3ErrorOfEachKind,
    testing::Values(
        Case{404, xml("NoSuchKey"), Code::kNotFound, Retry::kNever, "404 NoSuchKey: why"},
        Case{404, xml("NoSuchBucket"), Code::kNotFound, Retry::kNever, "404 NoSuchBucket: why"},
        Case{404, xml("NoSuchUpload", ""), Code::kNotFound, Retry::kNever,
             "404 NoSuchUpload: there is no such upload"},
        Case{404, "", Code::kNotFound, Retry::kNever, "404 Not Found: there is no such key, or"},
        Case{403, xml("AccessDenied"), Code::kDenied, Retry::kNever, "403 AccessDenied: why"},
        Case{403, xml("SignatureDoesNotMatch", ""), Code::kDenied, Retry::kNever,
             "403 SignatureDoesNotMatch: check the secret key"},
        Case{403, xml("InvalidAccessKeyId", ""), Code::kDenied, Retry::kNever,
             "403 InvalidAccessKeyId: the server does not know"},
        Case{403, xml("QuotaExceeded", ""), Code::kNoSpace, Retry::kNever, "403 QuotaExceeded"},
        Case{503, xml("SlowDown"), Code::kIo, Retry::kBusy, "503 SlowDown: why"},
        Case{503, "<html>busy</html>", Code::kIo, Retry::kBusy, "503 Service Unavailable"},
        Case{503, "overloaded", Code::kIo, Retry::kBusy, "503 Service Unavailable"},
        Case{503, xml("InternalError"), Code::kIo, Retry::kBusy, "503 InternalError"},
        Case{429, "", Code::kIo, Retry::kBusy, "429 Too Many Requests"},
        Case{400, xml("ThrottlingException"), Code::kIo, Retry::kBusy, "400 ThrottlingException"},
        Case{200, xml("SlowDown"), Code::kIo, Retry::kBusy, "200 SlowDown"},
        Case{200, xml("InternalError"), Code::kIo, Retry::kLater, "200 InternalError: why"},
        Case{200, xml("Whatever"), Code::kIo, Retry::kLater, "200 Whatever: why"},
        Case{500, "", Code::kIo, Retry::kLater, "500 Internal Server Error"},
        Case{502, "", Code::kIo, Retry::kLater, "502 Bad Gateway"},
        Case{504, "", Code::kIo, Retry::kLater, "504 Gateway Timeout"},
        Case{400, xml("RequestTimeout"), Code::kIo, Retry::kLater, "400 RequestTimeout"},
        Case{408, "", Code::kIo, Retry::kLater, "408"},
        Case{409, xml("ConditionalRequestConflict"), Code::kIo, Retry::kLater, "409 Cond"},
        Case{400, xml("BadDigest"), Code::kCorrupt, Retry::kLater, "400 BadDigest"},
        Case{400, xml("XAmzContentSHA256Mismatch", ""), Code::kCorrupt, Retry::kLater,
             "400 XAmzContentSHA256Mismatch: what arrived is not what was sent"},
        Case{400, xml("InvalidBucketName", ""), Code::kInvalid, Retry::kNever,
             "400 InvalidBucketName"},
        Case{400, "<Error><Code/><Message/></Error>", Code::kInvalid, Retry::kNever,
             "400 Bad Request"},
        Case{501, xml("NotImplemented"), Code::kUnsupported, Retry::kNever, "501 NotImplemented"},
        Case{507, "", Code::kNoSpace, Retry::kNever, "507"},
        Case{302, "", Code::kIo, Retry::kNever, "302: the answer makes no sense"}));

TEST(S3Error, MeansByAFailedConditionWhatWasAskedFor) {
  EXPECT_EQ(error_of(412, xml("PreconditionFailed"), {}, Code::kExists).code, Code::kExists);
  EXPECT_EQ(error_of(412, "", {}, Code::kChanged).code, Code::kChanged);
}

TEST(S3Error, TellsHowLongToWait) {
  const auto wait = [](HttpHeaders headers) {
    return error_of(503, "", std::move(headers)).retry_after.count();
  };
  EXPECT_EQ(wait({}), 0);
  EXPECT_EQ(wait({{"Retry-After", "7"}}), 7000);
  EXPECT_EQ(wait({{"x-amz-retry-after", "250"}, {"Retry-After", "7"}}), 250);
  EXPECT_EQ(wait({{"Retry-After", "Sun, 06 Nov 1994 08:49:40 GMT"},
                  {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}),
            3000);
  EXPECT_EQ(wait({{"Retry-After", "soon"}}), 0);
  EXPECT_EQ(wait({{"Retry-After", "-5"}}), 0);
  EXPECT_EQ(wait({{"Retry-After", "9223372036854775807"}}), 86'400'000) << "at most a day";
}

TEST(S3Error, FindsTheRegionWhereverItIsSaid) {
  const auto region = [](HttpResponse response) { return read_refusal(response).region; };
  EXPECT_EQ(region({301, {{"x-amz-bucket-region", "eu-west-1"}}, "", {}}), "eu-west-1");
  EXPECT_EQ(region({400, {}, "<Error><Region>eu-west-2</Region></Error>", {}}), "eu-west-2");
  EXPECT_EQ(region({307, {{"Location", "https://b.s3.eu-west-3.amazonaws.com/k"}}, "", {}}),
            "eu-west-3");
  EXPECT_EQ(region({307, {{"Location", "https://b.s3-eu-west-4.amazonaws.com/k"}}, "", {}}),
            "eu-west-4");
  EXPECT_EQ(region({307, {{"Location", "https://example.com/k"}}, "", {}}), "");
}

TEST(S3Error, ShowsNoSignatureAndNoEscapeSequenceOfTheServers) {
  const std::string signature(64, 'a');
  const Error error =
      error_of(403, xml("SignatureDoesNotMatch", "Signature=" + signature + " \x1b[31m"));
  EXPECT_EQ(error.message.find(signature), std::string::npos);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace penstock
