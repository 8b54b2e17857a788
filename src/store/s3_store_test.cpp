// What the real server of s3_rgw_test.cpp cannot be made to answer.
#include "store/s3_store.h"

#include <atomic>
#include <latch>
#include <map>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "store/gcs.h"
#include "store/test_http_client.h"

namespace penstock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kMd5OfX = "9dd4e461268c8034f5c8564e155c67a6";

std::string error_xml(const std::string& code) {
  return "<Error><Code>" + code + "</Code><Message>why</Message></Error>";
}

HttpResponse stored(const std::string& etag = kMd5OfX) {
  return {200, {{"ETag", "\"" + etag + "\""}}, "", {}};
}

std::string http_date(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "Xxx, %02u %s %04d %02d:%02d:%02d GMT",
                static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

class S3StoreTest : public ::testing::Test {
 protected:
  S3StoreTest() {
    config_.endpoint = "https://store.example";
    config_.bucket = "bucket";
  }

  Store& store() {
    if (store_) return *store_;
    auto client =
        std::make_unique<TestHttpClient>([this](const SeenRequest& seen) { return answer_(seen); });
    client_ = client.get();
    auto made = make_s3_store(
        config_,
        {std::move(client),
         make_fixed_credentials({"ACCESS", Secret(std::string("canary")), {}, {}}), clock_});
    EXPECT_TRUE(made) << made.error().message;
    store_ = *std::move(made);
    return *store_;
  }
  std::vector<SeenRequest> seen() { return client_->seen(); }
  // "METHOD url" of every request.
  std::vector<std::string> asked() {
    std::vector<std::string> lines;
    for (const SeenRequest& request : seen()) lines.push_back(request.method + " " + request.url);
    return lines;
  }
  Result<PutResult> put(const std::string& key, std::string_view content,
                        const PutOptions& options = {}) {
    const auto body = make_memory_body(as_bytes(content));
    Call call;
    return store().put(key, *body, options, call);
  }
  Result<ObjectInfo> get(const GetOptions& options = {}) {
    Receiver receiver;
    receiver.info = [this](const ObjectInfo& info) {
      told_ = info;
      return Status();
    };
    receiver.bytes = [this](Bytes piece) {
      received_ += as_text(piece);
      return Status();
    };
    return store().get("k", options, receiver, call_);
  }

  S3Config config_;
  std::shared_ptr<ServerClock> clock_ = std::make_shared<ServerClock>();
  Answer answer_ = [](const SeenRequest&) { return stored(); };
  TestHttpClient* client_ = nullptr;
  std::unique_ptr<Store> store_;
  Call call_;
  ObjectInfo told_;
  std::string received_;
};

TEST_F(S3StoreTest, ASmallPutIsOneRequestWithItsHash) {
  const auto done = put("a b/c+d.txt", "x");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->etag, kMd5OfX);
  EXPECT_THAT(asked(), ElementsAre("PUT https://store.example/bucket/a%20b/c%2Bd.txt"));
  EXPECT_EQ(seen()[0].body, "x");
  EXPECT_EQ(seen()[0].header("x-amz-content-sha256"), hex(*sha256(as_bytes("x"))));
}

