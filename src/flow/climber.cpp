#include "flow/climber.h"

#include <algorithm>
#include <bit>

namespace penstock {
namespace {

using Seconds = std::chrono::duration<double>;

// What a step must bring of what it would if requests did not get in each other's way.
constexpr double kLeastGain = 0.25;
constexpr unsigned kLongestPause = 64;  // rounds
constexpr unsigned kFirstPause = 2;

std::size_t size_class(std::uint64_t bytes) {
  return static_cast<std::size_t>((std::bit_width(bytes) + 1) / 2);
}

}  // namespace

Climber::Climber(unsigned start, unsigned most, Clock::TimePoint now)
    : limit_(std::clamp(start, 1U, std::max(most, 1U))), most_(std::max(most, 1U)) {
  round_.begin = now;
}

void Climber::ended(const RequestOutcome& outcome, Clock::TimePoint entered, unsigned in_flight,
                    Clock::TimePoint now) {
  if (outcome.fate == RequestFate::kBusy || outcome.fate == RequestFate::kTimedOut)
    trouble(outcome.fate, entered, now);
  else if (outcome.fate == RequestFate::kOk)
    count(outcome, in_flight, now);
}

// Requests that were already on their way when the limit was halved say nothing about the new one.
void Climber::trouble(RequestFate fate, Clock::TimePoint entered, Clock::TimePoint now) {
  if (entered < last_cut_) return;
  last_cut_ = now;
  doubling_ = false;
  trying_ = false;
  last_pause_ = std::min(last_pause_ * 2, kLongestPause);
  pause_ = last_pause_;
  change(std::max(limit_ / 2, 1U), fate == RequestFate::kBusy ? "halved when the server was busy"
                                                              : "halved when a request timed out");
  round_.begin = now;
}

double Climber::best_seconds(const RequestOutcome& outcome) {
  double& best = best_seconds_[size_class(outcome.bytes)];
  const double seconds = std::max(Seconds(outcome.latency).count(), 1e-6);
  best = best == 0 ? seconds : std::min(best, seconds);
  return best;
}

void Climber::count(const RequestOutcome& outcome, unsigned in_flight, Clock::TimePoint now) {
  const double work = best_seconds(outcome);
  if (round_.skip > 0) {
    if (--round_.skip == 0) round_.begin = now;
    return;
  }
  round_.work += work;
  round_.peak = std::max(round_.peak, in_flight);
  if (++round_.ended >= 2 * limit_) judge(now);
}

void Climber::judge(Clock::TimePoint now) {
  const double elapsed = std::max(Seconds(now - round_.begin).count(), 1e-9);
  const double goodput = round_.work / elapsed;
  // Who does not use what he may says nothing about more of it.
  const bool used = round_.peak * 10 >= limit_ * 9;
  round_ = Round{now, 0, 0, 0, 0};
  if (trying_) keep_or_go_back(goodput);
  goodput_before_ = goodput;
  if (pause_ > 0) --pause_;
  if (pause_ == 0 && !trying_ && used && limit_ < most_) climb();
}

void Climber::keep_or_go_back(double goodput) {
  trying_ = false;
  const double step = static_cast<double>(limit_) / before_ - 1;
  if (goodput >= goodput_before_ * (1 + kLeastGain * step)) {
    reason_ = "more brought more";
    last_pause_ = kFirstPause;
    pause_ = 0;
    return;
  }
  doubling_ = false;
  pause_ = last_pause_;
  last_pause_ = std::min(last_pause_ * 2, kLongestPause);
  change(before_, "more brought nothing");
}

void Climber::climb() {
  before_ = limit_;
  trying_ = true;
  const unsigned step = doubling_ ? limit_ : std::max(limit_ / 4, 1U);
  change(std::min(limit_ + step, most_),
         limit_ + step >= most_ ? "the most there may be" : reason_);
}

void Climber::change(unsigned limit, const char* why) {
  round_.skip = std::max(limit_, limit);
  round_.ended = round_.peak = 0;
  round_.work = 0;
  limit_ = limit;
  reason_ = why;
}

std::string Climber::reason() const { return std::to_string(limit_) + ": " + reason_; }

}  // namespace penstock
