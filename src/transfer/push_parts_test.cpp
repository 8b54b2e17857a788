// Large files: parts, their order, and going on where a killed push has stopped.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store_checks.h"
#include "transfer/push_context.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PushParts : public PushTest {
 protected:
  PushParts() {
    options.part_bytes = 1000;
    options.multipart_above_bytes = 1500;
  }
  static std::string text(std::size_t bytes) {
    std::string out(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
      out[i] = static_cast<char>('a' + i * 7 % 26 + i / 999 % 5);
    return out;
  }
  // Stops at the part's beginning, as if the push had been killed.
  void push_until_part(const std::string& part) {
    std::stop_source stop;
    options.workers = 1;
    store.before = [&](std::string_view operation, const std::string& key) -> Status {
      if (operation != "put_part" || key != part) return {};
      stop.request_stop();
      return fail(Code::kCancelled, "cancelled");
    };
    const auto report = run(stop.get_token());
    ASSERT_FALSE(report);
    ASSERT_EQ(report.error().code, Code::kCancelled);
    store.before = [](std::string_view, const std::string&) { return Status(); };
  }
};

TEST_F(PushParts, LargeFileArrivesWholeAndIsNotSentAgain) {
  source.file("big", text(10'500));
  source.file("small", "x");
  wait_for_clock();
  EXPECT_EQ(run_well().files, 2U);
  EXPECT_EQ(store.count("put_part"), 11U);
  EXPECT_EQ(content("p/big"), text(10'500));
  EXPECT_EQ(uploads_left(), 0U);
  EXPECT_EQ(run_well().unchanged, 2U);
  EXPECT_EQ(store.count_all(), 1U);
  EXPECT_EQ(progress->bytes_in, 10'501U);
}

TEST_F(PushParts, WithoutAJournalTheEtagOfThePartsProvesTheContent) {
  source.file("big", text(10'500));
  options.journal_path.clear();
  run_well();
  EXPECT_EQ(run_well().unchanged, 1U);
  source.file("big", text(10'499) + "!");
  EXPECT_EQ(run_well().files, 1U);
}

TEST_F(PushParts, InterruptedUploadSendsOnlyTheMissingParts) {
  source.file("big", text(10'500));
  wait_for_clock();
  push_until_part("p/big#7");
  EXPECT_EQ(uploads_left(), 1U);
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(store.count("create_upload"), 0U);
  EXPECT_EQ(store.count("list_parts"), 1U);
  EXPECT_EQ(store.count("put_part"), 5U);
  EXPECT_EQ(content("p/big"), text(10'500));
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, PartOfAnotherContentIsSentAgain) {
  source.file("big", text(3000));
  wait_for_clock();
  push_until_part("p/big#3");
  Call call;
  const auto uploads = store.list_uploads("", call);
  ASSERT_THAT(*uploads, SizeIs(1));
  const std::string other(1000, '?');
  const auto body = make_memory_body(as_bytes(other));
  ASSERT_TRUE(store.put_part(uploads->front(), 1, *body, call));
  run_well();
  EXPECT_EQ(store.count("put_part"), 2U);
  EXPECT_EQ(content("p/big"), text(3000));
}

TEST_F(PushParts, UploadOfAFileThatChangedMeanwhileBeginsAnew) {
  source.file("big", text(5000));
  wait_for_clock();
  push_until_part("p/big#4");
  source.file("big", text(5001));
  wait_for_clock();
  run_well();
  EXPECT_EQ(store.count("abort_upload"), 1U);
  EXPECT_EQ(store.count("put_part"), 6U);
  EXPECT_EQ(content("p/big"), text(5001));
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, UploadInPartsOfAnotherSizeBeginsAnew) {
  source.file("big", text(5000));
  wait_for_clock();
  push_until_part("p/big#4");
  options.part_bytes = 2000;
  run_well();
  EXPECT_EQ(content("p/big"), text(5000));
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, UploadTheDestinationForgotBeginsAnew) {
  source.file("big", text(5000));
  wait_for_clock();
  push_until_part("p/big#4");
  Call call;
  ASSERT_TRUE(store.abort_upload(store.list_uploads("", call)->front(), call));
  run_well();
  EXPECT_EQ(store.count("create_upload"), 1U);
  EXPECT_EQ(content("p/big"), text(5000));
}

TEST_F(PushParts, UploadWhoseFileIsGoneIsAborted) {
  source.file("big", text(5000));
  wait_for_clock();
  push_until_part("p/big#4");
  std::filesystem::remove(source / "big");
  source.file("other", "x");
  run_well();
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, FailedUploadIsKeptForTheNextPush) {
  source.file("big", text(5000));
  wait_for_clock();
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "p/big#2") return fail(Code::kIo, "connection reset");
    return {};
  };
  options.workers = 1;
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_THAT(observer.problems[0].message, HasSubstr("connection reset"));
  EXPECT_EQ(uploads_left(), 1U);
  store.before = [](std::string_view, const std::string&) { return Status(); };
  run_well();
  EXPECT_EQ(store.count("put_part"), 4U);
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, FailedUploadIsAbortedWhenNoJournalRemembersIt) {
  source.file("big", text(5000));
  options.journal_path.clear();
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "p/big#2") return fail(Code::kIo, "connection reset");
    return {};
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, FileThatChangesBetweenItsPartsIsSentOnceMore) {
  source.file("big", text(5000));
  std::atomic<bool> changed{false};
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "p/big#3" && !changed.exchange(true))
      source.file("big", text(6000));
    return {};
  };
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/big"), text(6000));
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, FileThatKeepsChangingFailsAndLeavesNothing) {
  source.file("big", text(5000));
  std::atomic<std::size_t> bytes{5000};
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "p/big#3") source.file("big", text(++bytes));
    return {};
  };
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(observer.problems[0].code, Code::kChanged);
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, UploadThatOthersAbortIsBegunAgain) {
  source.file("big", text(5000));
  options.workers = 1;
  std::atomic<bool> aborted{false};
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation != "put_part" || key != "p/big#3" || aborted.exchange(true)) return {};
    Call call;
    return store.abort_upload(store.list_uploads("", call)->front(), call);
  };
  EXPECT_EQ(run_well().files, 1U);
  EXPECT_EQ(content("p/big"), text(5000));
  EXPECT_EQ(progress->bytes_out, 5000U);
}

TEST_F(PushParts, SeveralLargeFilesShareTheWorkers) {
  for (int i = 0; i < 6; ++i) source.file("big" + std::to_string(i), text(7000));
  for (int i = 0; i < 50; ++i) source.file("small" + std::to_string(i), "x");
  options.parts_per_file = 2;
  EXPECT_EQ(run_well().files, 56U);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(content("p/big" + std::to_string(i)), text(7000));
}

TEST_F(PushParts, NoMorePartsOfAFileAreSentAtOnceThanAskedFor) {
  source.file("big", text(20'000));
  options.parts_per_file = 2;
  options.workers = 6;
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  store.before = [&](std::string_view operation, const std::string&) -> Status {
    if (operation != "put_part") return {};
    const int seen = ++now;
    for (int high = most; seen > high && !most.compare_exchange_weak(high, seen);) {
    }
    --now;
    return {};
  };
  run_well();
  EXPECT_LE(most, 2);
}

TEST_F(PushParts, DryRunCountsTheRequestsOfParts) {
  source.file("big", text(5000));
  options.dry_run = true;
  EXPECT_EQ(run_well().requests, 1U + 5U + 2U);
  EXPECT_EQ(store.count_all(), 1U);
}

TEST_F(PushParts, IfAbsentIsHeededWhereCompletingDoesNot) {
  source.file("big", text(5000));
  options.if_absent = true;
  std::atomic<bool> done{false};
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "p/big#2" && !done.exchange(true)) put("p/big", "theirs");
    return {};
  };
  EXPECT_EQ(run_well().unchanged, 1U);
  EXPECT_EQ(content("p/big"), "theirs");
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushParts, CleanAbortsWhatIsOlder) {
  Call call;
  ASSERT_TRUE(store.create_upload("p/a", {}, call));
  ASSERT_TRUE(store.create_upload("q/a", {}, call));
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto hour = std::chrono::hours(1);
  EXPECT_EQ(*clean_uploads(store, "p", now - hour, {}), 0U);
  EXPECT_EQ(*clean_uploads(store, "p", now + hour, {}), 1U);
  EXPECT_EQ(uploads_left(), 1U);
}

TEST(PartBytes, GrowWithTheFileSoThatTheStoreHasEnoughParts) {
  constexpr std::uint64_t kMiB = 1 << 20;
  StoreTraits traits;
  traits.least_part_bytes = 5 * kMiB;
  traits.most_part_bytes = 5120 * kMiB;
  EXPECT_EQ(part_bytes_for(1, {}, traits), 8 * kMiB);
  EXPECT_EQ(part_bytes_for(80'000 * kMiB, {}, traits), 8 * kMiB);
  EXPECT_EQ(part_bytes_for(80'000 * kMiB + 1, {}, traits), 9 * kMiB);
  PushOptions small;
  small.part_bytes = 5 * kMiB;
  EXPECT_EQ(part_bytes_for(50'000 * kMiB, small, traits), 5 * kMiB);
  EXPECT_GT(part_bytes_for(50'001 * kMiB, small, traits), 5 * kMiB);
}

}  // namespace
}  // namespace penstock
