#include "flow/adaptive_rate.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

// Requests at the rate that is allowed, for some seconds.
struct Traffic {
  RateLimit limit;
  Clock::TimePoint now{1h};
  AdaptiveRate rate{100, limit, now};

  void run(std::chrono::seconds time, std::chrono::nanoseconds response) {
    for (const auto end = now + time; now < end;) {
      now += std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / rate.rate()));
      rate.succeeded(response, now);
    }
  }
};

TEST(AdaptiveRate, IsTheBaseWhileAllGoesWell) {
  Traffic traffic;
  traffic.run(20s, 500ms);
  EXPECT_EQ(traffic.limit.rate(), 100);
  EXPECT_EQ(traffic.rate.reason(), "100/s: as asked for");
}

TEST(AdaptiveRate, HalvesWhileResponsesTakeMoreThanFiveSeconds) {
  Traffic traffic;
  traffic.run(2s, 6s);
  EXPECT_LE(traffic.limit.rate(), 50);
  traffic.run(300s, 6s);
  EXPECT_EQ(traffic.limit.rate(), 0.5) << "never below one in two seconds";
}

TEST(AdaptiveRate, DoublesBackToTheBaseBelowOneSecond) {
  Traffic traffic;
  traffic.run(5s, 6s);
  ASSERT_LT(traffic.limit.rate(), 50);
  traffic.run(20s, 3s);
  EXPECT_LT(traffic.limit.rate(), 50) << "between the two it stays";
  traffic.run(20s, 500ms);
  EXPECT_EQ(traffic.limit.rate(), 100);
}

TEST(AdaptiveRate, AThrottleTakesThreeTenthsAndTheCurveGivesThemBack) {
  Traffic traffic;
  traffic.run(10s, 100ms);
  traffic.rate.throttled(traffic.now);
  EXPECT_NEAR(traffic.limit.rate(), 70, 2);
  // K = cbrt(100 x 0.3 / 0.4) = 4.2 s: near the old rate then, and beyond it (the base) after.
  traffic.run(4s, 100ms);
  EXPECT_NEAR(traffic.limit.rate(), 99, 3);
  traffic.run(10s, 100ms);
  EXPECT_EQ(traffic.limit.rate(), 100);
  EXPECT_EQ(traffic.rate.reason(), "100/s: as asked for");
}

TEST(AdaptiveRate, ThrottledAgainAndAgainItGoesDown) {
  Traffic traffic;
  traffic.run(5s, 100ms);
  for (int i = 0; i < 10; ++i) {
    traffic.rate.throttled(traffic.now);
    traffic.run(1s, 100ms);
  }
  EXPECT_LT(traffic.limit.rate(), 60);
}

}  // namespace
}  // namespace penstock
