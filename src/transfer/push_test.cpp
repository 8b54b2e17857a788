#include "transfer/push.h"

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/virtual_clock.h"
#include "store/sim_store.h"
#include "transfer/file_metadata.h"
#include "transfer/journal.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Push : public PushTest {
 protected:
  void three_files() {
    source.file("a.txt", "one");
    source.file("b/c.txt", "two");
    source.file("b.d", "three");
    wait_for_clock();
  }
  void set_times(const std::string& name, const struct stat& like) {
    const std::array<timespec, 2> times = {like.st_atim, like.st_mtim};
    ASSERT_EQ(utimensat(AT_FDCWD, (source / name).c_str(), times.data(), 0), 0);
  }
  struct stat status(const std::string& name) {
    struct stat found {};
    EXPECT_EQ(::stat((source / name).c_str(), &found), 0);
    return found;
  }
};

TEST_F(Push, SendsEverythingTheFirstTimeWithOneRequestAFile) {
  three_files();
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 3U);
  EXPECT_EQ(report.bytes, 11U);
  EXPECT_EQ(report.requests, 4U);
  EXPECT_EQ(store.count("put"), 3U);
  EXPECT_EQ(store.count_all(), 4U);
  EXPECT_THAT(keys(), ElementsAre("p/a.txt", "p/b.d", "p/b/c.txt"));
  EXPECT_EQ(content("p/b/c.txt"), "two");
}

TEST_F(Push, SendsNothingTheSecondTimeAndAsksForNoFile) {
  three_files();
  run_well();
  std::set<std::string> opened;
  hooks.opened = [&](const std::string& shown) { opened.insert(shown); };
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 0U);
  EXPECT_EQ(report.unchanged, 3U);
  EXPECT_EQ(store.count("list"), 1U);
  EXPECT_EQ(store.count_all(), 1U);
  EXPECT_THAT(opened, IsEmpty());
}

TEST_F(Push, FileWhoseTimeChangedButNotItsContentIsReadAndNotSent) {
  three_files();
  run_well();
  const std::array<timespec, 2> times = {timespec{1000, 0}, timespec{1000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, (source / "a.txt").c_str(), times.data(), 0), 0);
  wait_for_clock();
  EXPECT_EQ(run_well().files, 0U);
  EXPECT_EQ(store.count_all(), 1U);
  // And the journal has learnt it: the next time it is not even read.
  hooks.opened = [](const std::string& shown) { ADD_FAILURE() << shown; };
  EXPECT_EQ(run_well().unchanged, 3U);
}

TEST_F(Push, FileOfTheSameSizeAndTimeButAnotherContentIsSent) {
  three_files();
  run_well();
  const struct stat before = status("a.txt");
  source.file("a.txt", "eno");
  set_times("a.txt", before);
  wait_for_clock();
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/a.txt"), "eno");
}

TEST_F(Push, FileChangedInTheTickItWasReadInIsNoticedTheNextTime) {
  source.file("a.txt", "one");  // no wait: the journal must not trust its times
  run_well();
  const struct stat before = status("a.txt");
  source.file("a.txt", "eno");
  set_times("a.txt", before);
  run_well();
  EXPECT_EQ(content("p/a.txt"), "eno");
}

TEST_F(Push, WhatOthersReplacedAtTheDestinationIsSentAgain) {
  three_files();
  run_well();
  put("p/a.txt", "two");
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/a.txt"), "one");
}

TEST_F(Push, WhatOthersDeletedAtTheDestinationIsSentAgain) {
  three_files();
  run_well();
  Call call;
  const std::vector<std::string> gone = {"p/b.d"};
  ASSERT_TRUE(store.remove(gone, call));
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/b.d"), "three");
}

TEST_F(Push, LostJournalCostsReadingButNoRequest) {
  three_files();
  run_well();
  options.journal_path = state / "another.db";
  EXPECT_EQ(run_well().unchanged, 3U);
  EXPECT_EQ(store.count_all(), 1U);
  hooks.opened = [](const std::string& shown) { ADD_FAILURE() << shown; };
  EXPECT_EQ(run_well().unchanged, 3U);
}

