// Pushes with bundles, by what is seen in the store and by what a pull brings.
#include <filesystem>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transfer/bundled_store.h"
#include "transfer/check.h"
#include "transfer/pull.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class PushBundlesTest : public PushTest {
 protected:
  PushBundlesTest() { options.bundle_bytes = std::uint64_t{1} << 20; }

  void many_files(int count) {
    for (int i = 0; i < count; ++i) source.file("d/" + std::to_string(1000 + i), text_of(i));
    wait_for_clock();
  }
  static std::string text_of(int i) { return "content of " + std::to_string(i); }
  void remove_file(const std::string& name) { ASSERT_TRUE(std::filesystem::remove(source / name)); }
  std::vector<std::string> bundle_keys() {
    std::vector<std::string> found;
    for (const std::string& key : keys())
      if (is_bundle_key(key)) found.push_back(key);
    return found;
  }
  // What somebody sees who reads the place: "name=content", in order.
  std::vector<std::string> seen(const std::string& prefix = "p") {
    std::vector<std::string> lines;
    BundledOptions bundled;
    bundled.place = bundled.listed = prefix + "/";
    bundled.look_above = true;
    bundled.on_problem = [](const Error& error) { ADD_FAILURE() << error.message; };
    const auto view = BundledStore::open(store, bundled, {});
    if (!view) return {"not opened: " + view.error().message};
    ListRequest request;
    request.prefix = prefix + "/";
    request.most = 7;  // so that pages end everywhere
    do {
      Call call;
      const auto page = (*view)->list(request, call);
      if (!page) return {"not listed: " + page.error().message};
      for (const ObjectInfo& object : page->objects)
        lines.push_back(object.key.substr(request.prefix.size()) + "=" + read(**view, object));
      request.after = page->next;
    } while (!request.after.empty());
    return lines;
  }
  static std::string read(Store& from, const ObjectInfo& object) {
    std::string text;
    Receiver receiver;
    receiver.info = [&](const ObjectInfo&) { return text.clear(), Status(); };
    receiver.bytes = [&](Bytes bytes) { return text += as_text(bytes), Status(); };
    Call call;
    const auto got = from.get(object.key, {}, receiver, call);
    return got ? text : got.error().message;
  }
};

TEST_F(PushBundlesTest, ManySmallFilesTakeOneRequest) {
  many_files(50);
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 50U);
  EXPECT_EQ(report.requests, 2U);
  EXPECT_EQ(store.count("put"), 1U);
  EXPECT_EQ(store.count_all(), 2U);
  ASSERT_THAT(keys(), SizeIs(1));
  EXPECT_THAT(keys().front(), StartsWith("p/.penstock/bundles/0000000000000001-"));
  const auto lines = seen();
  ASSERT_EQ(lines.size(), 50U);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(lines[static_cast<std::size_t>(i)],
              "d/" + std::to_string(1000 + i) + "=" + text_of(i));
}

TEST_F(PushBundlesTest, ASecondRunAsksForOneListAndReadsNothing) {
  many_files(50);
  run_well();
  hooks.opened = [](const std::string& shown) { ADD_FAILURE() << shown; };
  const PushReport report = run_well();
  EXPECT_EQ(report.unchanged, 50U);
  EXPECT_EQ(report.files, 0U);
  EXPECT_EQ(store.count("list"), 1U);
  EXPECT_EQ(store.count_all(), 1U);
}

TEST_F(PushBundlesTest, WithoutAJournalFilesAreComparedAndNotSent) {
  many_files(50);
  run_well();
  options.journal_path.clear();
  const PushReport report = run_well();
  EXPECT_EQ(report.unchanged, 50U);
  EXPECT_EQ(store.count("put"), 0U);
  EXPECT_EQ(store.count("get"), 1U);  // the index
}