TEST_F(S3StoreTest, AnUnsignedPayloadComesWithItsMd5) {
  config_.payload = S3Payload::kUnsigned;
  ASSERT_TRUE(put("a", "x"));
  EXPECT_EQ(seen()[0].header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(seen()[0].header("Content-MD5"), "ndTkYSaMgDT1yFZOFVxnpg==");
}

TEST_F(S3StoreTest, AnotherMd5InTheAnswerMeansThatOtherBytesWereStored) {
  config_.payload = S3Payload::kUnsigned;
  const std::string other(32, 'a');
  answer_ = [&](const SeenRequest&) { return stored(other); };
  const auto done = put("a", "x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCorrupt);
  EXPECT_EQ(done.error().retry, Retry::kLater);
  EXPECT_THAT(done.error().message, HasSubstr("put s3://bucket/a: "));
}

TEST_F(S3StoreTest, AnETagThatIsNoMd5OfTheContentIsNoMistake) {
  config_.payload = S3Payload::kUnsigned;
  answer_ = [](const SeenRequest&) {
    HttpResponse response = stored(std::string(32, 'a'));
    response.headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    return response;
  };
  EXPECT_TRUE(put("a", "x"));
}

TEST_F(S3StoreTest, APutWithoutAnETagIsLookedAtBeforeItIsBelieved) {
  std::string length = "1";
  answer_ = [&](const SeenRequest& request) {
    if (request.method == "PUT") return HttpResponse{200, {}, "", {}};
    return HttpResponse{200, {{"Content-Length", length}, {"ETag", "\"later\""}}, "", {}};
  };
  const auto done = put("a", "x");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->etag, "later");
  length = "0";
  EXPECT_EQ(put("a", "x").error().code, Code::kCorrupt);
}

TEST_F(S3StoreTest, AnErrorBehindAGoodStatusIsAnError) {
  answer_ = [](const SeenRequest& request) {
    if (request.method == "HEAD") return HttpResponse{200, {{"Content-Length", "1"}}, "", {}};
    return HttpResponse{
        200, {{"ETag", "\"e\""}}, "<?xml version=\"1.0\"?>\n" + error_xml("InternalError"), {}};
  };
  const std::vector<Part> parts = {{1, 1, "e"}};
  const Error failures[] = {put("a", "x").error(), store().copy("a", "b", {}, call_).error(),
                            store().complete_upload({"a", "id", {}}, parts, call_).error()};
  for (const Error& error : failures) {
    EXPECT_EQ(error.code, Code::kIo);
    EXPECT_EQ(error.retry, Retry::kLater);
    EXPECT_THAT(error.message, HasSubstr("200 InternalError: why"));
  }
}

TEST_F(S3StoreTest, ABusyServersWishToWaitIsPassedOn) {
  answer_ = [](const SeenRequest&) {
    return HttpResponse{503, {{"Retry-After", "3"}}, "plain text", {}};
  };
  const auto done = put("a", "x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().retry, Retry::kBusy);
  EXPECT_EQ(done.error().retry_after, std::chrono::seconds(3));
  EXPECT_EQ(seen().size(), 1U) << "trying again is a wrapper's business";
}

// ---- Conditions

TEST_F(S3StoreTest, IfAbsentIsACondition) {
  int status = 412;
  answer_ = [&](const SeenRequest& request) {
    EXPECT_EQ(request.header("If-None-Match"), "*");
    return HttpResponse{status, {}, "", {}};
  };
  PutOptions absent;
  absent.if_absent = true;
  EXPECT_EQ(put("a", "x", absent).error().code, Code::kExists);
  status = 409;
  const auto race = put("a", "x", absent);
  EXPECT_EQ(race.error().code, Code::kIo);
  EXPECT_EQ(race.error().retry, Retry::kLater);
}

TEST_F(S3StoreTest, AGetOfAnotherVersionHasChanged) {
  answer_ = [](const SeenRequest& request) {
    EXPECT_EQ(request.header("If-Match"), "\"e\"");
    return HttpResponse{412, {}, error_xml("PreconditionFailed"), {}};
  };
  GetOptions options;
  options.if_match = "e";
  EXPECT_EQ(get(options).error().code, Code::kChanged);
}

// ---- Regions

// Answers only what was signed for eu-west-1.
Answer only_in_ireland(HttpResponse otherwise) {
  return [otherwise](const SeenRequest& request) {
    const bool right = request.header("Authorization").find("/eu-west-1/s3/") != std::string::npos;
    return right ? stored() : otherwise;
  };
}

TEST_F(S3StoreTest, ARedirectToAnotherRegionIsFollowedOnceAndRemembered) {
  const HttpResponse redirects[] = {
      {301, {{"x-amz-bucket-region", "eu-west-1"}}, error_xml("PermanentRedirect"), {}},
      {307, {{"Location", "https://bucket.s3.eu-west-1.amazonaws.com/a"}}, "", {}},
      {400,
       {},
       "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>",
       {}},
      {400, {{"x-amz-bucket-region", "eu-west-1"}}, "", {}}};
  config_.endpoint.clear();
  for (const HttpResponse& redirect : redirects) {
    store_.reset();
    answer_ = only_in_ireland(redirect);
    ASSERT_TRUE(put("a", "x")) << redirect.status;
    ASSERT_TRUE(put("b", "x")) << redirect.status;
    EXPECT_THAT(asked(), ElementsAre("PUT https://bucket.s3.us-east-1.amazonaws.com/a",
                                     "PUT https://bucket.s3.eu-west-1.amazonaws.com/a",
                                     "PUT https://bucket.s3.eu-west-1.amazonaws.com/b"));
  }
}

TEST_F(S3StoreTest, WithAnEndpointOfItsOwnOnlyTheSignatureNamesTheRegion) {
  answer_ = only_in_ireland({400, {{"x-amz-bucket-region", "eu-west-1"}}, "", {}});
  ASSERT_TRUE(put("a", "x"));
  EXPECT_THAT(asked(), ElementsAre("PUT https://store.example/bucket/a",
                                   "PUT https://store.example/bucket/a"));
}

TEST_F(S3StoreTest, RedirectsInACircleEnd) {
  answer_ = [](const SeenRequest& request) {
    const bool west = request.header("Authorization").find("/eu-west-1/") != std::string::npos;
    return HttpResponse{301,
                        {{"x-amz-bucket-region", west ? "eu-west-2" : "eu-west-1"}},
                        error_xml("PermanentRedirect"),
                        {}};
  };
  EXPECT_THAT(put("a", "x").error().message, HasSubstr("301 PermanentRedirect"));
  EXPECT_EQ(seen().size(), 2U);
}

TEST_F(S3StoreTest, ARegionThatWouldBeAnotherHostIsNotFollowed) {
  config_.endpoint.clear();
  answer_ = [](const SeenRequest&) {
    return HttpResponse{301, {{"x-amz-bucket-region", "evil.example/"}}, "", {}};
  };
  EXPECT_FALSE(put("a", "x"));
  EXPECT_EQ(seen().size(), 1U);
}

// ---- Clocks

class S3StoreWithAWrongClock : public S3StoreTest {
 protected:
  // Refuses what was not signed in the server's century, and tells its own time.
  HttpResponse refuse_old(const SeenRequest& request, const std::string& body) {
    const bool old = request.header("X-Amz-Date").starts_with("20");
    if (!old) return stored();
    return {403, {{"Date", http_date(server_now_)}}, body, {}};
  }

  const std::chrono::sys_seconds server_now_ =
      std::chrono::sys_days(std::chrono::year(2199) / 1 / 1);
};

TEST_F(S3StoreWithAWrongClock, EachOf64RefusedRequestsIsSignedOnceAgain) {
  std::latch all_refused(64);
  answer_ = [&](const SeenRequest& request) {
    HttpResponse response = refuse_old(request, error_xml("RequestTimeTooSkewed"));
    // All are under way before the first learns: so none is spared the refusal.
    if (response.status == 403) all_refused.arrive_and_wait();
    return response;
  };
  store();
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 64; ++i)
      workers.emplace_back([&, i] {
        if (!put(std::to_string(i), "x")) ++failed;
      });
  }
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(seen().size(), 128U);
  ASSERT_TRUE(put("later", "x"));
  EXPECT_EQ(seen().size(), 129U) << "what was learned is kept";
}