TEST_F(Push, WithoutMd5TheSha256OfTheMetadataProvesTheContent) {
  store.change_traits().md5_etag = false;
  three_files();
  run_well();
  options.journal_path.clear();
  EXPECT_EQ(run_well().unchanged, 3U);
  source.file("a.txt", "eno");
  EXPECT_EQ(run_well().files, 1U);
}

TEST_F(Push, WhatNothingProvesIsSent) {
  store.change_traits().md5_etag = false;
  store.change_traits().lists_metadata = false;
  three_files();
  run_well();
  options.journal_path.clear();
  EXPECT_EQ(run_well().files, 3U);
}

TEST_F(Push, JournalsSha256ProvesWhatOnlyWeHaveWritten) {
  store.change_traits().md5_etag = false;
  store.change_traits().lists_metadata = false;
  three_files();
  run_well();
  options.checksum = true;
  EXPECT_EQ(run_well().unchanged, 3U);
}

TEST_F(Push, ChecksumReadsWhatTheJournalKnows) {
  three_files();
  run_well();
  options.checksum = true;
  std::atomic<int> opened{0};
  hooks.opened = [&](const std::string&) { ++opened; };
  EXPECT_EQ(run_well().unchanged, 3U);
  EXPECT_EQ(opened, 3);
}

TEST_F(Push, DamagedJournalIsANoticeAndNothingElse) {
  three_files();
  state.file("journal.db", std::string(8192, 'x'));
  EXPECT_EQ(run_well().files, 3U);
  EXPECT_THAT(observer.notices, Contains(HasSubstr("without a journal")));
}

TEST_F(Push, JournalInUseByAnotherPushIsANoticeAndNothingElse) {
  three_files();
  const Journal other = Journal::open(options.journal_path, [](const std::string&) {});
  ASSERT_TRUE(other.is_kept());
  EXPECT_EQ(run_well().files, 3U);
  EXPECT_THAT(observer.notices, Contains(HasSubstr("in use by another push")));
}

TEST_F(Push, KeepsTimesModeHashAndTypeAsMetadata) {
  source.file("page.html", "<p>");
  ASSERT_EQ(chmod((source / "page.html").c_str(), 0640), 0);
  options.metadata = {{"owner", "me"}};
  run_well();
  const ObjectInfo object = info("p/page.html");
  EXPECT_EQ(object.content_type, "text/html");
  EXPECT_THAT(object.metadata, Contains(std::pair<std::string, std::string>("owner", "me")));
  const FileMetadata kept = decode(object.metadata);
  EXPECT_EQ(*kept.mode, 0640U);
  EXPECT_EQ(kept.mtime->tv_nsec, status("page.html").st_mtim.tv_nsec);
  EXPECT_EQ(hex(*kept.sha256), hex(*sha256(as_bytes("<p>"))));
}

TEST_F(Push, LinksAreKeptAsTheirTargetAndNotSentAgain) {
  source.link("link", "nowhere");
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/link"), "nowhere");
  EXPECT_TRUE(decode(info("p/link").metadata).is_symlink);
  EXPECT_EQ(run_well().unchanged, 1U);
}

TEST_F(Push, LinksAreFollowedWhenAskedTo) {
  TestDirectory outside;
  outside.file("real", "content");
  source.link("link", outside / "real");
  source.link("directory", outside.path());
  options.links = PushLinks::kFollow;
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 1U);
  EXPECT_EQ(report.skipped, 1U);
  EXPECT_EQ(content("p/link"), "content");
  EXPECT_FALSE(decode(info("p/link").metadata).is_symlink);
}

TEST_F(Push, SpecialFilesAreSkippedWithANotice) {
  ASSERT_EQ(mkfifo((source / "pipe").c_str(), 0600), 0);
  const PushReport report = run_well();
  EXPECT_EQ(report.skipped, 1U);
  EXPECT_THAT(observer.notices, Contains(HasSubstr("pipe")));
}

