#include "base/clock.h"

#include "base/mutex.h"

namespace penstock {
namespace {

class SteadyClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  bool sleep_until(TimePoint when, const std::stop_token& stop) override {
    Mutex mutex;
    Condition woken;
    Lock lock(mutex);
    woken.wait_for(mutex, stop, when - now(), [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

Clock& steady_clock() {
  static SteadyClock clock;
  return clock;
}

}  // namespace penstock
