// A limit of units per second (requests, bytes): the generic cell rate algorithm (ITU-T I.371
// annex A) on one 64-bit integer, the theoretical arrival time of the next unit.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>

#include "base/clock.h"

namespace penstock {

// Threads: any number at the same time, without a lock. In no stretch of t seconds are more than
// burst + rate x t units let through, also by all threads together.
class RateLimit {
 public:
  // `rate` in units per second, 0: no limit. `burst` in units, at least 1; 0: default_burst().
  explicit RateLimit(double rate = 0, double burst = 0);

  // What may go at once after a pause: 20 ms of the rate (and so within 2 % over 10 s), or one
  // unit.
  static double default_burst(double rate);

  // Takes `units` (of at most slice()) and says how long to wait before using them. Who does not
  // use them has used them all the same.
  std::chrono::nanoseconds reserve(std::uint64_t units, Clock::TimePoint now);
  // Takes `units`, any number, and waits for each slice of them; follows a change of the rate
  // meanwhile. False on a stop.
  bool take(std::uint64_t units, Clock& clock, const std::stop_token& stop);

  // At any time. What was reserved and is still to come is counted at the new rate.
  void set(double rate, double burst, Clock::TimePoint now);
  double rate() const { return rate_.load(std::memory_order_relaxed); }
  double burst() const { return burst_.load(std::memory_order_relaxed); }
  // The most units to take at a time: a burst, but not more than 64 Ki.
  std::uint64_t slice() const;

 private:
  bool wait(std::chrono::nanoseconds time, double rate, Clock& clock,
            const std::stop_token& stop) const;

  std::atomic<double> rate_;
  std::atomic<double> burst_;
  std::atomic<std::int64_t> arrival_{0};  // in ticks of 1/16 ns: good for 18 years
};

}  // namespace penstock
