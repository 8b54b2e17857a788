// Meters: what a pipeline counts while it runs. A few relaxed atomics that any thread adds to and a
// reporter reads as a snapshot; no locks, no effect on the work.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace penstock {

// CPU time this thread has used. About 0.2 us a call, so meters that need it are off by default.
std::chrono::nanoseconds thread_cpu_time();

// One stage of a pipeline: what went through it, how long it worked and how long it waited. A stage
// that waits to push is faster than the next one; the slow stage is the one that never waits.
class StageMeter {
 public:
  struct Snapshot {
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;
    std::chrono::nanoseconds busy{};     // CPU time of the stage's threads
    std::chrono::nanoseconds waiting{};  // wall time blocked on other stages
  };

  void add(std::uint64_t items, std::uint64_t bytes) {
    items_.fetch_add(items, std::memory_order_relaxed);
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void add_busy(std::chrono::nanoseconds time) {
    busy_ns_.fetch_add(static_cast<std::uint64_t>(time.count()), std::memory_order_relaxed);
  }
  void add_waiting(std::chrono::nanoseconds time) {
    waiting_ns_.fetch_add(static_cast<std::uint64_t>(time.count()), std::memory_order_relaxed);
  }
  Snapshot snapshot() const;

 private:
  std::atomic<std::uint64_t> items_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> busy_ns_{0};
  std::atomic<std::uint64_t> waiting_ns_{0};
};

// What the meters of a pipeline's stages stand in.
struct MeasuredStages {
  bool measure_busy = false;
  // For a BusyTimer: null (free of charge) unless busy times are wanted.
  StageMeter* busy(StageMeter& meter) const { return measure_busy ? &meter : nullptr; }
};

// Adds the CPU time of a scope to a meter; does nothing (and costs nothing) with a null meter.
class BusyTimer {
 public:
  explicit BusyTimer(StageMeter* meter)
      : meter_(meter), start_(meter == nullptr ? std::chrono::nanoseconds{} : thread_cpu_time()) {}
  ~BusyTimer() {
    if (meter_ != nullptr) meter_->add_busy(thread_cpu_time() - start_);
  }
  BusyTimer(const BusyTimer&) = delete;
  BusyTimer& operator=(const BusyTimer&) = delete;

 private:
  StageMeter* meter_;
  std::chrono::nanoseconds start_;
};

// Adds the wall time of a scope that blocks on another stage; two clock reads (about 50 ns).
class WaitTimer {
 public:
  explicit WaitTimer(StageMeter& meter) : meter_(meter), start_(Clock::now()) {}
  ~WaitTimer() { meter_.add_waiting(Clock::now() - start_); }
  WaitTimer(const WaitTimer&) = delete;
  WaitTimer& operator=(const WaitTimer&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  StageMeter& meter_;
  Clock::time_point start_;
};

// What `wait()` returns, the time it takes added to the meter of the stage that waits.
template <class Wait>
auto waited(StageMeter& meter, Wait wait) {
  const WaitTimer timer(meter);
  return wait();
}

}  // namespace penstock