TEST_F(PushBundlesTest, ChangedFilesGoIntoANewBundle) {
  many_files(10);
  run_well();
  source.file("d/1003", "another content");
  wait_for_clock();
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_THAT(bundle_keys(), SizeIs(2));
  EXPECT_THAT(seen(), Contains("d/1003=another content"));
  EXPECT_THAT(seen(), SizeIs(10));
  EXPECT_EQ(run_well().files, 0U);
}

TEST_F(PushBundlesTest, DeletedFilesAreGoneForReadersAndStayGone) {
  many_files(20);
  run_well();
  for (int i = 0; i < 3; ++i) remove_file("d/" + std::to_string(1000 + i));
  options.delete_extra = true;
  EXPECT_EQ(run_well().deleted, 3U);
  EXPECT_THAT(seen(), SizeIs(17));
  EXPECT_EQ(run_well().deleted, 0U);
  EXPECT_EQ(store.count_all(), 1U);  // and nothing is written for them again
  EXPECT_THAT(seen(), SizeIs(17));
}

TEST_F(PushBundlesTest, ABundleOfWhichLessThanHalfIsNeededIsMadeAnew) {
  many_files(20);
  run_well();
  const std::string first = bundle_keys().front();
  for (int i = 0; i < 12; ++i) remove_file("d/" + std::to_string(1000 + i));
  options.delete_extra = true;
  options.delete_limits.force = true;
  run_well();
  EXPECT_THAT(bundle_keys(), Contains(first));
  EXPECT_EQ(run_well().files, 8U);  // moved
  EXPECT_THAT(bundle_keys(), SizeIs(1));
  EXPECT_THAT(bundle_keys(), Not(Contains(first)));
  EXPECT_THAT(seen(), SizeIs(8));
  EXPECT_EQ(run_well().files, 0U);
  EXPECT_EQ(store.count_all(), 1U);
}

TEST_F(PushBundlesTest, ABundleOfWhichNothingIsNeededIsRemoved) {
  many_files(5);
  run_well();
  const std::string first = bundle_keys().front();
  for (int i = 0; i < 5; ++i) source.file("d/" + std::to_string(1000 + i), "new");
  wait_for_clock();
  EXPECT_EQ(run_well().files, 5U);
  EXPECT_THAT(bundle_keys(), SizeIs(1));
  EXPECT_THAT(bundle_keys(), Not(Contains(first)));
  EXPECT_THAT(seen(),
              ElementsAre("d/1000=new", "d/1001=new", "d/1002=new", "d/1003=new", "d/1004=new"));
}

