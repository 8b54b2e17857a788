// Requests per second that follow the server (`--rate auto:BASE`): half of it when the mean
// response takes more than 5 s, doubled back towards BASE when it takes less than 1 s; on
// throttling CUBIC, with botocore's constants (retries/adaptive.py).
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "flow/rate_limit.h"

namespace penstock {

// Threads: any number at the same time.
class AdaptiveRate {
 public:
  // Sets `limit`, which must outlive it, to `base_rate` (above 0, per second) and then as it goes.
  AdaptiveRate(double base_rate, RateLimit& limit, Clock::TimePoint now);

  void succeeded(std::chrono::nanoseconds response, Clock::TimePoint now);
  // The server asked for fewer requests.
  void throttled(Clock::TimePoint now);

  double rate() const { return limit_.rate(); }
  // Why the rate is what it is, for --stats: "50/s: as asked for".
  std::string reason() const PENSTOCK_EXCLUDES(mutex_);

 private:
  void measure(double now) PENSTOCK_REQUIRES(mutex_);
  void judge_responses(double now) PENSTOCK_REQUIRES(mutex_);
  double cubic(double now) const PENSTOCK_REQUIRES(mutex_);
  void update(Clock::TimePoint now) PENSTOCK_REQUIRES(mutex_);

  const double base_;
  RateLimit& limit_;
  mutable Mutex mutex_;
  // By response times.
  double slowed_ PENSTOCK_GUARDED_BY(mutex_);
  double response_sum_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  unsigned responses_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  double window_begin_ PENSTOCK_GUARDED_BY(mutex_);
  // By throttling: the curve since the last one.
  bool throttled_ PENSTOCK_GUARDED_BY(mutex_) = false;
  double most_ PENSTOCK_GUARDED_BY(mutex_) = 0;  // the rate when it was throttled
  double throttled_at_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  double flat_after_ PENSTOCK_GUARDED_BY(mutex_) = 0;  // K: seconds until the curve is back there
  // What really goes through, per second: a moving mean over half seconds.
  double measured_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  double bucket_begin_ PENSTOCK_GUARDED_BY(mutex_);
  unsigned in_bucket_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::string reason_ PENSTOCK_GUARDED_BY(mutex_) = "as asked for";
};

}  // namespace penstock
