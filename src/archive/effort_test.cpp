#include "archive/effort.h"

#include <gtest/gtest.h>

#include "penstock/pack.h"
#include "penstock/unpack.h"

#include "archive/test_zip.h"

namespace penstock::zip {
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

TEST(Effort, TooManyThreadsAreRefusedBeforeAnythingIsMade) {
  EXPECT_TRUE(Effort::of(kMostThreads, 0));
  EXPECT_EQ(Effort::of(kMostThreads + 1, 0).error().message, "--threads 513: at most 512");
  test::Told told;
  Progress progress;
  PackOptions packing;
  packing.sources = {"."};
  packing.output = "/nowhere/x.zip";
  packing.threads = kMostThreads + 1;
  const auto packed = pack(packing, told, progress, {});
  ASSERT_FALSE(packed);
  EXPECT_EQ(packed.error().message, "--threads 513: at most 512");
  EXPECT_EQ(packed.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock::zip
