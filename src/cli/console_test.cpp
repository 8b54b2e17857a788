#include "cli/console.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/reporter.h"
#include "cli/testing.h"
#include "files/test_directory.h"

namespace penstock::cli {
namespace {

using testing::HasSubstr;

TEST(Console, NamesTheOperationAndEscapesTheMessage) {
  TextPipe pipe;
  Console console(pipe.fd());
  console.error({Code::kIo, "early"});
  console.set_operation("pack");
  console.error({Code::kIo, "open a\x1b[31m: broken"});
  EXPECT_EQ(pipe.text(), "penstock: early\npenstock: pack: open a\\x1b[31m: broken\n");
}

TEST(Console, QuietKeepsErrorsOnly) {
  TextPipe pipe;
  Console console(pipe.fd());
  console.set_quiet(true);
  console.set_verbose(true);
  console.notice("n");
  console.detail("d");
  console.summary("s");
  console.error({Code::kIo, "e"});
  EXPECT_EQ(pipe.text(), "penstock: e\n");
}

TEST(Console, DetailsNeedVerbose) {
  TextPipe pipe;
  Console console(pipe.fd());
  console.detail("hidden");
  console.set_verbose(true);
  console.detail("shown");
  EXPECT_EQ(pipe.text(), "penstock: shown\n");
}

TEST(Console, MessagesStandAboveTheBarAndNeverTearIt) {
  TextPipe pipe;
  Console console(pipe.fd());
  console.bar("50 %");
  EXPECT_EQ(pipe.text(), "\r\x1b[K50 %");
  console.bar("50 %");
  EXPECT_EQ(pipe.text(), "");  // nothing new, nothing written
  console.notice("skipped");
  EXPECT_EQ(pipe.text(), "\r\x1b[Kpenstock: skipped\n50 %");
  console.clear_bar();
  EXPECT_EQ(pipe.text(), "\r\x1b[K");
  console.notice("end");
  EXPECT_EQ(pipe.text(), "penstock: end\n");
}

TEST(Console, AHeldBarLeavesTheTerminalAlone) {
  TextPipe pipe;
  Console console(pipe.fd());
  console.bar("50 %");
  console.hold_bar(true);
  console.bar("60 %");
  EXPECT_EQ(pipe.text(), "\r\x1b[K50 %\r\x1b[K");
  console.hold_bar(false);
  console.bar("70 %");
  EXPECT_EQ(pipe.text(), "\r\x1b[K70 %");
}

TEST(Console, TheLogHasEverythingWithItsTime) {
  const TestDirectory directory;
  const std::string path = directory / "penstock.log";
  TextPipe pipe;
  Console console(pipe.fd());
  ASSERT_TRUE(console.open_log(path));
  console.set_quiet(true);
  console.set_operation("pack");
  console.notice("a notice");
  console.error({Code::kIo, "an error"});
  console.summary("the end");
  std::ostringstream log;
  log << std::ifstream(path).rdbuf();
  EXPECT_THAT(log.str(), testing::MatchesRegex("[0-9T:-]+Z notice penstock: pack: a notice\n"
                                               "[0-9T:-]+Z error penstock: pack: an error\n"
                                               "[0-9T:-]+Z summary the end\n"));
}

TEST(Console, AClosedStandardErrorDoesNotStopTheWork) {
  Console console(-1);
  console.error({Code::kIo, "nobody hears"});
  console.bar("x");
  EXPECT_EQ(console.width(), 80U);
}

TEST(Reporter, PassesProblemsAndNoticesOn) {
  TextPipe pipe;
  Console console(pipe.fd());
  Progress progress;
  Reporter reporter(console, progress, ProgressStyle::kNone, Direction::kPacking, "pack");
  Observer& observer = reporter;
  observer.problem({Code::kDenied, "read b"});
  observer.notice("skipped a socket");
  EXPECT_EQ(pipe.text(), "penstock: read b\npenstock: skipped a socket\n");
}

TEST(Reporter, JsonEndsWithTheFinalNumbers) {
  TextPipe pipe;
  Console console(pipe.fd());
  Progress progress;
  Reporter reporter(console, progress, ProgressStyle::kJson, Direction::kPacking, "pack");
  progress.files_done = 3;
  progress.bytes_in = 1000;
  progress.bytes_out = 400;
  reporter.finish();
  reporter.finish();
  const std::string text = pipe.text();
  EXPECT_THAT(text, HasSubstr(R"("files":3,"bytes":1000,"archive_bytes":400)"));
}

TEST(Reporter, UnpackingReadsTheCountersTheOtherWay) {
  TextPipe pipe;
  Console console(pipe.fd());
  Progress progress;
  Reporter reporter(console, progress, ProgressStyle::kJson, Direction::kUnpacking, "unpack");
  progress.bytes_in = 400;
  progress.bytes_out = 1000;
  reporter.finish();
  EXPECT_THAT(pipe.text(), HasSubstr(R"("bytes":1000,"archive_bytes":400)"));
}

TEST(Reporter, TheBarIsGoneAtTheEnd) {
  TextPipe pipe;
  Console console(pipe.fd());
  Progress progress;
  Reporter reporter(console, progress, ProgressStyle::kBar, Direction::kPacking, "pack");
  progress.files_done = 3;
  reporter.finish();
  console.notice("done");
  EXPECT_THAT(pipe.text(), testing::EndsWith("penstock: done\n"));
}

}  // namespace
}  // namespace penstock::cli
