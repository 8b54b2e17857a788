// The S3 adapter against the server that tests/servers/with_rgw started: the contract of the port,
// and what only a real server refuses.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "net/http_client.h"
#include "store/gcs.h"
#include "store/open_store.h"
#include "store/s3_store.h"
#include "store/store_contract.h"

namespace penstock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::string variable(const char* name) {
  const auto value = process_environment()(name);
  if (!value) {
    ADD_FAILURE() << name << " is not set: run me by tests/servers/with_rgw";
    std::exit(1);
  }
  return *value;
}

AwsCredentials credentials(std::string access = variable("AWS_ACCESS_KEY_ID"),
                           std::string secret = variable("AWS_SECRET_ACCESS_KEY")) {
  return {std::move(access), Secret(std::move(secret)), {}, {}};
}

S3Access access_with(AwsCredentials keys) {
  auto client = make_http_client({});
  EXPECT_TRUE(client) << client.error().message;
  return {*std::move(client), make_fixed_credentials(std::move(keys)),
          std::make_shared<ServerClock>()};
}

// A bucket of its own for each test. The store makes none, so that is done by hand.
std::string new_bucket() {
  static std::atomic<int> count{0};
  const std::string name = "test-" + std::to_string(getpid()) + "-" + std::to_string(++count);
  const S3Access access = access_with(credentials());
  const SigV4 signer("us-east-1", "s3");
  for (int tries = 0; tries < 100; ++tries) {
    HttpRequest request;
    request.method = "PUT";
    request.url = variable("AWS_ENDPOINT_URL") + "/" + name;
    EXPECT_TRUE(signer.sign(request, credentials(), kUnsignedPayload, access.clock->now()));
    const auto response = access.client->perform(request, {});
    EXPECT_TRUE(response) << response.error().message;
    if (response && response->status == 200) return name;
    EXPECT_TRUE(response && response->status == 503) << response->status << response->body;
  }
  ADD_FAILURE() << "no bucket can be made";
  return name;
}

S3Config config_of(std::string bucket) {
  S3Config config;
  config.endpoint = variable("AWS_ENDPOINT_URL");
  config.bucket = std::move(bucket);
  return config;
}

std::shared_ptr<Store> open_config(S3Config config, S3Access access) {
  auto store = make_s3_store(std::move(config), std::move(access));
  EXPECT_TRUE(store) << store.error().message;
  return store ? *std::move(store) : nullptr;
}

std::shared_ptr<Store> new_store() {
  return open_config(config_of(new_bucket()), access_with(credentials()));
}

Result<std::shared_ptr<Store>> new_unsigned_store() {
  S3Config config = config_of(new_bucket());
  config.payload = S3Payload::kUnsigned;
  return open_config(std::move(config), access_with(credentials()));
}

Result<std::shared_ptr<Store>> new_google_store() {
  return open_config(gcs_config(new_bucket(), variable("AWS_ENDPOINT_URL")),
                     access_with(credentials()));
}

INSTANTIATE_TEST_SUITE_P(S3, StoreContract,
                         ::testing::Values(StoreKind{"SignedPayload", &new_store},
                                           StoreKind{"UnsignedPayload", &new_unsigned_store},
                                           StoreKind{"GoogleSettings", &new_google_store}),
                         store_kind_name);

Result<PutResult> put(Store& store, const std::string& key, std::string_view content,
                      const PutOptions& options = {}) {
  const auto body = make_memory_body(as_bytes(content));
  Call call;
  return store.put(key, *body, options, call);
}

std::string content(Store& store, const std::string& key) {
  std::string bytes;
  Receiver receiver;
  receiver.bytes = [&](Bytes piece) {
    bytes += as_text(piece);
    return Status();
  };
  Call call;
  const auto got = store.get(key, {}, receiver, call);
  return got ? bytes : got.error().message;
}

std::vector<std::string> keys(Store& store, const std::string& prefix = {}) {
  std::vector<std::string> all;
  ListRequest request;
  request.prefix = prefix;
  Call call;
  do {
    auto page = store.list(request, call);
    EXPECT_TRUE(page) << page.error().message;
    if (!page) break;
    for (const ObjectInfo& info : page->objects) all.push_back(info.key);
    request.after = page->next;
  } while (!request.after.empty());
  return all;
}

