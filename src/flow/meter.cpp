#include "flow/meter.h"

#include <ctime>

namespace penstock {

std::chrono::nanoseconds thread_cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

StageMeter::Snapshot StageMeter::snapshot() const {
  const auto time = [](const std::atomic<std::uint64_t>& nanoseconds) {
    return std::chrono::nanoseconds(nanoseconds.load(std::memory_order_relaxed));
  };
  return {.items = items_.load(std::memory_order_relaxed),
          .bytes = bytes_.load(std::memory_order_relaxed),
          .busy = time(busy_ns_),
          .waiting = time(waiting_ns_)};
}

}  // namespace penstock
