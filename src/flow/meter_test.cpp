#include "flow/meter.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

TEST(StageMeter, AddsUpWhatAllThreadsAdd) {
  StageMeter meter;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          meter.add(1, 10);
          meter.add_busy(3ns);
          meter.add_waiting(5ns);
        }
      });
  }
  const StageMeter::Snapshot total = meter.snapshot();
  EXPECT_EQ(total.items, 4000U);
  EXPECT_EQ(total.bytes, 40000U);
  EXPECT_EQ(total.busy, 12000ns);
  EXPECT_EQ(total.waiting, 20000ns);
}

TEST(BusyTimer, MeasuresTheCpuTimeOfItsThread) {
  StageMeter meter;
  {
    const BusyTimer timer(&meter);
    const std::chrono::nanoseconds start = thread_cpu_time();
    while (thread_cpu_time() - start < 2ms) {
    }
  }
  EXPECT_GE(meter.snapshot().busy, 2ms);
  EXPECT_EQ(meter.snapshot().waiting, 0ns);
}

TEST(WaitTimer, MeasuresWallTime) {
  StageMeter meter;
  const auto start = std::chrono::steady_clock::now();
  {
    const WaitTimer timer(meter);
    while (std::chrono::steady_clock::now() - start < 2ms) {
    }
  }
  const std::chrono::nanoseconds all = std::chrono::steady_clock::now() - start;
  EXPECT_GT(meter.snapshot().waiting, 0ns);
  EXPECT_LE(meter.snapshot().waiting, all);
}

}  // namespace
}  // namespace penstock