TEST_F(Push, EmptyDirectoriesAreToldOnceAndOnlyWhenAskedFor) {
  source.directory("empty/also");
  source.file("full/file", "x");
  run_well();
  EXPECT_THAT(observer.notices, IsEmpty());
  options.tell_empty_directories = true;
  run_well();
  EXPECT_THAT(observer.notices, ElementsAre("empty directories are not kept: 1"));
}

TEST_F(Push, NameTheStoreCannotHoldFailsAndTheOthersGoOn) {
  store.change_traits().most_key_bytes = 8;
  source.file("ok", "x");
  source.file("much-too-long", "x");
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 1U);
  EXPECT_EQ(report->failed, 1U);
  ASSERT_THAT(observer.problems, SizeIs(1));
  EXPECT_THAT(observer.problems[0].message, HasSubstr("much-too-long"));
}

TEST_F(Push, FileThatFailsIsNamedWithItsAttemptsAndTheOthersGoOn) {
  three_files();
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put" && key == "p/b.d") return fail(Code::kIo, "503 SlowDown");
    return {};
  };
  const auto report = run();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, 2U);
  EXPECT_EQ(report->failed, 1U);
  ASSERT_THAT(observer.problems, SizeIs(1));
  EXPECT_THAT(observer.problems[0].message, HasSubstr("b.d: 503 SlowDown"));
  EXPECT_EQ(progress->files_done, 3U);
}

TEST_F(Push, MissingBucketEndsThePushAtOnce) {
  three_files();
  store.before = [](std::string_view, const std::string&) -> Status {
    return fail(Code::kNotFound, "no such bucket");
  };
  const auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kNotFound);
  EXPECT_THAT(report.error().message, HasSubstr("no such bucket"));
}

TEST_F(Push, NothingButRefusalsEndsThePushEarly) {
  for (int i = 0; i < 300; ++i) source.file("f" + std::to_string(i), "x");
  store.before = [](std::string_view operation, const std::string&) -> Status {
    if (operation == "put") return fail(Code::kDenied, "403 AccessDenied");
    return {};
  };
  const auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kDenied);
  EXPECT_LT(store.count("put"), 100U);
}

TEST_F(Push, FileThatChangesWhileItIsReadIsReadOnceMore) {
  source.file("a", "old");
  std::atomic<int> times{0};
  hooks.opened = [&](const std::string&) {
    if (times++ == 0) source.file("a", "newer");
  };
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/a"), "newer");
}

TEST_F(Push, FileThatKeepsChangingFailsAndLeavesNothing) {
  source.file("a", "x");
  hooks.opened = [&](const std::string&) { source.file("a", source.read("a") + "y"); };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(observer.problems[0].code, Code::kChanged);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Push, FileThatShrinksWhileItIsStreamedFailsAndLeavesNothing) {
  options.multipart_above_bytes = UINT64_MAX;
  options.memory_bytes = 1;  // the least: 256 KiB are read whole
  source.file("a", std::string(1 << 20, 'x'));
  hooks.opened = [&](const std::string&) {
    std::filesystem::resize_file(source / "a", std::filesystem::file_size(source / "a") / 2);
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Push, FileThatVanishesAfterTheWalkIsNamedAndTheOthersGoOn) {
  options.workers = 1;
  source.file("a", "x");
  source.file("b", "y");
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put" && key == "p/a") std::filesystem::remove(source / "b");
    return {};
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 1U);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_THAT(observer.problems[0].message, HasSubstr("/b"));
  EXPECT_THAT(keys(), ElementsAre("p/a"));
}