TEST_F(S3StoreWithAWrongClock, ARefusalWithoutABodyIsUnderstoodByItsDate) {
  answer_ = [&](const SeenRequest& request) {
    HttpResponse response = refuse_old(request, "");
    response.headers.emplace_back("Content-Length", "1");
    return response;
  };
  EXPECT_TRUE(store().stat("a", call_));
}

TEST_F(S3StoreWithAWrongClock, OneAnswerThatTellsTheTimeWrongDoesNoHarm) {
  answer_ = [&, first = true](const SeenRequest& request) mutable {
    if (!std::exchange(first, false)) return refuse_old(request, error_xml("RequestTimeTooSkewed"));
    const std::chrono::sys_seconds wrong = std::chrono::sys_days(std::chrono::year(2098) / 1 / 1);
    return HttpResponse{403, {{"Date", http_date(wrong)}}, error_xml("RequestTimeTooSkewed"), {}};
  };
  EXPECT_TRUE(put("a", "x"));
  EXPECT_EQ(seen().size(), 3U);
}

TEST_F(S3StoreWithAWrongClock, AServerThatIsNeverContentIsAskedTwice) {
  answer_ = [&](const SeenRequest&) {
    return HttpResponse{
        403, {{"Date", http_date(server_now_)}}, error_xml("RequestTimeTooSkewed"), {}};
  };
  const auto done = put("a", "x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kDenied);
  EXPECT_EQ(seen().size(), 2U);
}

TEST_F(S3StoreTest, ARefusalAtTheRightTimeIsNoQuestionOfTheClock) {
  answer_ = [&](const SeenRequest&) {
    return HttpResponse{403, {{"Date", http_date(clock_->now())}}, "", {}};
  };
  EXPECT_EQ(store().stat("a", call_).error().code, Code::kDenied);
  EXPECT_EQ(seen().size(), 1U);
}

// ---- Get

TEST_F(S3StoreTest, AGetThatIsCutShortOrTooLongIsNoSuccess) {
  for (const char* length : {"4", "6"}) {
    received_.clear();
    answer_ = [&](const SeenRequest&) {
      return HttpResponse{200, {{"Content-Length", length}}, "12345", {}};
    };
    const auto got = get();
    ASSERT_FALSE(got) << length;
    EXPECT_EQ(got.error().code, Code::kIo);
    EXPECT_EQ(got.error().retry, Retry::kLater);
  }
}

TEST_F(S3StoreTest, AServerThatIgnoresRangesIsNotBelieved) {
  answer_ = [](const SeenRequest&) {
    return HttpResponse{200, {{"Content-Length", "5"}}, "12345", {}};
  };
  EXPECT_EQ(get({{1, 3}, {}}).error().code, Code::kUnsupported);
  EXPECT_THAT(received_, IsEmpty());
}

TEST_F(S3StoreTest, AnotherRangeThanAskedForIsNotBelieved) {
  answer_ = [](const SeenRequest&) {
    return HttpResponse{206, {{"Content-Length", "2"}, {"Content-Range", "bytes 2-3/5"}}, "34", {}};
  };
  EXPECT_EQ(get({{1, 3}, {}}).error().code, Code::kIo);
  EXPECT_THAT(received_, IsEmpty());
}

TEST_F(S3StoreTest, ARangeTellsTheSizeOfTheWhole) {
  answer_ = [](const SeenRequest& request) {
    EXPECT_EQ(request.header("Range"), "bytes=1-2");
    return HttpResponse{206, {{"Content-Length", "2"}, {"Content-Range", "bytes 1-2/5"}}, "23", {}};
  };
  const auto got = get({{1, 3}, {}});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(told_.bytes, 5U);
  EXPECT_EQ(received_, "23");
}

// ---- Lists and removing

TEST_F(S3StoreTest, AListThatDoesNotGoOnIsAnErrorAndNoLoop) {
  answer_ = [](const SeenRequest&) {
    return HttpResponse{200,
                        {},
                        "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key>"
                        "<Size>0</Size></Contents></ListBucketResult>",
                        {}};
  };
  const auto first = store().list({}, call_);
  ASSERT_TRUE(first) << first.error().message;
  ListRequest next;
  next.after = first->next;
  EXPECT_EQ(store().list(next, call_).error().code, Code::kCorrupt);
}

TEST_F(S3StoreTest, AnEmptyPageInTheMiddleIsNotTheEnd) {
  answer_ = [](const SeenRequest& request) {
    const bool second = request.url.find("continuation-token=t") != std::string::npos;
    return HttpResponse{200,
                        {},
                        second
                            ? "<ListBucketResult><Contents><Key>a</Key><Size>0</Size></Contents>"
                              "</ListBucketResult>"
                            : "<ListBucketResult><IsTruncated>true</IsTruncated>"
                              "<NextContinuationToken>t</NextContinuationToken></ListBucketResult>",
                        {}};
  };
  const auto page = store().list({}, call_);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->objects.size(), 1U);
}

