#include "flow/rate_limit.h"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/virtual_clock.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

struct Grant {
  double at;  // seconds
  double units;
};

// What `users` that always want more get in `time`, each in pieces of `units`: the one whose wait
// ends first goes first.
std::vector<Grant> grants(RateLimit& limit, unsigned users, std::uint64_t units, Seconds time) {
  const Clock::TimePoint begin(1h);
  std::multiset<Clock::TimePoint> waits;
  for (unsigned i = 0; i < users; ++i) waits.insert(begin + limit.reserve(units, begin));
  std::vector<Grant> granted;
  while (true) {
    const Clock::TimePoint now = waits.extract(waits.begin()).value();
    const double at = Seconds(now - begin).count();
    if (at > time.count()) return granted;
    granted.push_back({at, static_cast<double>(units)});
    waits.insert(now + limit.reserve(units, now));
  }
}

double sum(const std::vector<Grant>& granted) {
  double units = 0;
  for (const Grant& grant : granted) units += grant.units;
  return units;
}

// The most that went through beyond rate x t in any stretch of t: Kadane's sum over gaps.
double largest_burst(const std::vector<Grant>& granted, double rate) {
  double most = 0;
  double open = 0;
  double before = 0;
  for (const Grant& grant : granted) {
    open = std::max(0.0, open - rate * (grant.at - before)) + grant.units;
    before = grant.at;
    most = std::max(most, open);
  }
  return most;
}

RC_GTEST_PROP(RateLimit, HoldsWithinTwoPercentOverTenSecondsAndNeverBurstsAboveTheBurst, ()) {
  const double rate = *rc::gen::inRange(50, 2000);
  const auto threads = *rc::gen::inRange(1U, 9U);
  RateLimit limit(rate);
  const auto granted = grants(limit, threads, 1, 10s);
  RC_ASSERT(sum(granted) >= rate * 10 * 0.98);
  RC_ASSERT(sum(granted) <= rate * 10 * 1.02 + 1);
  RC_ASSERT(largest_burst(granted, rate) <= limit.burst() + 0.01);
}

RC_GTEST_PROP(RateLimit, BytesInSlicesHoldAsWell, ()) {
  const double rate = *rc::gen::inRange(20'000, 20'000'000);
  const auto threads = *rc::gen::inRange(1U, 5U);
  RateLimit limit(rate);
  RC_ASSERT(limit.slice() <= 65536U);
  RC_ASSERT(static_cast<double>(limit.slice()) <= limit.burst());
  const auto granted = grants(limit, threads, limit.slice(), 10s);
  RC_ASSERT(sum(granted) >= rate * 10 * 0.98);
  RC_ASSERT(sum(granted) <= rate * 10 * 1.02);
  RC_ASSERT(largest_burst(granted, rate) <= limit.burst() + 0.01);
}

TEST(RateLimit, ABurstGoesAtOnceAndTheNextUnitWaits) {
  RateLimit limit(10, 3);
  const Clock::TimePoint now(1h);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.reserve(1, now), 0ns);
  EXPECT_EQ(limit.reserve(1, now), 100ms);
  EXPECT_EQ(limit.reserve(1, now), 200ms);
  EXPECT_EQ(limit.reserve(1, now + 10s), 0ns);
}

TEST(RateLimit, APauseSavesNoMoreThanTheBurst) {
  RateLimit limit(10, 2);
  EXPECT_EQ(limit.reserve(1, Clock::TimePoint(1h)), 0ns);
  const Clock::TimePoint later(2h);
  EXPECT_EQ(limit.reserve(1, later), 0ns);
  EXPECT_EQ(limit.reserve(1, later), 0ns);
  EXPECT_EQ(limit.reserve(1, later), 100ms);
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limit.reserve(1'000'000, Clock::TimePoint(1h)), 0ns);
}

TEST(RateLimit, TakingManyUnitsLastsAsLongAsTheRateSays) {
  VirtualClock clock;
  RateLimit limit(1'000'000);
  const auto begin = clock.now();
  EXPECT_TRUE(limit.take(10'000'000, clock, {}));
  const double seconds = Seconds(clock.now() - begin).count();
  EXPECT_NEAR(seconds, 10, 0.2);
}

TEST(RateLimit, AChangeOfRateCountsForThoseWhoWait) {
  VirtualClock clock;
  RateLimit limit(1, 1);  // one a second
  const auto begin = clock.now();
  clock.run(2, [&](unsigned thread) {
    if (thread == 0) {
      EXPECT_TRUE(limit.take(1000, clock, {}));  // 999 s, were it to stay so
      return;
    }
    clock.sleep_for(10s, {});
    limit.set(100, 1, clock.now());
  });
  const double seconds = Seconds(clock.now() - begin).count();
  EXPECT_NEAR(seconds, 10 + 9.9, 0.3);
}

TEST(RateLimit, ALimitThatIsLiftedHoldsNobody) {
  VirtualClock clock;
  RateLimit limit(1, 1);
  const auto begin = clock.now();
  clock.run(2, [&](unsigned thread) {
    if (thread == 0) {
      EXPECT_TRUE(limit.take(1000, clock, {}));
      return;
    }
    clock.sleep_for(10s, {});
    limit.set(0, 0, clock.now());
  });
  EXPECT_LE(clock.now() - begin, 10s + 250ms);
}

TEST(RateLimit, ManyThreadsTogetherGetNoMoreThanTheRate) {
  VirtualClock clock;
  RateLimit limit(200, 4);
  std::atomic<int> granted{0};
  const auto end = clock.now() + 5s;
  clock.run(8, [&](unsigned) {
    while (limit.take(1, clock, {}) && clock.now() <= end) ++granted;
  });
  EXPECT_EQ(granted, 5 * 200 + 4);
}

TEST(RateLimit, ReservationsOfThreadsAtTheSameTimeAreNeverLost) {
  RateLimit limit(1000, 1);
  const Clock::TimePoint now(1h);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 5000; ++i) limit.reserve(1, now);
      });
  }
  EXPECT_EQ(limit.reserve(1, now), 20s);
}

TEST(RateLimit, AStopEndsTheWait) {
  VirtualClock clock;
  RateLimit limit(1, 1);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(limit.take(100, clock, stop.get_token()));
}

}  // namespace
}  // namespace penstock
