// How many requests run at the same time.
#pragma once

#include <stop_token>

#include "base/mutex.h"

namespace penstock {

// Threads: any.
class RequestSlots {
 public:
  // `most` = 0: no bound.
  explicit RequestSlots(unsigned most) : most_(most) {}

  // Waits for a free one. False on a stop, which ends the wait at once; nothing is held then.
  bool acquire(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    if (most_ == 0) return !stop.stop_requested();
    Lock lock(mutex_);
    const bool is_free =
        free_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) { return taken_ < most_; });
    if (!is_free || stop.stop_requested()) return false;
    ++taken_;
    return true;
  }
  void release() PENSTOCK_EXCLUDES(mutex_) {
    if (most_ == 0) return;
    Lock lock(mutex_);
    --taken_;
    free_.notify_one();
  }

 private:
  const unsigned most_;
  Mutex mutex_;
  Condition free_;
  unsigned taken_ PENSTOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace penstock