// Runs `work(i)` for 0 <= i < count in `threads` threads.
void in_parallel(int count, int threads, const std::function<void(int)>& work) {
  std::atomic<int> next{0};
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      for (int i = next++; i < count; i = next++) work(i);
    });
}

// Is not what it says it is.
class LyingBody final : public Body {
 public:
  std::uint64_t size() const override { return 5; }
  Status rewind() override {
    at_ = 0;
    ++round_;
    return {};
  }
  Result<std::size_t> read(MutableBytes out) override {
    const std::string text = round_ % 2 == 0 ? "other" : "first";
    const std::size_t count = std::min(out.size(), text.size() - at_);
    std::ranges::copy(as_bytes(text).subspan(at_, count), out.begin());
    at_ += count;
    return count;
  }
  Result<Sha256Digest> sha256() override { return penstock::sha256(as_bytes("lies!")); }

 private:
  std::size_t at_ = 0;
  int round_ = 0;
};

TEST(S3OnRgw, AWrongSecretIsDeniedWithACureAndWithoutASignature) {
  const std::string bucket = new_bucket();
  const auto store = open_config(
      config_of(bucket), access_with(credentials(variable("AWS_ACCESS_KEY_ID"), "canary-secret")));
  const auto done = put(*store, "a.txt", "x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kDenied);
  EXPECT_EQ(done.error().retry, Retry::kNever);
  EXPECT_THAT(done.error().message, HasSubstr("put s3://" + bucket + "/a.txt: 403 Signature"));
  EXPECT_THAT(done.error().message, HasSubstr("check the secret key"));
  EXPECT_THAT(done.error().message, Not(HasSubstr("canary")));
  EXPECT_THAT(done.error().message, Not(HasSubstr("AWS4-HMAC")));
}

TEST(S3OnRgw, AnUnknownAccessKeyIsDeniedWithACure) {
  const auto store =
      open_config(config_of(new_bucket()), access_with(credentials("NOBODY", "secret")));
  const auto done = put(*store, "a.txt", "x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kDenied);
  EXPECT_THAT(done.error().message, HasSubstr("403 InvalidAccessKeyId"));
  EXPECT_THAT(done.error().message, HasSubstr("does not know this access key"));
}

TEST(S3OnRgw, AMissingBucketIsNotFoundAndNoneIsMade) {
  const auto store = open_config(config_of("no-such-bucket"), access_with(credentials()));
  for (int i = 0; i < 2; ++i) {
    const auto done = put(*store, "a.txt", "x");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kNotFound);
    EXPECT_THAT(done.error().message, HasSubstr("404 NoSuchBucket"));
  }
  Call call;
  EXPECT_THAT(store->list({}, call).error().message, HasSubstr("404 NoSuchBucket"));
}

TEST(S3OnRgw, OtherBytesThanThoseSignedAreRefusedByTheServer) {
  const auto store = new_store();
  LyingBody body;
  Call call;
  const auto done = store->put("a.txt", body, {}, call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCorrupt);
  EXPECT_EQ(done.error().retry, Retry::kLater);
  EXPECT_THAT(done.error().message, HasSubstr("XAmzContentSHA256Mismatch"));
  EXPECT_THAT(keys(*store), IsEmpty());
}

TEST(S3OnRgw, OtherBytesThanThoseOfTheMd5AreRefusedByTheServer) {
  const auto store = *new_unsigned_store();
  LyingBody body;
  Call call;
  const auto done = store->put("a.txt", body, {}, call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCorrupt);
  EXPECT_THAT(done.error().message, HasSubstr("BadDigest"));
  EXPECT_THAT(keys(*store), IsEmpty());
}

TEST(S3OnRgw, AWrongClockIsCorrectedOnceForAllWorkers) {
  for (const auto hours : {std::chrono::hours(-2), std::chrono::hours(30)}) {
    S3Access access = access_with(credentials());
    const auto clock = access.clock;
    const auto right = clock->now();
    clock->correct(right + hours);
    const auto store = open_config(config_of(new_bucket()), std::move(access));
    std::atomic<int> failed{0};
    in_parallel(64, 64, [&](int i) {
      if (!put(*store, std::to_string(i), "x")) ++failed;
    });
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(keys(*store).size(), 64U);
    EXPECT_LT(std::chrono::abs(clock->now() - right), std::chrono::minutes(5));
  }
}

TEST(S3OnRgw, AWrongClockIsSeenFromAnAnswerWithoutABody) {
  S3Access access = access_with(credentials());
  access.clock->correct(access.clock->now() + std::chrono::hours(1));
  const auto store = open_config(config_of(new_bucket()), std::move(access));
  Call call;
  EXPECT_EQ(store->stat("missing", call).error().code, Code::kNotFound);
}

TEST(S3OnRgw, KeysThatUrlsAndXmlDoNotLikeAreKept) {
  const auto store = new_store();
  const std::vector<std::string> odd = {
      "a\x01"
      "b",
      "a\nb",
      "a//b",
      "a/../b",
      "./a",
      "..",
      "dir/",
      " blank ",
      "a\tb",
      "q?x=1&y",
      "\xf0\x9f\x98\x80"};
  for (const std::string& key : odd) {
    const auto done = put(*store, key, key);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(content(*store, key), key);
  }
  auto sorted = odd;
  std::ranges::sort(sorted);
  EXPECT_EQ(keys(*store), sorted);
  Call call;
  const auto left = store->remove(odd, call);
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_THAT(*left, IsEmpty());
  EXPECT_THAT(keys(*store), IsEmpty());
}

TEST(S3OnRgw, AListOfSeveralPagesHasEveryKeyOnceAndRemoveTakesThemAll) {
  constexpr int kCount = 1'234;
  const auto store = new_store();
  std::vector<std::string> expected(kCount);
  in_parallel(kCount, 8, [&](int i) {
    expected[static_cast<std::size_t>(i)] = "n/" + std::to_string(i);
    EXPECT_TRUE(put(*store, "n/" + std::to_string(i), "x"));
  });
  std::ranges::sort(expected);
  EXPECT_EQ(keys(*store, "n/"), expected);
  Call call;
  const auto left = store->remove(expected, call);
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_THAT(*left, IsEmpty());
  EXPECT_THAT(keys(*store), IsEmpty());
}

TEST(S3OnRgw, MetadataOfAnySignsComesBack) {
  const auto store = new_store();
  PutOptions options;
  options.metadata = {{"name", "gr\u00fc\u00dfe \xff"}, {"blank", "  a  b "}, {"plain", "x"}};
  options.headers = {{"Cache-Control", "no-store"}};
  const auto done = put(*store, "a.txt", "x", options);
  ASSERT_TRUE(done) << done.error().message;
  Call call;
  auto info = store->stat("a.txt", call);
  ASSERT_TRUE(info) << info.error().message;
  std::ranges::sort(info->metadata);
  std::ranges::sort(options.metadata);
  EXPECT_EQ(info->metadata, options.metadata);
}

TEST(S3OnRgw, AnUploadIsTakenUpByAnotherStore) {
  const std::string bucket = new_bucket();
  const std::string part(5 * kMiB, 'p');
  const auto body = make_memory_body(as_bytes(part));
  Call call;
  Upload upload;
  {
    const auto first = open_config(config_of(bucket), access_with(credentials()));
    upload = *first->create_upload("big", {}, call);
    ASSERT_TRUE(first->put_part(upload, 1, *body, call));
  }
  const auto second = open_config(config_of(bucket), access_with(credentials()));
  auto parts = second->list_parts(upload, call);
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 1U);
  parts->push_back(*second->put_part(upload, 2, *make_memory_body(as_bytes("end")), call));
  const auto done = second->complete_upload(upload, *parts, call);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(content(*second, "big") == part + "end");
  EXPECT_THAT(*second->list_uploads("", call), IsEmpty());
}

