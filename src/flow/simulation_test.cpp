// Pools of workers on the virtual clock: the figures of a run are exact.
#include <atomic>

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "flow/channel.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;

// Thread 0 hands out the requests, the others perform them.
std::chrono::nanoseconds time_of_run(int requests, unsigned workers, std::size_t capacity) {
  VirtualClock clock;
  Channel<int> channel(capacity, clock);
  const auto begin = clock.now();
  std::atomic<int> done{0};
  clock.run(workers + 1, [&](unsigned thread) {
    if (thread != 0) {
      while (channel.pop({})) {
        clock.sleep_for(2s, {});
        ++done;
      }
      return;
    }
    for (int i = 0; i < requests; ++i) channel.push(i, {});
    channel.close();
  });
  EXPECT_EQ(done, requests);
  return clock.now() - begin;
}

TEST(Simulation, AThousandRequestsOfTwoSecondsWithTenWorkersTakeTwoHundredSeconds) {
  for (const std::size_t capacity : {std::size_t{1}, std::size_t{10}, std::size_t{2000}})
    EXPECT_EQ(time_of_run(1000, 10, capacity), 200s) << capacity;
}

TEST(Simulation, WorkersSpeedUpByTheirNumber) {
  EXPECT_EQ(time_of_run(100, 1, 1), 200s);
  EXPECT_EQ(time_of_run(100, 20, 1), 10s);
  EXPECT_EQ(time_of_run(100, 100, 1), 2s);
}

}  // namespace
}  // namespace penstock