TEST_F(PushBundlesTest, LargeFilesAreObjectsAndStandForTheirNames) {
  source.file("large", std::string(40'000, 'x'));
  source.file("small", "s");
  wait_for_clock();
  run_well();
  EXPECT_THAT(keys(), Contains("p/large"));
  source.file("small", std::string(40'000, 'y'));  // has grown
  wait_for_clock();
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/small"), std::string(40'000, 'y'));
  EXPECT_THAT(bundle_keys(), IsEmpty());  // nothing in it is needed
  EXPECT_EQ(seen().size(), 2U);
}

TEST_F(PushBundlesTest, AnObjectOfItsOwnStaysOne) {
  source.file("a", "one");
  put("p/a", "two");
  wait_for_clock();
  run_well();
  EXPECT_EQ(content("p/a"), "one");
  EXPECT_THAT(bundle_keys(), IsEmpty());
}

TEST_F(PushBundlesTest, DeletingAnObjectDoesNotBringBackWhatABundleHadUnderItsName) {
  many_files(4);
  run_well();
  options.bundle_bytes = 0;
  source.file("d/1001", "changed");
  wait_for_clock();
  run_well();
  EXPECT_THAT(keys(), Contains("p/d/1001"));
  remove_file("d/1001");
  options.delete_extra = true;
  run_well();
  EXPECT_THAT(seen(), SizeIs(3));
}

TEST_F(PushBundlesTest, APushWithoutBundlesSeesThem) {
  many_files(10);
  run_well();
  options.bundle_bytes = 0;
  options.delete_extra = true;
  const PushReport report = run_well();
  EXPECT_EQ(report.unchanged, 10U);
  EXPECT_EQ(report.deleted, 0U);
  EXPECT_EQ(store.count("put"), 0U);
}

TEST_F(PushBundlesTest, BundlesOfPlacesBelowAreNotTakenForExtraObjects) {
  many_files(10);
  options.prefix = "p/below";
  run_well();
  options.prefix = "p";
  options.bundle_bytes = 0;
  options.delete_extra = true;
  options.delete_limits.force = true;
  run_well();
  EXPECT_THAT(bundle_keys(), SizeIs(1));
}

TEST_F(PushBundlesTest, WhoReadsAPartOfAPlaceSeesItsBundles) {
  many_files(3);
  run_well();
  EXPECT_THAT(seen("p/d"),
              ElementsAre("1000=" + text_of(0), "1001=" + text_of(1), "1002=" + text_of(2)));
}

TEST_F(PushBundlesTest, PullBringsFilesLinksModesAndTimes) {
  many_files(5);
  ASSERT_EQ(::chmod((source / "d/1001").c_str(), 0750), 0);
  ASSERT_EQ(::symlink("d/1002", (source / "link").c_str()), 0);
  source.file("empty", "");
  wait_for_clock();
  run_well();
  TestDirectory into;
  PullOptions pulling;
  pulling.source = &store;
  pulling.prefix = "p";
  pulling.directory = into / "tree";
  Progress pulled;
  const auto report = pull(pulling, observer, pulled, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->failed, 0U);
  EXPECT_EQ(report->files, 6U);
  EXPECT_EQ(std::filesystem::read_symlink(into / "tree/link"), "d/1002");
  struct stat had {};
  struct stat got {};
  ASSERT_EQ(::stat((source / "d/1001").c_str(), &had), 0);
  ASSERT_EQ(::stat((into / "tree/d/1001").c_str(), &got), 0);
  EXPECT_EQ(got.st_mode & 0700U, 0700U);
  EXPECT_EQ(got.st_mtim.tv_sec, had.st_mtim.tv_sec);
  EXPECT_EQ(got.st_mtim.tv_nsec, had.st_mtim.tv_nsec);
  store.forget_counts();
  const auto second = pull(pulling, observer, pulled, {});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->files, 0U);
}

TEST_F(PushBundlesTest, CheckProvesFilesInBundlesAndNamesWhatDiffers) {
  many_files(5);
  run_well();
  source.file("d/1001", text_of(9));  // as long
  remove_file("d/1002");
  CheckOptions checking;
  checking.sources = options.sources;
  checking.prefix = "p";
  Progress checked;
  const auto report = check(checking, store, observer, checked, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->same, 3U);
  EXPECT_EQ(report->differs, 1U);
  EXPECT_EQ(report->extra, 1U);
  EXPECT_EQ(report->unproven, 0U);
  EXPECT_EQ(store.count("stat"), 0U);
}

TEST_F(PushBundlesTest, ADryRunCountsBundlesAndWritesNothing) {
  many_files(30);
  options.dry_run = true;
  const PushReport report = run_well();
  EXPECT_EQ(report.files, 30U);
  EXPECT_EQ(report.requests, 2U);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(PushBundlesTest, AFileThatChangesWhileItIsSentIsSentAsItIsThen) {
  many_files(5);
  bool first = true;
  store.before = [&](std::string_view operation, const std::string&) {
    if (operation == "put" && std::exchange(first, false)) source.file("d/1002", "newer content");
    return Status();
  };
  EXPECT_EQ(run_well().files, 5U);
  EXPECT_THAT(seen(), Contains("d/1002=newer content"));
}

TEST_F(PushBundlesTest, AFileThatKeepsChangingFailsAndTheOthersArrive) {
  many_files(5);
  int changes = 0;
  store.before = [&](std::string_view operation, const std::string&) {
    if (operation == "put")
      source.file("d/1002", std::string(static_cast<std::size_t>(++changes), 'x'));
    return Status();
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 4U);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_THAT(seen(), SizeIs(4));
}

TEST_F(PushBundlesTest, AFailedPutNamesItsFilesAndTheNextRunSendsThem) {
  many_files(5);
  store.before = [](std::string_view operation, const std::string&) -> Status {
    return operation == "put" ? fail(Code::kIo, "503") : Status();
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 5U);
  store.before = [](std::string_view, const std::string&) { return Status(); };
  EXPECT_EQ(run_well().files, 5U);
  EXPECT_THAT(seen(), SizeIs(5));
}

// Whatever call is the last one that a run makes: what was there before is still to be read, and
// the next run ends as if nothing had been.
TEST_F(PushBundlesTest, ARunThatEndsAtAnyCallLosesNothing) {
  options.delete_extra = true;
  options.delete_limits.force = true;
  many_files(20);
  run_well();
  for (int i = 0; i < 11; ++i) remove_file("d/" + std::to_string(1000 + i));
  source.file("d/1015", "changed");
  source.file("e", "added");
  wait_for_clock();
  for (int last = 0; last < 12; ++last) {
    int calls = 0;
    store.before = [&](std::string_view, const std::string&) -> Status {
      return calls++ < last ? Status() : fail(Code::kIo, "killed");
    };
    static_cast<void>(run());
    store.before = [](std::string_view, const std::string&) { return Status(); };
    const auto lines = seen();
    for (int i = 11; i < 20; ++i) {
      if (i == 15) continue;
      EXPECT_THAT(lines, Contains("d/" + std::to_string(1000 + i) + "=" + text_of(i))) << last;
    }
  }
  run_well();
  run_well();
  EXPECT_THAT(seen(), SizeIs(10));
  EXPECT_THAT(seen(), Contains("d/1015=changed"));
  EXPECT_THAT(seen(), Contains("e=added"));
}

TEST_F(PushBundlesTest, PushesAtTheSameTimeLoseNoFile) {
  constexpr int kPushers = 4;
  std::vector<std::unique_ptr<TestDirectory>> trees;
  for (int i = 0; i < kPushers; ++i) {
    trees.push_back(std::make_unique<TestDirectory>());
    for (int n = 0; n < 20; ++n)
      trees.back()->file("from" + std::to_string(i) + "/" + std::to_string(n), text_of(n));
    trees.back()->file("shared", "the same");
  }
  wait_for_clock();
  {
    std::vector<std::jthread> threads;
    for (const auto& tree : trees)
      threads.emplace_back([&, path = tree->path()] {
        for (int round = 0; round < 3; ++round) {
          PushOptions pushing = options;
          pushing.journal_path.clear();
          pushing.sources = {path + "/."};
          RecordingObserver told;
          Progress shown;
          const auto report = push(pushing, store, told, shown, {});
          EXPECT_TRUE(report && report->failed == 0);
        }
      });
  }
  EXPECT_THAT(seen(), SizeIs(20 * kPushers + 1));
}

TEST_F(PushBundlesTest, ADamagedBundleIsNamedAndItsFilesAreSentAgain) {
  many_files(5);
  run_well();
  put(bundle_keys().front(), "no bundle");
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 5U);
  ASSERT_THAT(observer.problems, SizeIs(1));
  EXPECT_EQ(observer.problems.front().code, Code::kCorrupt);
}

TEST_F(PushBundlesTest, ReservedNamesAreRefused) {
  source.file(".penstock/bundles/mine", "x");
  source.file(".penstock/index", "y");
  source.file("a", "z");
  wait_for_clock();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(content("p/.penstock/index"), "y");
}

// Small bundles gather: they are joined before they are too many.
TEST_F(PushBundlesTest, ManySmallBundlesBecomeFew) {
  for (int i = 0; i < 40; ++i) {
    source.file("f" + std::to_string(100 + i), text_of(i));
    wait_for_clock();
    run_well();
  }
  EXPECT_LE(bundle_keys().size(), 34U);
  EXPECT_THAT(seen(), SizeIs(40));
}

}  // namespace
}  // namespace penstock
