#include "cli/progress_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Standing halfway() {
  Standing now;
  now.files = 12345;
  now.content_bytes = 300U << 20;
  now.archive_bytes = 100U << 20;
  now.files_total = 50572;
  now.bytes_total = 600U << 20;
  now.totals_final = true;
  now.elapsed = 2s;
  now.bytes_per_second = 150.0 * (1U << 20);
  return now;
}

TEST(ProgressLine, TellsFilesBytesRateRatioAndTimeLeft) {
  EXPECT_EQ(progress_bar("pack", halfway(), 200),
            "pack  50 %  12,345 of 50,572 files  300.0 MiB of 600.0 MiB  150 MiB/s  ratio 33.3 %  "
            "0:02 left");
}

TEST(ProgressLine, ShowsLowerBoundsAndNoPercentageUntilTheCountIsDone) {
  Standing now = halfway();
  now.totals_final = false;
  const std::string line = progress_bar("pack", now, 200);
  EXPECT_THAT(line, HasSubstr("12,345 of >=50,572 files"));
  EXPECT_THAT(line, HasSubstr("300.0 MiB of >=600.0 MiB"));
  EXPECT_THAT(line, Not(HasSubstr("left")));
  EXPECT_EQ(line,
            "pack  12,345 of >=50,572 files  300.0 MiB of >=600.0 MiB  150 MiB/s  ratio 33.3 %");
}

TEST(ProgressLine, NamesNoTotalsWhenThereAreNone) {
  Standing now;
  now.files = 7;
  EXPECT_EQ(progress_bar("unpack", now, 80), "unpack  7 files  0 B");
}

TEST(ProgressLine, FitsAnyWidthAndKeepsThePercentageLongest) {
  for (unsigned width = 0; width < 120; ++width)
    EXPECT_LT(progress_bar("pack", halfway(), width).size(), width == 0 ? 1U : width) << width;
  EXPECT_THAT(progress_bar("pack", halfway(), 80), HasSubstr("50 %"));
  EXPECT_EQ(progress_bar("pack", halfway(), 7), "50 %");
}

TEST(ProgressLine, SaysHundredPercentOnlyAtTheEnd) {
  Standing now = halfway();
  now.content_bytes = now.bytes_total - 1;
  EXPECT_THAT(progress_bar("pack", now, 200), HasSubstr("99 %"));
  now.content_bytes = now.bytes_total + 5;  // a file grew after it was counted
  EXPECT_THAT(progress_bar("pack", now, 200), HasSubstr("100 %"));
}

TEST(ProgressLine, PlainLinesTellTheTimePassed) {
  EXPECT_THAT(progress_plain("pack", halfway()), testing::EndsWith("0:02 left  2.00 s passed"));
}

TEST(ProgressLine, JsonHasEveryFieldAndNullForTheUnknown) {
  EXPECT_EQ(progress_json("pack", halfway()),
            R"({"type":"progress","operation":"pack","files":12345,"bytes":314572800,)"
            R"("archive_bytes":104857600,"files_total":50572,"bytes_total":629145600,)"
            R"("totals_final":true,"elapsed_s":2,"bytes_per_s":157286400,"left_s":2})");
  Standing now = halfway();
  now.totals_final = false;
  EXPECT_THAT(progress_json("pack", now), HasSubstr(R"("left_s":null)"));
}

TEST(RateEstimate, FollowsAChangeWithinSeconds) {
  RateEstimate rate;
  EXPECT_DOUBLE_EQ(rate.update(100, 1s), 100);
  EXPECT_DOUBLE_EQ(rate.update(100, 1s), 100);  // no time passed: nothing learned
  std::uint64_t bytes = 100;
  double last = 0;
  for (int second = 2; second < 20; ++second)
    last = rate.update(bytes += 1000, std::chrono::seconds(second));
  EXPECT_NEAR(last, 1000, 10);
}

}  // namespace
}  // namespace penstock::cli
