#include "flow/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace penstock {
namespace {

using std::chrono::nanoseconds;

constexpr std::int64_t kTicksPerNs = 16;
constexpr double kTicksPerSecond = 1e9 * static_cast<double>(kTicksPerNs);
constexpr double kMostTicks = 0x1p61;
// How soon a waiting thread notices that the rate was changed.
constexpr nanoseconds kLongestSleep = std::chrono::milliseconds(250);

std::int64_t ticks_of(Clock::TimePoint when) {
  return nanoseconds(when.time_since_epoch()).count() * kTicksPerNs;
}

std::int64_t ticks_of(double units, double rate) {
  return static_cast<std::int64_t>(std::min(std::ceil(units / rate * kTicksPerSecond), kMostTicks));
}

}  // namespace

double RateLimit::default_burst(double rate) { return std::max(1.0, rate / 50); }

RateLimit::RateLimit(double rate, double burst)
    : rate_(std::max(rate, 0.0)), burst_(burst > 0 ? std::max(burst, 1.0) : default_burst(rate)) {}

nanoseconds RateLimit::reserve(std::uint64_t units, Clock::TimePoint now_point) {
  const double rate = rate_.load(std::memory_order_relaxed);
  if (rate <= 0) return nanoseconds(0);
  const std::int64_t now = ticks_of(now_point);
  const std::int64_t cost = ticks_of(static_cast<double>(units), rate);
  std::int64_t before = arrival_.load(std::memory_order_relaxed);
  std::int64_t after = 0;
  do {
    after = std::max(before, now) + cost;
  } while (!arrival_.compare_exchange_weak(before, after, std::memory_order_relaxed));
  const std::int64_t early = after - ticks_of(burst(), rate) - now;
  return nanoseconds(early <= 0 ? 0 : (early + kTicksPerNs - 1) / kTicksPerNs);
}

std::uint64_t RateLimit::slice() const {
  return static_cast<std::uint64_t>(std::clamp(burst(), 1.0, 65536.0));
}

bool RateLimit::wait(nanoseconds time, double rate_then, Clock& clock,
                     const std::stop_token& stop) const {
  while (time.count() > 0) {
    const nanoseconds part = std::min(time, kLongestSleep);
    if (!clock.sleep_for(part, stop)) return false;
    time -= part;
    const double rate_now = rate();
    if (rate_now <= 0) break;
    if (rate_now != rate_then)
      time = nanoseconds(static_cast<std::int64_t>(
          std::min(static_cast<double>(time.count()) * rate_then / rate_now, 0x1p61)));
    rate_then = rate_now;
  }
  return !stop.stop_requested();
}

bool RateLimit::take(std::uint64_t units, Clock& clock, const std::stop_token& stop) {
  while (units > 0) {
    const double rate_then = rate();
    if (rate_then <= 0) break;
    const std::uint64_t part = std::min(units, slice());
    if (!wait(reserve(part, clock.now()), rate_then, clock, stop)) return false;
    units -= part;
  }
  return !stop.stop_requested();
}

void RateLimit::set(double rate, double burst, Clock::TimePoint now_point) {
  rate = std::max(rate, 0.0);
  const double before = rate_.exchange(rate, std::memory_order_relaxed);
  burst_.store(burst > 0 ? std::max(burst, 1.0) : default_burst(rate), std::memory_order_relaxed);
  if (rate <= 0 || before <= 0 || rate == before) return;
  const std::int64_t now = ticks_of(now_point);
  std::int64_t arrival = arrival_.load(std::memory_order_relaxed);
  std::int64_t scaled = 0;
  do {
    if (arrival <= now) return;
    const double ahead = static_cast<double>(arrival - now) * before / rate;
    scaled = now + static_cast<std::int64_t>(std::min(ahead, kMostTicks));
  } while (!arrival_.compare_exchange_weak(arrival, scaled, std::memory_order_relaxed));
}

}  // namespace penstock
