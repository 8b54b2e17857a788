#include "transfer/latency_histogram.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using std::chrono::microseconds;

TEST(LatencyHistogram, OfNothingTellsNothing) {
  EXPECT_EQ(LatencyHistogram().summary().count, 0U);
  EXPECT_EQ(LatencyHistogram().summary().p99, microseconds(0));
}

TEST(LatencyHistogram, TellsPercentilesAtMostAnEighthTooHigh) {
  LatencyHistogram histogram;
  for (int us = 1; us <= 10'000; ++us) histogram.add(microseconds(us));
  const LatencySummary summary = histogram.summary();
  EXPECT_EQ(summary.count, 10'000U);
  const auto is_near = [](microseconds told, int exact) {
    return told.count() >= exact && told.count() <= exact + exact / 8;
  };
  EXPECT_TRUE(is_near(summary.p50, 5000)) << summary.p50.count();
  EXPECT_TRUE(is_near(summary.p90, 9000)) << summary.p90.count();
  EXPECT_TRUE(is_near(summary.p99, 9900)) << summary.p99.count();
  EXPECT_TRUE(is_near(summary.highest, 10'000)) << summary.highest.count();
}

TEST(LatencyHistogram, TakesAnyTime) {
  LatencyHistogram histogram;
  histogram.add(std::chrono::nanoseconds::min());
  histogram.add(std::chrono::nanoseconds::max());
  histogram.add(std::chrono::nanoseconds(1));
  const LatencySummary summary = histogram.summary();
  EXPECT_EQ(summary.count, 3U);
  EXPECT_EQ(summary.p50, microseconds(0));
  EXPECT_GT(summary.highest, std::chrono::hours(24 * 365 * 200));
}

TEST(LatencyHistogram, OneSlowRequestInAHundredIsThe99thPercentileOnly) {
  LatencyHistogram histogram;
  for (int i = 0; i < 98; ++i) histogram.add(microseconds(5));
  histogram.add(microseconds(1000));
  histogram.add(microseconds(1000));
  EXPECT_EQ(histogram.summary().p90, microseconds(5));
  EXPECT_GE(histogram.summary().p99, microseconds(1000));
}

}  // namespace
}  // namespace penstock