TEST_F(S3StoreTest, WhatCannotRemoveManyRemovesThemOneByOne) {
  answer_ = [](const SeenRequest& request) {
    return HttpResponse{request.method == "POST" ? 501 : 204, {}, "", {}};
  };
  const std::vector<std::string> keys = {"a", "b"};
  for (int i = 0; i < 2; ++i) {
    const auto left = store().remove(keys, call_);
    ASSERT_TRUE(left) << left.error().message;
    EXPECT_THAT(*left, IsEmpty());
  }
  EXPECT_THAT(asked(), ElementsAre("POST https://store.example/bucket/?delete=",
                                   "DELETE https://store.example/bucket/a",
                                   "DELETE https://store.example/bucket/b",
                                   "DELETE https://store.example/bucket/a",
                                   "DELETE https://store.example/bucket/b"));
}

TEST_F(S3StoreTest, AThousandKeysAreRemovedWithOneRequest) {
  answer_ = [](const SeenRequest&) { return HttpResponse{200, {}, "<DeleteResult/>", {}}; };
  std::vector<std::string> keys;
  for (int i = 0; i < 2'001; ++i) keys.push_back("k<" + std::to_string(i));
  ASSERT_TRUE(store().remove(keys, call_));
  ASSERT_EQ(seen().size(), 3U);
  EXPECT_EQ(seen()[2].method, "DELETE") << "one alone needs no list";
  EXPECT_THAT(seen()[0].body, HasSubstr("<Key>k&lt;0</Key>"));
  EXPECT_FALSE(seen()[0].header("Content-MD5").empty());
}

// ---- Parts

TEST_F(S3StoreTest, ACompletedObjectOfAnotherSizeIsCorrupt) {
  answer_ = [](const SeenRequest& request) {
    if (request.method == "HEAD") return HttpResponse{200, {{"Content-Length", "1"}}, "", {}};
    return HttpResponse{
        200, {}, "<CompleteMultipartUploadResult><ETag/></CompleteMultipartUploadResult>", {}};
  };
  const std::vector<Part> parts = {{1, 2, kMd5OfX}};
  EXPECT_EQ(store().complete_upload({"a", "id", {}}, parts, call_).error().code, Code::kCorrupt);
}

TEST_F(S3StoreTest, AnAbortIsRepeatedWhilePartsAreThere) {
  int listed = 0;
  answer_ = [&](const SeenRequest& request) {
    if (request.method == "DELETE") return HttpResponse{204, {}, "", {}};
    if (++listed == 3) return HttpResponse{404, {}, error_xml("NoSuchKey"), {}};
    return HttpResponse{200, {}, "<ListPartsResult/>", {}};
  };
  ASSERT_TRUE(store().abort_upload({"a", "id", {}}, call_));
  EXPECT_EQ(seen().size(), 6U);
}

TEST_F(S3StoreTest, GoogleIsAskedForWhatWasStoredBehindTheSignature) {
  config_ = gcs_config("bucket");
  answer_ = [](const SeenRequest&) {
    return HttpResponse{200, {{"Content-Length", "1"}}, "x", {}};
  };
  ASSERT_TRUE(get());
  EXPECT_THAT(asked(), ElementsAre("GET https://storage.googleapis.com/bucket/k"));
  EXPECT_EQ(seen()[0].header("Accept-Encoding"), "gzip");
  EXPECT_EQ(seen()[0].header("Authorization").find("accept-encoding"), std::string::npos);
  PutOptions absent;
  absent.if_absent = true;
  EXPECT_EQ(put("a", "x", absent).error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace penstock
