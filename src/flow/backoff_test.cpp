#include "flow/backoff.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

Error error_of(Retry retry, std::chrono::milliseconds after = 0ms) {
  return {Code::kIo, "failed", retry, after};
}

TEST(RetryDelay, IsFullJitterUpToTheDoubledBaseAndTheCap) {
  const RetryPolicy policy;
  Jitter jitter(1);
  for (unsigned attempt = 1; attempt < 70; ++attempt) {
    const double most = std::min(20.0, 0.1 * std::pow(2.0, attempt - 1));
    double sum = 0;
    for (int i = 0; i < 400; ++i) {
      const double delay = std::chrono::duration<double>(
                               retry_delay(policy, attempt, error_of(Retry::kLater), jitter))
                               .count();
      ASSERT_GE(delay, 0);
      ASSERT_LE(delay, most);
      sum += delay;
    }
    EXPECT_NEAR(sum / 400, most / 2, most / 8) << attempt;
  }
}

TEST(RetryDelay, ABusyServerGetsLongerPauses) {
  Jitter jitter(1);
  std::chrono::nanoseconds longest{};
  for (int i = 0; i < 100; ++i)
    longest = std::max(longest, retry_delay({}, 1, error_of(Retry::kBusy), jitter));
  EXPECT_GT(longest, 800ms);
  EXPECT_LE(longest, 1s);
}

TEST(RetryDelay, RetryAfterIsTheLeastAndFiveSecondsMoreTheMost) {
  Jitter jitter(1);
  RetryPolicy policy;
  for (int i = 0; i < 100; ++i) {
    const auto delay = retry_delay(policy, 1, error_of(Retry::kBusy, 7s), jitter);
    EXPECT_GE(delay, 7s);
    EXPECT_LE(delay, 12s);
  }
  policy.busy_base = 20s;
  std::chrono::nanoseconds longest{};
  for (int i = 0; i < 100; ++i)
    longest = std::max(longest, retry_delay(policy, 1, error_of(Retry::kBusy, 1s), jitter));
  EXPECT_EQ(longest, 6s);
}

TEST(RetryDelay, IsTheSameForOneSeed) {
  Jitter a(7);
  Jitter b(7);
  for (unsigned i = 1; i < 10; ++i)
    EXPECT_EQ(retry_delay({}, i, error_of(Retry::kLater), a),
              retry_delay({}, i, error_of(Retry::kLater), b));
}

TEST(RetryBudget, CostsMoreForAFailureThanForAThrottle) {
  RetryBudget budget;
  EXPECT_EQ(budget.take(Retry::kLater), 14);
  EXPECT_EQ(budget.take(Retry::kBusy), 5);
  EXPECT_EQ(budget.tokens(), 481);
}

TEST(RetryBudget, ASuccessGivesBackWhatItsRetryTookElseOne) {
  RetryBudget budget;
  const auto cost = budget.take(Retry::kLater);
  budget.take(Retry::kLater);
  budget.succeeded(*cost);
  EXPECT_EQ(budget.tokens(), 486);
  budget.succeeded(0);
  EXPECT_EQ(budget.tokens(), 487);
  for (int i = 0; i < 100; ++i) budget.succeeded(0);
  EXPECT_EQ(budget.tokens(), RetryBudget::kTokens);
}

TEST(RetryBudget, AnEmptyOneFailsFast) {
  RetryBudget budget;
  int taken = 0;
  while (budget.take(Retry::kLater)) ++taken;
  EXPECT_EQ(taken, 35);
  EXPECT_FALSE(budget.take(Retry::kLater));
  EXPECT_TRUE(budget.take(Retry::kBusy)) << "10 tokens are left";
}

TEST(RetryBudget, ManyThreadsNeitherLoseNorMakeTokens) {
  RetryBudget budget(100'000);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&budget] {
        for (int i = 0; i < 1000; ++i) budget.take(Retry::kLater);
        for (int i = 0; i < 500; ++i) budget.succeeded(14);
      });
  }
  EXPECT_EQ(budget.tokens(), 100'000 - 4 * 500 * 14);
}

}  // namespace
}  // namespace penstock
