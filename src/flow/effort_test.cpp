#include "flow/effort.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Effort, IsAThreadPerCoreAndMemoryForEach) {
  const auto open = Effort::of(0, 0);
  ASSERT_TRUE(open);
  EXPECT_GE(open->threads, 1U);
  EXPECT_EQ(open->memory_bytes, kMemoryPerThread * open->threads);
  const auto given = Effort::of(3, 100);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->threads, 3U);
  EXPECT_EQ(given->memory_bytes, 100U);
}

TEST(Effort, OfTooManyThreadsIsRefused) {
  EXPECT_TRUE(Effort::of(kMostThreads, 0));
  EXPECT_EQ(Effort::of(kMostThreads + 1, 0).error().message, "--threads 513: at most 512");
}

}  // namespace
}  // namespace penstock
