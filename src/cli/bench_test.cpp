// What `penstock bench` promises beside figures.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "cli/bench_files.h"
#include "cli/bench_measure.h"
#include "cli/bench_report.h"
#include "cli/bench_sample.h"
#include "codec/crc32.h"

namespace penstock::cli {
namespace {

constexpr SampleKind kKinds[] = {SampleKind::kText, SampleKind::kRecords, SampleKind::kWeights,
                                 SampleKind::kNoise};

// The CRCs are fixed here: published scores are only comparable while the sample stays.
TEST(BenchSample, IsTheSameEverywhere) {
  std::vector<std::uint32_t> crcs;
  for (const SampleKind kind : kKinds) crcs.push_back(crc32(0, sample(kind, 100'001, 7)));
  crcs.push_back(crc32(0, mixed_sample(std::size_t{1} << 20)));
  EXPECT_EQ(crcs, (std::vector<std::uint32_t>{0x18ece7bdU, 0x40549644U, 0x27ba03bdU, 0x1ffd6165U,
                                              0x9aa7b400U}));
}

TEST(BenchSample, HasExactlyTheSizeAndFollowsTheSeed) {
  for (const SampleKind kind : kKinds) {
    for (const std::size_t size : {0U, 1U, 7U, 4096U})
      EXPECT_EQ(sample(kind, size, 1).size(), size);
    EXPECT_NE(sample(kind, 4096, 1), sample(kind, 4096, 2));
  }
  EXPECT_EQ(mixed_sample(1001).size(), 1001U);
}

BenchTask counting_task(std::atomic<int>& rounds) {
  return {"group", "name", 10, true, [&rounds]() -> Result<BenchRound> {
            return BenchRound{[&rounds]() -> Status {
                                ++rounds;
                                return {};
                              },
                              5};
          }};
}

TEST(BenchMeasure, RunsEveryThreadOnceToWarmUpAndAtLeastOnceMore) {
  std::atomic<int> rounds{0};
  const auto row = measure(counting_task(rounds), {.threads = 3, .time = {}}, {});
  ASSERT_TRUE(row);
  EXPECT_EQ(rounds, 6);
  EXPECT_GT(row->per_second, 0);
  EXPECT_EQ(row->ratio, 2);
}

TEST(BenchMeasure, IsCancelled) {
  std::atomic<int> rounds{0};
  std::stop_source stop;
  stop.request_stop();
  const auto row = measure(counting_task(rounds), {.threads = 1, .time = std::chrono::hours(1)},
                           stop.get_token());
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Code::kCancelled);
}

TEST(BenchMeasure, FailsAsARoundDoes) {
  const BenchTask task{"group", "name", 1, true, []() -> Result<BenchRound> {
                         return BenchRound{[]() -> Status { return fail(Code::kCorrupt, "bad"); }};
                       }};
  const auto row = measure(task, {.threads = 2, .time = {}}, {});
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Code::kCorrupt);
}

BenchRow row_of(double per_second, double ratio) { return {"", "", true, per_second, ratio}; }

TEST(Weissman, IsOneForTheReferenceAndGrowsWithRatioAndSpeed) {
  const BenchRow reference = row_of(4e7, 2);
  EXPECT_DOUBLE_EQ(weissman(reference, reference), 1);
  EXPECT_DOUBLE_EQ(weissman(row_of(4e7, 3), reference), 1.5);
  EXPECT_GT(weissman(row_of(4e8, 2), reference), 1);
  EXPECT_LT(weissman(row_of(4e6, 2), reference), 1);
}

// log T: at 1 microsecond it is 0, below it is negative.
TEST(Weissman, HasNoValueWhereTheLogarithmTurns) {
  const BenchRow reference = row_of(4e7, 2);
  EXPECT_EQ(weissman(row_of(0x1p30 * 1e6, 2), reference), 0);
  EXPECT_EQ(weissman(row_of(0x1p30 * 1e9, 2), reference), 0);
  EXPECT_EQ(weissman(row_of(4e7, 0), reference), 0);
}

TEST(BenchFiles, SizesKeepToTheBounds) {
  for (const auto& [least, most] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 0}, {0, 1}, {1, 1}, {3, 17}, {1000, 1000}, {100, 1'000'000}}) {
    const TreePlan plan{.directory = {}, .files = 500, .least_bytes = least, .most_bytes = most};
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < plan.files; ++i) seen.insert(planned_bytes(plan, i));
    EXPECT_GE(*seen.begin(), least);
    EXPECT_LE(*seen.rbegin(), most);
    if (most - least < 20) {
      EXPECT_EQ(seen.size(), most - least + 1) << least << ".." << most;
    }
  }
}

TEST(BenchFiles, SizesAreReadFromText) {
  TreePlan plan;
  ASSERT_TRUE(parse_sizes("4K..1M", plan));
  EXPECT_EQ(plan.least_bytes, 4096U);
  EXPECT_EQ(plan.most_bytes, std::uint64_t{1} << 20);
  ASSERT_TRUE(parse_sizes("10", plan));
  EXPECT_EQ(plan.least_bytes, 10U);
  EXPECT_EQ(plan.most_bytes, 10U);
  for (const auto* const bad : {"", "..", "1..", "..1", "2..1", "x..y", "1P..2P"})
    EXPECT_FALSE(parse_sizes(bad, plan)) << bad;
}

}  // namespace
}  // namespace penstock::cli
