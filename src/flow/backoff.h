// When and how often to try again: full jitter ("Exponential Backoff And Jitter", AWS Architecture
// Blog) and a budget of retries that all workers share (botocore's retry quota).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "penstock/error.h"

#include "flow/jitter.h"

namespace penstock {

struct RetryPolicy {
  unsigned retries = 3;  // after the first attempt
  std::chrono::milliseconds base{100};
  std::chrono::milliseconds busy_base{1000};  // for Retry::kBusy without a Retry-After
  std::chrono::milliseconds cap{20'000};
};

// How long to sleep after attempt number `attempt` (from 1) ended with `error`: U(0, min(cap, base
// x 2^(attempt - 1))), which is brought to [t, t + 5 s] when the server says "Retry-After: t".
// Threads: any.
std::chrono::nanoseconds retry_delay(const RetryPolicy& policy, unsigned attempt,
                                     const Error& error, Jitter& jitter);

// Retries of all workers together: when most requests fail, retries only add to the trouble, and
// the run fails fast. Threads: any, without a lock.
class RetryBudget {
 public:
  static constexpr int kTokens = 500;

  explicit RetryBudget(int tokens = kTokens) : most_(tokens), tokens_(tokens) {}

  // What the retry costs, to be given back when it succeeds: 14 tokens, 5 when the server is busy.
  // Nothing when the budget does not have them: fail now.
  std::optional<int> take(Retry kind);
  // A request succeeded whose last retry took `cost`; 0: at the first attempt, which gives back 1.
  void succeeded(int cost);

  int tokens() const { return tokens_.load(std::memory_order_relaxed); }

 private:
  int most_;
  std::atomic<int> tokens_;
};

}  // namespace penstock
