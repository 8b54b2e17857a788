#include "flow/backoff.h"

#include <algorithm>

namespace penstock {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kRetryAfterSpread = std::chrono::seconds(5);

}  // namespace

nanoseconds retry_delay(const RetryPolicy& policy, unsigned attempt, const Error& error,
                        Jitter& jitter) {
  const nanoseconds base = error.retry == Retry::kBusy ? policy.busy_base : policy.base;
  const unsigned doublings = std::min(attempt == 0 ? 0 : attempt - 1, 30U);
  const double most =
      std::min(static_cast<double>(base.count()) * static_cast<double>(1U << doublings),
               static_cast<double>(nanoseconds(policy.cap).count()));
  const nanoseconds delay(static_cast<std::int64_t>(jitter.fraction() * most));
  if (error.retry_after.count() <= 0) return delay;
  const nanoseconds asked = error.retry_after;
  return std::clamp(delay, asked, asked + kRetryAfterSpread);
}

std::optional<int> RetryBudget::take(Retry kind) {
  const int cost = kind == Retry::kBusy ? 5 : 14;
  int left = tokens_.load(std::memory_order_relaxed);
  do {
    if (left < cost) return std::nullopt;
  } while (!tokens_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed));
  return cost;
}

void RetryBudget::succeeded(int cost) {
  const int back = std::max(cost, 1);
  int now = tokens_.load(std::memory_order_relaxed);
  while (now < most_ && !tokens_.compare_exchange_weak(now, std::min(now + back, most_),
                                                       std::memory_order_relaxed)) {
  }
}

}  // namespace penstock
