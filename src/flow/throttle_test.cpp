#include "flow/throttle.h"

#include <ctime>

#include <gtest/gtest.h>

#include "base/virtual_clock.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

TEST(Throttle, UpAndDownAreLimitedApart) {
  VirtualClock clock;
  ThrottleOptions options;
  options.up = *RatePlan::parse("1M");
  Throttle throttle(options, clock);
  EXPECT_TRUE(throttle.limits_bytes());
  const auto begin = clock.now();
  ASSERT_TRUE(throttle.receive(100 << 20, {}));
  EXPECT_EQ(clock.now(), begin);
  ASSERT_TRUE(throttle.send(10 << 20, {}));
  EXPECT_NEAR(Seconds(clock.now() - begin).count(), 10, 0.2);
}

TEST(Throttle, FollowsTheTimetableWhileItRuns) {
  VirtualClock clock;
  const auto begin = clock.now();
  std::tm local{};  // 2026-01-05, 11:59:55 wherever this runs
  local.tm_year = 126;
  local.tm_mday = 5;
  local.tm_hour = 11;
  local.tm_min = 59;
  local.tm_sec = 55;
  local.tm_isdst = -1;
  const auto start = std::chrono::system_clock::from_time_t(std::mktime(&local));
  ThrottleOptions options;
  options.up = *RatePlan::parse("12:00-13:00 3M, 1M");
  options.local_now = [&] {
    return start +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(clock.now() - begin);
  };
  Throttle throttle(options, clock);
  for (std::uint64_t sent = 0; sent < (20 << 20); sent += throttle.send_slice())
    ASSERT_TRUE(throttle.send(throttle.send_slice(), {}));
  EXPECT_NEAR(Seconds(clock.now() - begin).count(), 10, 1.1);  // 5 MiB, then 15
}

TEST(Throttle, WithoutLimitsNothingWaits) {
  VirtualClock clock;
  Throttle throttle({}, clock);
  const auto begin = clock.now();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(throttle.request({}));
  ASSERT_TRUE(throttle.send(UINT64_MAX, {}));
  EXPECT_EQ(clock.now(), begin);
  EXPECT_FALSE(throttle.limits_bytes());
}

}  // namespace
}  // namespace penstock
