// A Condition whose waiting a Clock knows of, so that a simulation is exact: whoever wakes a thread
// counts it as running before it goes on itself, not the thread when it gets to run.
#pragma once

#include <cstddef>
#include <stop_token>

#include "base/clock.h"
#include "base/mutex.h"

namespace penstock {

// All calls hold the one mutex that guards what is waited for.
class WaitList {
 public:
  explicit WaitList(Clock& clock) : clock_(clock) {}
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  // Waits until `ready()` or a stop, as Condition::wait() does. `ready` becomes true only by
  // somebody who then notifies.
  template <class Ready>
  bool wait(Mutex& mutex, const std::stop_token& stop, Ready ready) PENSTOCK_REQUIRES(mutex)
      PENSTOCK_NO_THREAD_SAFETY_ANALYSIS {  // `ready` names its lock by another expression
    while (!ready()) {
      if (stop.stop_requested()) return false;
      wait_for_credit(mutex, stop);
    }
    return true;
  }
  // False when nobody waits who was not yet notified.
  bool notify_one() {
    if (credits_ == waiting_) return false;
    ++credits_;
    clock_.unblock();
    condition_.notify_one();
    return true;
  }
  void notify_all() {
    for (; credits_ < waiting_; ++credits_) clock_.unblock();
    condition_.notify_all();
  }

 private:
  void wait_for_credit(Mutex& mutex, const std::stop_token& stop) PENSTOCK_REQUIRES(mutex) {
    ++waiting_;
    clock_.block();
    const bool woken = condition_.wait(mutex, stop, [this] { return credits_ > 0; });
    --waiting_;
    if (!woken) return clock_.unblock();
    --credits_;
    // Who is stopped may not use what it was woken for: the next one gets it.
    if (stop.stop_requested()) notify_one();
  }

  Clock& clock_;
  Condition condition_;
  std::size_t waiting_ = 0;
  std::size_t credits_ = 0;  // waiters that were notified and have not yet gone on
};

}  // namespace penstock
