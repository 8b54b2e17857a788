#include "store/retrying_store.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "store/chaos_store.h"
#include "store/logged_store.h"
#include "store/memory_store.h"
#include "store/store_contract.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;

// PENSTOCK_CHAOS_SEED tries another one.
std::uint64_t chaos_seed() {
  const char* told = std::getenv("PENSTOCK_CHAOS_SEED");
  return told == nullptr ? 20260105 : std::strtoull(told, nullptr, 10);
}

std::shared_ptr<Store> small_parts() {
  MemoryStoreOptions options;
  options.least_part_bytes = 16 << 10;
  return make_memory_store(options);
}

struct Simulated {
  VirtualClock clock;
  std::shared_ptr<Store> store;
};
std::shared_ptr<Store> owned(const std::shared_ptr<Simulated>& simulated) {
  return {simulated, simulated->store.get()};
}

Result<std::shared_ptr<Store>> retrying_over_chaos() {
  const auto simulated = std::make_shared<Simulated>();
  ChaosOptions trouble;
  trouble.seed = chaos_seed();
  trouble.fail_before = trouble.lose_answer = 0.15;
  trouble.flip_bit = trouble.partial = 0.05;
  trouble.delay = 0.2;
  RetryingOptions options;
  options.policy.retries = 30;
  auto chaos = make_chaos_store(small_parts(), trouble, simulated->clock);
  simulated->store = make_retrying_store(std::move(chaos), options, simulated->clock);
  return owned(simulated);
}

Result<std::shared_ptr<Store>> retrying() {
  return std::shared_ptr<Store>(make_retrying_store(small_parts(), {}, steady_clock()));
}

Result<std::shared_ptr<Store>> logged() {
  const auto log = [](const LoggedCall&) {};
  return std::shared_ptr<Store>(make_logged_store(small_parts(), log, steady_clock()));
}

Result<std::shared_ptr<Store>> chaos_without_trouble() {
  return std::shared_ptr<Store>(make_chaos_store(small_parts(), {}, steady_clock()));
}

INSTANTIATE_TEST_SUITE_P(Wrapped, StoreContract,
                         ::testing::Values(StoreKind{"Retrying", retrying},
                                           StoreKind{"RetryingOverChaos", retrying_over_chaos},
                                           StoreKind{"Logged", logged},
                                           StoreKind{"Chaos", chaos_without_trouble}),
                         store_kind_name);

// Fails as it is told, call after call: before it is done, or after.
class Scripted final : public WrappedStore<Scripted> {
 public:
  struct Step {
    std::optional<Error> before;
    std::optional<Error> after;
  };
  explicit Scripted(std::deque<Step> script)
      : WrappedStore(small_parts()), script_(std::move(script)) {}

  template <class Perform>
  auto around(StoreOperation, const std::string&, Call& call, Perform perform)
      -> decltype(perform(call)) {
    const Step step = script_.empty() ? Step{} : script_.front();
    if (!script_.empty()) script_.pop_front();
    ++calls;
    if (step.before) return fail(*step.before);
    auto result = perform(call);
    if (step.after) return fail(*step.after);
    return result;
  }
  Store& memory() { return inner(); }
  int calls = 0;

 private:
  std::deque<Step> script_;
};

Error error_of(Code code, Retry retry, std::chrono::milliseconds after = 0ms) {
  return {code, "503", retry, after};
}
const Error kBroken = error_of(Code::kIo, Retry::kLater);
const Error kBusy = error_of(Code::kIo, Retry::kBusy, 3s);
const Error kDamaged = error_of(Code::kCorrupt, Retry::kLater);

class Retrying : public ::testing::Test {
 protected:
  void script(std::deque<Scripted::Step> steps) {
    scripted_ = std::make_shared<Scripted>(std::move(steps));
    options_.notice = [this](const RetryNotice& notice) { notices_.push_back(describe(notice)); };
    store_ = make_retrying_store(scripted_, options_, clock_);
  }
  Result<PutResult> put(std::string_view content, bool if_absent = false) {
    const auto body = make_memory_body(as_bytes(content));
    PutOptions options;
    options.if_absent = if_absent;
    return store_->put("a", *body, options, call_);
  }

  VirtualClock clock_;
  RetryingOptions options_;
  std::shared_ptr<Scripted> scripted_;
  std::unique_ptr<Store> store_;
  std::vector<std::string> notices_;
  Call call_;
};

TEST_F(Retrying, CountsItsAttemptsAndTellsOfEach) {
  script({{kBroken, {}}, {{}, kBroken}});
  ASSERT_TRUE(put("x"));
  EXPECT_EQ(call_.attempts, 3U);
  EXPECT_EQ(scripted_->calls, 3);
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_THAT(notices_[0],
              ::testing::MatchesRegex("a: attempt 1/4 failed \\(503\\), retrying in .* ms"));
  EXPECT_THAT(notices_[1], ::testing::StartsWith("a: attempt 2/4 failed (503), retrying in "));
}

