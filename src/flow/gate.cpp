#include "flow/gate.h"

#include <algorithm>
#include <climits>
#include <thread>
#include <utility>

namespace penstock {
namespace {

unsigned first_limit(const Gate::Options& options) {
  switch (options.mode) {
    case Gate::Options::Mode::kFixed:
      return std::max(options.workers, 1U);
    case Gate::Options::Mode::kUnlimited:
      return UINT_MAX;
    case Gate::Options::Mode::kAutomatic:
      break;
  }
  return std::clamp(options.workers != 0 ? options.workers : optimal_worker_count(), 1U,
                    std::max(options.most, 1U));
}

}  // namespace

unsigned optimal_worker_count() {
  return std::clamp(4 * std::thread::hardware_concurrency(), 10U, 64U);
}

Gate::Permit::~Permit() {
  if (gate_ != nullptr) leave({0, {}, RequestFate::kFailed});
}

void Gate::Permit::leave(RequestOutcome outcome) {
  std::exchange(gate_, nullptr)->leave(outcome, entered_);
}

Gate::Gate(const Options& options, Clock& clock)
    : clock_(clock), room_(clock), limit_(first_limit(options)) {
  if (options.mode == Options::Mode::kAutomatic)
    climber_.emplace(limit_, options.most, clock.now());
}

Gate::Permit Gate::let_in() {
  peak_ = std::max(peak_, ++in_flight_);
  return Permit(*this, clock_.now());
}

std::optional<Gate::Permit> Gate::enter(const std::stop_token& stop) {
  Lock lock(mutex_);
  room_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) { return has_room(); });
  if (!has_room() || stop.stop_requested()) return std::nullopt;
  return let_in();
}

std::optional<Gate::Permit> Gate::try_enter() {
  Lock lock(mutex_);
  if (!has_room()) return std::nullopt;
  return let_in();
}

void Gate::leave(const RequestOutcome& outcome, Clock::TimePoint entered) {
  Lock lock(mutex_);
  if (climber_) {
    const Clock::TimePoint now = clock_.now();
    RequestOutcome timed = outcome;
    if (timed.latency.count() == 0) timed.latency = now - entered;
    climber_->ended(timed, entered, in_flight_, now);
    limit_ = climber_->limit();
  }
  --in_flight_;
  for (unsigned taken = in_flight_; taken < limit_ && room_.notify_one(); ++taken) {
  }
}

Gate::Snapshot Gate::snapshot() const {
  Lock lock(mutex_);
  Snapshot seen{in_flight_, peak_, limit_, {}};
  if (climber_)
    seen.reason = climber_->reason();
  else
    seen.reason =
        limit_ == UINT_MAX ? "unlimited, as asked for" : std::to_string(limit_) + ": as asked for";
  return seen;
}

}  // namespace penstock
