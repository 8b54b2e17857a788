// Simulated time: it stands still while anybody works and jumps to the next sleeper's time when
// nobody does. Hours pass in milliseconds, to the nanosecond the same in every run.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>

#include "base/clock.h"
#include "base/mutex.h"

namespace penstock {

// Threads: any. Every thread that sleeps or waits (WaitList, Channel) holds a Participant, else
// time passes although it works; one thread alone needs none. Sleepers are woken one at a time, by
// time and then in the order in which they went to sleep. Exact until a stop is requested: a
// stopped thread counts as running only once it runs.
class VirtualClock final : public Clock {
 public:
  TimePoint now() const override PENSTOCK_EXCLUDES(mutex_);
  bool sleep_until(TimePoint when, const std::stop_token& stop) override PENSTOCK_EXCLUDES(mutex_);
  void block() override PENSTOCK_EXCLUDES(mutex_);
  void unblock() override PENSTOCK_EXCLUDES(mutex_);

  // For the length of a scope in which a participant waits for something that no WaitList knows of:
  // for threads to end, say.
  class Elsewhere {
   public:
    explicit Elsewhere(VirtualClock& clock) : clock_(clock) { clock_.block(); }
    ~Elsewhere() { clock_.unblock(); }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

   private:
    VirtualClock& clock_;
  };

  // Runs `work(0)` to `work(threads - 1)`, each in a thread that takes part, and waits for all. To
  // be called by a thread that takes no part.
  void run(unsigned threads, const std::function<void(unsigned)>& work);

 private:
  void enter() override PENSTOCK_EXCLUDES(mutex_);
  void leave() override PENSTOCK_EXCLUDES(mutex_);

  struct Sleeper {
    TimePoint when;
    std::uint64_t turn;
    const std::stop_token& stop;
    Condition woken_up;
    bool woken = false;
  };
  struct Earlier {
    bool operator()(const Sleeper* a, const Sleeper* b) const {
      return a->when != b->when ? a->when < b->when : a->turn < b->turn;
    }
  };

  void advance() PENSTOCK_REQUIRES(mutex_);

  mutable Mutex mutex_;
  TimePoint now_ PENSTOCK_GUARDED_BY(mutex_){std::chrono::hours(1)};
  std::set<Sleeper*, Earlier> sleepers_ PENSTOCK_GUARDED_BY(mutex_);  // each on its thread's stack
  std::uint64_t turns_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::int64_t participants_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::int64_t blocked_ PENSTOCK_GUARDED_BY(mutex_) = 0;  // of them: asleep, or waiting
};

}  // namespace penstock
