#include "flow/adaptive_rate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace penstock {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kBeta = 0.7;       // what is left of the rate after a throttle
constexpr double kScale = 0.4;      // of the cubic curve
constexpr double kSmoothing = 0.8;  // weight of the newest half second
constexpr double kBucketSeconds = 0.5;
constexpr double kLeastRate = 0.5;
constexpr double kWindowSeconds = 1;  // how often response times are judged
constexpr double kSlowSeconds = 5;
constexpr double kQuickSeconds = 1;

double seconds(Clock::TimePoint when) { return Seconds(when.time_since_epoch()).count(); }

std::string print_rate(double rate) {
  std::array<char, 48> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.3g/s", rate);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

AdaptiveRate::AdaptiveRate(double base_rate, RateLimit& limit, Clock::TimePoint now)
    : base_(std::max(base_rate, kLeastRate)),
      limit_(limit),
      slowed_(base_),
      window_begin_(seconds(now)),
      bucket_begin_(seconds(now)) {
  limit_.set(base_, 0, now);
}

void AdaptiveRate::measure(double now) {
  ++in_bucket_;
  const double passed = now - bucket_begin_;
  if (passed < kBucketSeconds) return;
  measured_ = kSmoothing * in_bucket_ / passed + (1 - kSmoothing) * measured_;
  bucket_begin_ = now;
  in_bucket_ = 0;
}

void AdaptiveRate::judge_responses(double now) {
  if (now - window_begin_ < kWindowSeconds) return;
  const double mean = response_sum_ / responses_;
  window_begin_ = now;
  response_sum_ = 0;
  responses_ = 0;
  if (mean > kSlowSeconds) {
    slowed_ = std::max(slowed_ / 2, kLeastRate);
    reason_ = "halved: a response takes more than 5 s";
  } else if (mean < kQuickSeconds && slowed_ < base_) {
    slowed_ = std::min(slowed_ * 2, base_);
    reason_ = "doubled: a response takes less than 1 s";
  }
}

double AdaptiveRate::cubic(double now) const {
  const double t = now - throttled_at_ - flat_after_;
  return kScale * t * t * t + most_;
}

void AdaptiveRate::update(Clock::TimePoint now) {
  double rate = slowed_;
  if (throttled_)
    rate = std::min(rate, std::min(cubic(seconds(now)), 2 * std::max(measured_, kLeastRate)));
  if (throttled_ && rate == base_) {
    throttled_ = false;
    reason_ = "as asked for";
  }
  rate = std::max(rate, kLeastRate);
  if (rate != limit_.rate()) limit_.set(rate, 0, now);
}

void AdaptiveRate::succeeded(std::chrono::nanoseconds response, Clock::TimePoint now) {
  Lock lock(mutex_);
  measure(seconds(now));
  response_sum_ += Seconds(response).count();
  ++responses_;
  judge_responses(seconds(now));
  update(now);
}

void AdaptiveRate::throttled(Clock::TimePoint now) {
  Lock lock(mutex_);
  measure(seconds(now));
  const double before = limit_.rate();
  most_ = measured_ > 0 ? std::min(measured_, before) : before;
  throttled_ = true;
  throttled_at_ = seconds(now);
  flat_after_ = std::cbrt(most_ * (1 - kBeta) / kScale);
  reason_ = "the server throttled";
  limit_.set(std::max(most_ * kBeta, kLeastRate), 0, now);
}

std::string AdaptiveRate::reason() const {
  Lock lock(mutex_);
  return print_rate(limit_.rate()) + ": " + reason_;
}

}  // namespace penstock