TEST(S3OnRgw, CompletingAgainSucceedsAndAnAbortedUploadDoesNot) {
  const auto store = new_store();
  Call call;
  const auto upload = *store->create_upload("a", {}, call);
  const std::vector<Part> parts = {
      *store->put_part(upload, 1, *make_memory_body(as_bytes("x")), call)};
  const auto done = store->complete_upload(upload, parts, call);
  ASSERT_TRUE(done) << done.error().message;
  const auto again = store->complete_upload(upload, parts, call);
  ASSERT_TRUE(again) << "the first answer may have been lost: " << again.error().message;
  EXPECT_EQ(again->etag, done->etag);
  const std::vector<std::string> gone = {"a"};
  ASSERT_TRUE(store->remove(gone, call));
  EXPECT_EQ(store->complete_upload(upload, parts, call).error().code, Code::kNotFound);
}

TEST(S3OnRgw, APartLeftOutIsRefused) {
  const auto store = new_store();
  Call call;
  const auto upload = *store->create_upload("a", {}, call);
  const std::string first(5 * kMiB, '1');
  const std::vector<Part> parts = {
      *store->put_part(upload, 1, *make_memory_body(as_bytes(first)), call),
      *store->put_part(upload, 2, *make_memory_body(as_bytes("2")), call)};
  const auto done = store->complete_upload(upload, std::span(parts).first(1), call);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().retry, Retry::kNever);
  EXPECT_THAT(done.error().message, HasSubstr("InvalidPart"));
  EXPECT_TRUE(store->complete_upload(upload, parts, call));
}

