#include "flow/throttle.h"

#include <utility>

namespace penstock {
namespace {

constexpr std::int64_t kLookEveryNs = 1'000'000'000;

void follow(RateLimit& limit, double rate, Clock::TimePoint now) {
  if (limit.rate() != rate) limit.set(rate, 0, now);
}

}  // namespace

Throttle::Throttle(ThrottleOptions options, Clock& clock)
    : clock_(clock),
      requests_(options.requests_per_second),
      limits_bytes_(true),
      options_(std::move(options)),
      file_(options_.control_file) {
  look();
  limits_bytes_ = !options_.control_file.empty() || options_.up.limits() || options_.down.limits();
}

bool Throttle::take(RateLimit& limit, std::uint64_t units, const std::stop_token& stop) {
  const std::int64_t now = std::chrono::nanoseconds(clock_.now().time_since_epoch()).count();
  std::int64_t due = next_look_ns_.load(std::memory_order_relaxed);
  if (now >= due && next_look_ns_.compare_exchange_strong(due, now + kLookEveryNs)) look();
  return limit.take(units, clock_, stop);
}

void Throttle::look() {
  Lock lock(mutex_);
  if (!options_.control_file.empty()) {
    auto change = file_.poll();
    if (!change)
      options_.problem(change.error());
    else if (*change)
      apply(**change);
  }
  const auto day_time = options_.local_now();
  const Clock::TimePoint now = clock_.now();
  follow(up_, static_cast<double>(options_.up.at(day_time)), now);
  follow(down_, static_cast<double>(options_.down.at(day_time)), now);
}

void Throttle::apply(const LimitChange& change) {
  if (change.rate) follow(requests_, *change.rate, clock_.now());
  if (change.up) options_.up = *change.up;
  if (change.down) options_.down = *change.down;
}

}  // namespace penstock