TEST_F(Retrying, GivesUpAfterItsRetriesAndSaysHowOftenItTried) {
  script({{kBroken, {}}, {kBroken, {}}, {kBroken, {}}, {kBroken, {}}, {kBroken, {}}});
  auto done = put("x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "503 (4 attempts)");
  EXPECT_EQ(call_.attempts, 4U);
  EXPECT_EQ(scripted_->calls, 4);
}

TEST_F(Retrying, DoesNotTryAgainWhatCannotSucceed) {
  script({{error_of(Code::kDenied, Retry::kNever), {}}});
  auto done = put("x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kDenied);
  EXPECT_EQ(scripted_->calls, 1);
}

TEST_F(Retrying, WaitsAsLongAsTheServerAsks) {
  script({{kBusy, {}}});
  const auto begin = clock_.now();
  ASSERT_TRUE(put("x"));
  EXPECT_GE(clock_.now() - begin, 3s);
  EXPECT_LE(clock_.now() - begin, 8s);
}

TEST_F(Retrying, TriesCorruptOnesTwiceMoreAtMost) {
  options_.policy.retries = 10;
  script({{kDamaged, {}}, {kDamaged, {}}, {kDamaged, {}}, {kDamaged, {}}});
  EXPECT_FALSE(put("x"));
  EXPECT_EQ(scripted_->calls, 3);
}

TEST_F(Retrying, FailsFastWhenTheBudgetIsEmpty) {
  options_.budget = std::make_shared<RetryBudget>(20);
  script({{kBroken, {}}, {kBroken, {}}, {kBroken, {}}});
  EXPECT_FALSE(put("x"));
  EXPECT_EQ(scripted_->calls, 2) << "one retry costs 14 of the 20 tokens";
}

TEST_F(Retrying, ASuccessGivesTheBudgetBack) {
  options_.budget = std::make_shared<RetryBudget>();
  script({{kBroken, {}}});
  ASSERT_TRUE(put("x"));
  EXPECT_EQ(options_.budget->tokens(), RetryBudget::kTokens);
}

TEST_F(Retrying, KnowsItsOwnObjectWhenTheAnswerWasLost) {
  script({{{}, kBroken}});
  auto done = put("mine", true);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->etag, scripted_->memory().stat("a", call_)->etag);
}

TEST_F(Retrying, DoesNotTakeTheObjectOfAnotherForItsOwn) {
  script({{kBroken, {}}});
  const auto theirs = make_memory_body(as_bytes("them"));
  ASSERT_TRUE(scripted_->memory().put("a", *theirs, {}, call_));
  auto done = put("mine", true);  // as long, another content
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kExists);
}

TEST_F(Retrying, KnowsThatItsUploadWasCompletedWhenTheAnswerWasLost) {
  script({{}, {}, {{}, kBroken}});
  const auto body = make_memory_body(as_bytes("x"));
  auto upload = store_->create_upload("a", {}, call_);
  ASSERT_TRUE(upload);
  auto part = store_->put_part(*upload, 1, *body, call_);
  ASSERT_TRUE(part);
  const std::vector<Part> parts = {*part};
  auto done = store_->complete_upload(*upload, parts, call_);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->etag, scripted_->memory().stat("a", call_)->etag);
}

TEST_F(Retrying, AReceiverThatFailsIsNotAskedAgain) {
  script({});
  ASSERT_TRUE(put("x"));
  int asked = 0;
  Receiver receiver;
  receiver.bytes = [&asked](Bytes) {
    ++asked;
    return Status(fail(Code::kIo, "the pipe broke", Retry::kLater));
  };
  EXPECT_FALSE(store_->get("a", {}, receiver, call_));
  EXPECT_EQ(asked, 1);
}

TEST_F(Retrying, AStopEndsThePause) {
  std::stop_source stop;
  options_.notice = {};
  scripted_ = std::make_shared<Scripted>(std::deque<Scripted::Step>{{kBusy, {}}});
  options_.notice = [&stop](const RetryNotice&) { stop.request_stop(); };
  store_ = make_retrying_store(scripted_, options_, clock_);
  call_.stop = stop.get_token();
  auto done = put("x");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCancelled);
}

TEST(Logged, TellsEveryCallItsDurationAndOutcome) {
  VirtualClock clock;
  ChaosOptions slow;
  slow.delay = 1;
  std::vector<std::string> told;
  const auto log = [&told](const LoggedCall& call) {
    told.push_back(std::string(name(call.operation)) + " " + call.key + " " +
                   (call.error == nullptr ? "ok" : std::string(name(call.error->code))) +
                   (call.duration.count() > 0 ? " slow" : ""));
  };
  const auto store = make_logged_store(make_chaos_store(small_parts(), slow, clock), log, clock);
  Call call;
  const auto body = make_memory_body(as_bytes("x"));
  ASSERT_TRUE(store->put("a", *body, {}, call));
  ASSERT_FALSE(store->stat("b", call));
  EXPECT_THAT(told, ::testing::ElementsAre("put a ok slow", "stat b not_found slow"));
}

TEST(Chaos, IsTheSameForTheSameSeed) {
  const auto outcomes = [](std::uint64_t seed) {
    ChaosOptions options;
    options.seed = seed;
    options.fail_before = options.lose_answer = 0.3;
    const auto store = make_chaos_store(small_parts(), options, steady_clock());
    std::string seen;
    for (int i = 0; i < 50; ++i) {
      Call call;
      const auto body = make_memory_body(as_bytes("x"));
      seen += store->put("a", *body, {}, call) ? '+' : '-';
    }
    return seen;
  };
  EXPECT_EQ(outcomes(1), outcomes(1));
  EXPECT_NE(outcomes(1), outcomes(2));
}

}  // namespace
}  // namespace penstock