TEST(S3OnRgw, AnAbortLeavesNoUpload) {
  const auto store = new_store();
  Call call;
  const auto upload = *store->create_upload("a", {}, call);
  ASSERT_TRUE(store->put_part(upload, 1, *make_memory_body(as_bytes("x")), call));
  EXPECT_EQ(store->list_uploads("", call)->size(), 1U);
  ASSERT_TRUE(store->abort_upload(upload, call));
  EXPECT_THAT(*store->list_uploads("", call), IsEmpty());
  EXPECT_THAT(keys(*store), IsEmpty());
}

TEST(S3OnRgw, AnUploadIfAbsentDoesNotReplace) {
  const auto store = new_store();
  PutOptions absent;
  absent.if_absent = true;
  Call call;
  const auto upload = *store->create_upload("a", absent, call);
  const std::vector<Part> parts = {
      *store->put_part(upload, 1, *make_memory_body(as_bytes("late")), call)};
  ASSERT_TRUE(put(*store, "a", "early"));
  EXPECT_EQ(store->complete_upload(upload, parts, call).error().code, Code::kExists);
  EXPECT_EQ(content(*store, "a"), "early");
}

TEST(S3OnRgw, ALargeCopyGoesInParts) {
  S3Config config = config_of(new_bucket());
  const auto store = open_config(config, access_with(credentials()));
  std::string sent(11 * kMiB, 'a');
  for (std::size_t i = 0; i < sent.size(); i += 997) sent[i] = static_cast<char>('a' + i % 26);
  PutOptions options;
  options.metadata = {{"mode", "644"}};
  ASSERT_TRUE(put(*store, "from", sent, options));
  config.most_put_bytes = 6 * kMiB;
  config.copy_part_bytes = 5 * kMiB;
  const auto small = open_config(config, access_with(credentials()));
  Call call;
  const auto done = small->copy("from", "to", {}, call);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(done->etag, HasSubstr("-3"));
  EXPECT_TRUE(content(*store, "to") == sent);
  EXPECT_EQ(store->stat("to", call)->metadata, options.metadata);
  EXPECT_THAT(*store->list_uploads("", call), IsEmpty());
}

TEST(S3OnRgw, APlaceIsOpenedWithWhatTheEnvironmentSays) {
  const std::string bucket = new_bucket();
  auto place = open_store("s3://" + bucket + "/photos/2026", {});
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(place->prefix, "photos/2026");
  EXPECT_EQ(place->store->name(), "s3://" + bucket);
  ASSERT_TRUE(put(*place->store, "a", "x"));
  EXPECT_EQ(content(*place->store, "a"), "x");
}

// Started with "rgw max concurrent requests = 2".
TEST(S3BusyServer, SaysThatItIsBusyAndTakesEverythingInTheEnd) {
  const auto store = new_store();
  std::atomic<int> refused{0};
  std::atomic<bool> all_well{true};
  constexpr int kMostTries = 100'000;
  const auto put_until_done = [&](int i) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      const auto done = put(*store, std::to_string(i), "x");
      if (done) return;
      ++refused;
      const Error& error = done.error();
      if (error.code == Code::kIo && error.retry == Retry::kBusy) continue;
      ADD_FAILURE() << error.message;
      break;
    }
    all_well = false;
  };
  for (int round = 0; refused == 0 && round < 50; ++round) in_parallel(100, 16, put_until_done);
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(all_well);
}

}  // namespace
}  // namespace penstock
