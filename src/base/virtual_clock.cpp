#include "base/virtual_clock.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace penstock {

Clock::TimePoint VirtualClock::now() const {
  Lock lock(mutex_);
  return now_;
}

bool VirtualClock::sleep_until(TimePoint when, const std::stop_token& stop) {
  Lock lock(mutex_);
  if (when <= now_ || stop.stop_requested()) return !stop.stop_requested();
  Sleeper sleeper{when, turns_++, stop, {}, false};
  sleepers_.insert(&sleeper);
  ++blocked_;
  advance();
  sleeper.woken_up.wait(mutex_, stop, [&sleeper] { return sleeper.woken; });
  if (!sleeper.woken) {
    sleepers_.erase(&sleeper);
    --blocked_;
  }
  return !stop.stop_requested();
}

void VirtualClock::block() {
  Lock lock(mutex_);
  ++blocked_;
  advance();
}

void VirtualClock::unblock() {
  Lock lock(mutex_);
  --blocked_;
}

// The sleeper that is woken counts as running from here on, so the next one has to wait for it.
void VirtualClock::advance() {
  if (blocked_ < participants_ || sleepers_.empty()) return;
  const auto stopped = [](const Sleeper* sleeper) { return sleeper->stop.stop_requested(); };
  if (std::ranges::any_of(sleepers_, stopped)) return;  // they go on by themselves
  Sleeper& first = **sleepers_.begin();
  sleepers_.erase(sleepers_.begin());
  now_ = first.when;
  first.woken = true;
  --blocked_;
  first.woken_up.notify_one();
}

void VirtualClock::enter() {
  Lock lock(mutex_);
  ++participants_;
}

void VirtualClock::leave() {
  Lock lock(mutex_);
  --participants_;
  advance();
}

void VirtualClock::run(unsigned threads, const std::function<void(unsigned)>& work) {
  std::vector<std::unique_ptr<Participant>> starting;
  for (unsigned i = 0; i < threads; ++i) starting.push_back(std::make_unique<Participant>(*this));
  std::vector<std::jthread> running;
  for (unsigned i = 0; i < threads; ++i)
    running.emplace_back([&work, i, participant = std::move(starting[i])] { work(i); });
}

}  // namespace penstock
