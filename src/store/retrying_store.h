// A wrapper that tries again what may succeed later, and knows what a lost answer means: that the
// first attempt may have been done.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "flow/backoff.h"
#include "store/wrapped_store.h"

namespace penstock {

struct RetryNotice {
  StoreOperation operation;
  const std::string& key;
  unsigned attempt;   // the one that failed, from 1
  unsigned attempts;  // the most there will be
  const Error& error;
  std::chrono::nanoseconds delay;  // until the next one
};
// "NAME: attempt 2/4 failed (503 SlowDown), retrying in 180 ms".
std::string describe(const RetryNotice& notice);

struct RetryingOptions {
  RetryPolicy policy;
  std::shared_ptr<RetryBudget> budget;  // shared with other stores; null: none
  std::uint64_t seed = 1;               // of the jitter
  // Called by the threads that make the calls, at the same time; must not throw.
  std::function<void(const RetryNotice&)> notice = [](const RetryNotice&) {};
};

// Errors with Retry::kNever are final, and what a receiver fails with. What is kCorrupt is tried
// at most twice more. Bodies are rewound and receivers begin again (Receiver::info). kExists and
// kNotFound that may be the answer to our own first attempt (a put if absent, a completed upload)
// are believed only after a look at what is there. In the end the error says how often it was
// tried. `clock` must outlive the store.
std::unique_ptr<Store> make_retrying_store(std::shared_ptr<Store> inner, RetryingOptions options,
                                           Clock& clock);

}  // namespace penstock