TEST_F(Push, LargerFilesAreStreamedAndArriveWhole) {
  options.multipart_above_bytes = UINT64_MAX;
  options.memory_bytes = 1;
  const std::string text(700'001, 'z');
  source.file("a", text);
  EXPECT_EQ(run_well().bytes, text.size());
  EXPECT_EQ(content("p/a"), text);
  EXPECT_EQ(hex(*decode(info("p/a").metadata).sha256), hex(*sha256(as_bytes(text))));
  options.journal_path.clear();
  EXPECT_EQ(run_well().unchanged, 1U);
}

TEST_F(Push, FileOfTheKernelThatTellsNoSizeIsReadToItsEnd) {
  options.sources = {"/proc/self/status"};
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_THAT(content("p/status"), HasSubstr("Pid:"));
}

TEST_F(Push, DeleteRemovesWhatNoFileStandsForAndOnlyThat) {
  three_files();
  put("p/aa", "x");
  put("p/zz", "x");
  put("other", "x");
  options.delete_extra = true;
  const PushReport report = run_well();
  EXPECT_EQ(report.deleted, 2U);
  EXPECT_THAT(keys(), ElementsAre("other", "p/a.txt", "p/b.d", "p/b/c.txt"));
}

TEST_F(Push, DeleteOfANamedDirectoryLeavesItsNeighbours) {
  source.file("tree/a", "x");
  put("p/tree/b", "x");
  put("p/tree2/c", "x");
  options.sources = {source / "tree"};
  options.delete_extra = true;
  EXPECT_EQ(run_well().deleted, 1U);
  EXPECT_THAT(keys(), ElementsAre("p/tree/a", "p/tree2/c"));
}

TEST_F(Push, DeleteLeavesWhatTheFilterLeavesOut) {
  source.file("a", "x");
  put("p/b.log", "x");
  put("p/c", "x");
  options.filter.exclude = {"*.log"};
  options.delete_extra = true;
  EXPECT_EQ(run_well().deleted, 1U);
  EXPECT_THAT(keys(), ElementsAre("p/a", "p/b.log"));
}

TEST_F(Push, DeleteRefusesMoreThanItsLimitUnlessForced) {
  source.file("a", "x");
  for (int i = 0; i < 5; ++i) put("p/extra" + std::to_string(i), "x");
  options.delete_extra = true;
  options.delete_limits.most = 4;
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delete_refused, 5U);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(store.count("remove"), 0U);
  options.delete_limits.force = true;
  EXPECT_EQ(run_well().deleted, 5U);
}

TEST_F(Push, DeleteRefusesMoreThanItsShareOfAllObjects) {
  source.file("a", "x");
  for (int i = 0; i < 20; ++i) put("p/extra" + std::to_string(i), "x");
  options.delete_extra = true;
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delete_refused, 20U);
  EXPECT_EQ(store.count("remove"), 0U);
}

TEST_F(Push, DeletesNothingWhenADirectoryCouldNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads every directory";
  source.file("closed/a", "x");
  put("p/closed/a", "x");
  ASSERT_EQ(chmod((source / "closed").c_str(), 0), 0);
  options.delete_extra = true;
  const auto report = run();
  ASSERT_EQ(chmod((source / "closed").c_str(), 0700), 0);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->deleted, 0U);
  EXPECT_EQ(store.count("remove"), 0U);
}

TEST_F(Push, DeleteWithFilesFromIsRefused) {
  options.sources.clear();
  state.file("list", source / "a");
  options.files_from = state / "list";
  options.delete_extra = true;
  const auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kInvalid);
}

TEST_F(Push, DryRunCountsWhatItWouldDoAndDoesNothing) {
  three_files();
  put("p/extra", "x");
  put("p/a.txt", "one");
  options.dry_run = true;
  options.delete_extra = true;
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(report.bytes, 8U);
  EXPECT_EQ(report.unchanged, 1U);
  EXPECT_EQ(report.deleted, 1U);
  EXPECT_EQ(report.requests, 1U + 2U + 1U);
  EXPECT_EQ(store.count_all(), store.count("list"));
  EXPECT_THAT(keys(), ElementsAre("p/a.txt", "p/extra"));
}

TEST_F(Push, IfAbsentLeavesWhatIsThere) {
  three_files();
  put("p/a.txt", "kept");
  options.if_absent = true;
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(report.unchanged, 1U);
  EXPECT_EQ(content("p/a.txt"), "kept");
}

TEST_F(Push, IfAbsentLosesARaceWithoutAFailure) {
  source.file("a", "ours");
  std::atomic<bool> raced{false};
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put" && key == "p/a" && !raced.exchange(true)) put("p/a", "theirs");
    return {};
  };
  options.if_absent = true;
  EXPECT_EQ(run_well().unchanged, 1U);
  EXPECT_EQ(content("p/a"), "theirs");
}

