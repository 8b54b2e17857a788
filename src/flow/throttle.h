// The limits of a transfer in one place: requests per second, bytes per second up and down, by
// timetable, changed while it runs through a control file.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "base/clock.h"
#include "base/mutex.h"
#include "flow/control_file.h"
#include "flow/rate_limit.h"
#include "flow/rate_plan.h"

namespace penstock {

struct ThrottleOptions {
  double requests_per_second = 0;  // 0: no limit
  RatePlan up;
  RatePlan down;
  std::string control_file;  // empty: none
  // Told when the control file cannot be understood; what was set before stays.
  std::function<void(const Error&)> problem = [](const Error&) {};
  // The time of day that the timetables are read by.
  std::function<std::chrono::system_clock::time_point()> local_now = [] {
    return std::chrono::system_clock::now();
  };
};

// Threads: any number at the same time. There is no thread behind it: whoever asks looks, at most
// once a second, at the timetable and the file.
class Throttle {
 public:
  // `clock` must outlive it.
  Throttle(ThrottleOptions options, Clock& clock);

  // Wait until it may be done; false on a stop.
  bool request(const std::stop_token& stop) { return take(requests_, 1, stop); }
  bool send(std::uint64_t bytes, const std::stop_token& stop) { return take(up_, bytes, stop); }
  bool receive(std::uint64_t bytes, const std::stop_token& stop) {
    return take(down_, bytes, stop);
  }

  // For an AdaptiveRate, and for reports.
  RateLimit& requests() { return requests_; }
  // The most bytes to send() or receive() at a time.
  std::uint64_t send_slice() const { return up_.slice(); }
  std::uint64_t receive_slice() const { return down_.slice(); }
  // Whether there is, or may yet be, a limit on bytes.
  bool limits_bytes() const { return limits_bytes_; }

 private:
  bool take(RateLimit& limit, std::uint64_t units, const std::stop_token& stop);
  void look() PENSTOCK_EXCLUDES(mutex_);
  void apply(const LimitChange& change) PENSTOCK_REQUIRES(mutex_);

  Clock& clock_;
  RateLimit requests_;
  RateLimit up_;
  RateLimit down_;
  bool limits_bytes_;
  std::atomic<std::int64_t> next_look_ns_{0};
  Mutex mutex_;
  ThrottleOptions options_ PENSTOCK_GUARDED_BY(mutex_);
  ControlFile file_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
