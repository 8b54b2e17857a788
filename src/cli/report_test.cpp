#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

PackReport packed() {
  PackReport report;
  report.files = 50572;
  report.bytes_in = 601'817'000;
  report.bytes_out = 165'800'000;
  report.elapsed = 3600ms;
  report.stages = {{"walk", 50572, 0, 200ms, 3s, false},
                   {"compress", 50572, 601'817'000, 5s, 30ms, true}};
  return report;
}

TEST(Report, PackSummaryIsOneLineForPeople) {
  PackOptions options;
  options.output = "out.zip";
  EXPECT_EQ(
      pack_summary(packed(), options),
      "packed 50,572 files (573.9 MiB) into out.zip (158.1 MiB, 27.5 %) in 3.60 s, 159 MiB/s");
}

TEST(Report, SummariesCountWhatWasLeftOut) {
  PackOptions options;
  options.output = "-";
  PackReport report = packed();
  report.files = 1;
  report.skipped = 2;
  report.failed = 3;
  EXPECT_EQ(pack_summary(report, options),
            "packed 1 file (573.9 MiB) into the standard output (158.1 MiB, 27.5 %) in 3.60 s, "
            "159 MiB/s; 2 skipped; 3 failed");
  options.dry_run = true;
  EXPECT_EQ(pack_summary(report, options), "would pack 1 file (573.9 MiB); 2 skipped; 3 failed");
}

TEST(Report, ATreeOfLinksIsCountedInLinks) {
  PackReport report;
  report.links = 3;
  report.bytes_in = 3;
  PackOptions options;
  options.dry_run = true;
  EXPECT_EQ(pack_summary(report, options), "would pack 3 links (3 B)");
}

TEST(Report, DamagedEntriesAreNotCountedTwice) {
  UnpackReport report;
  report.files = 1;
  report.failed = 3;
  report.damaged = 2;
  UnpackOptions options;
  options.archive = "a.zip";
  EXPECT_THAT(verify_summary(report, options), testing::EndsWith("; 1 failed; 2 damaged"));
}

TEST(Report, VerifySaysOkOnlyWhenAllIsWell) {
  UnpackReport report;
  report.files = 12;
  UnpackOptions options;
  options.archive = "a.zip";
  EXPECT_THAT(verify_summary(report, options), testing::StartsWith("OK: 12 files (0 B) in a.zip"));
  report.plain_in_encrypted = 1;
  EXPECT_THAT(verify_summary(report, options), testing::StartsWith("NOT OK: 12 files"));
}

TEST(Report, JsonReportsNameTheStages) {
  PackOptions options;
  options.output = "out.zip";
  EXPECT_EQ(pack_json(packed(), options, 5s),
            R"({"type":"report","operation":"pack","output":"out.zip","dry_run":false,)"
            R"("encrypted":false,"files":50572,"directories":0,"links":0,"skipped":0,"failed":0,)"
            R"("bytes_in":601817000,"bytes_out":165800000,"elapsed_s":3.6,"cpu_s":5,"stages":[)"
            R"({"name":"walk","items":50572,"kernel":false,"bytes":0,"cpu_s":0.2,"waiting_s":3},)"
            R"({"name":"compress","items":50572,"kernel":true,"bytes":601817000,"cpu_s":5,)"
            R"("waiting_s":0.03}]})"
            "\n");
}

TEST(Report, StatsShowEveryStageTheirSumTheKernelsAndTheSlowest) {
  const auto report = packed();
  const std::string table = stats_table(report.stages, report.elapsed, 6500ms);
  EXPECT_THAT(table,
              HasSubstr("walk                 50,572          0 B     0.20 s     3.00 s    3.1 %"));
  EXPECT_THAT(table,
              HasSubstr("compress             50,572    573.9 MiB     5.00 s   30.00 ms   76.9 %"));
  EXPECT_THAT(table, testing::ContainsRegex("all stages +5.20 s +80.0 %"));
  EXPECT_THAT(table, testing::ContainsRegex("of it kernels +5.00 s +76.9 %"));
  EXPECT_THAT(table, testing::ContainsRegex("process +6.50 s"));
  EXPECT_THAT(table, testing::EndsWith("slowest stage: compress\n"));
}

TEST(Report, ProcessCpuTimeGrowsWithWork) {
  const auto before = process_cpu_time();
  volatile unsigned sink = 0;
  while (process_cpu_time() == before) sink = sink + 1;
  EXPECT_GT(process_cpu_time(), before);
}

}  // namespace
}  // namespace penstock::cli