TEST_F(Push, ProgressEndsWhereAllIsDone) {
  three_files();
  run_well();
  EXPECT_EQ(progress->files_done, 3U);
  EXPECT_EQ(progress->files_total, 3U);
  EXPECT_EQ(progress->bytes_in, 11U);
  EXPECT_EQ(progress->bytes_total, 11U);
  EXPECT_EQ(progress->bytes_out, 11U);
  EXPECT_TRUE(progress->totals_final);
}

TEST_F(Push, ProgressCountedAheadEndsWhereAllIsDone) {
  three_files();
  options.count_ahead = true;
  run_well();
  EXPECT_EQ(progress->files_done, progress->files_total);
  EXPECT_EQ(progress->bytes_in, progress->bytes_total);
  EXPECT_TRUE(progress->totals_final);
}

TEST_F(Push, StopEndsItAsCancelledAndTheNextOneFinishes) {
  for (int i = 0; i < 200; ++i) source.file("f" + std::to_string(i), "x");
  std::stop_source stop;
  std::atomic<int> puts{0};
  store.before = [&](std::string_view operation, const std::string&) -> Status {
    if (operation == "put" && ++puts == 50) stop.request_stop();
    return {};
  };
  const auto report = run(stop.get_token());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kCancelled);
  EXPECT_THAT(observer.problems, IsEmpty());
  store.before = [](std::string_view, const std::string&) { return Status(); };
  EXPECT_EQ(run_well().failed, 0U);
  EXPECT_THAT(keys(), SizeIs(200));
}

TEST_F(Push, SeveralSourcesAreComparedEachAtItsPlace) {
  source.file("x/1", "a");
  source.file("x/2", "b");
  source.file("y/1", "c");
  source.file("nameless/z", "d");
  source.file("nameless/w/0", "e");
  options.sources = {source / "y", source / "nameless/.", source / "x"};
  EXPECT_EQ(run_well().files, 5U);
  EXPECT_EQ(run_well().unchanged, 5U);
  options.journal_path.clear();
  EXPECT_EQ(run_well().unchanged, 5U);
}

TEST_F(Push, TellsOfEveryFileWhatBecameOfIt) {
  source.file("a", "1");
  source.file("b", "2");
  put("p/b", "2");
  put("p/c", "3");
  options.delete_extra = true;
  std::map<std::string, PushOutcome> told;
  options.on_object = [&](const PushedObject& object) {
    told[std::string(object.key)] = object.outcome;
  };
  run_well();
  const std::map<std::string, PushOutcome> expected = {{"p/a", PushOutcome::kSent},
                                                       {"p/b", PushOutcome::kUnchanged},
                                                       {"p/c", PushOutcome::kDeleted}};
  EXPECT_EQ(told, expected);
}

// To the nanosecond: 100 files of 2 s each, 10 at a time, and the list before them.
TEST_F(Push, ItsWorkersTakePartInTheClockOfTheStore) {
  for (int i = 0; i < 100; ++i) source.file("f" + std::to_string(i), "content");
  VirtualClock clock;
  SimOptions simulated;
  simulated.latency = std::chrono::seconds(2);
  const auto simulation = make_sim_store(simulated, clock);
  options.workers = 10;
  options.clock = &clock;
  Progress shown;
  const auto report = push(options, *simulation, observer, shown, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, 100U);
  EXPECT_EQ(report->elapsed, std::chrono::seconds(2 + 100 / 10 * 2));
}

TEST_F(Push, NothingNamedOrMissingSourcesAreErrors) {
  options.sources.clear();
  EXPECT_EQ(run().error().code, Code::kInvalid);
  options.sources = {source / "none"};
  EXPECT_EQ(run().error().code, Code::kNotFound);
}

TEST_F(Push, StoreThatListsOutOfOrderIsRefused) {
  store.change_traits().sorted_list = false;
  three_files();
  const auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace penstock
