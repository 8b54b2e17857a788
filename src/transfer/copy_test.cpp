#include "transfer/copy.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hex.h"
#include "store/chaos_store.h"
#include "store/retrying_store.h"
#include "transfer/copy_content.h"
#include "transfer/file_metadata.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// From `from` into the fixture's `store`, each with objects of its own.
class Copy : public PushTest {
 protected:
  Copy() {
    copy.source = &from;
    copy.source_prefix = "s";
    copy.to.prefix = "p";
    copy.to.journal_path = state / "copy.db";
    copy.to.workers = 4;
  }

  Result<CopyReport> run_copy(std::stop_token stop = {}) {
    store.forget_counts();
    from.forget_counts();
    observer.problems.clear();
    progress.emplace();
    return penstock::copy(copy, store, observer, *progress, std::move(stop));
  }
  CopyReport copy_well() {
    const Result<CopyReport> report = run_copy();
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    for (const Error& error : observer.problems) ADD_FAILURE() << error.message;
    EXPECT_EQ(progress->files_done, progress->files_total);
    EXPECT_EQ(progress->bytes_in, progress->bytes_total);
    return report ? *report : CopyReport{};
  }
  void put_source(const std::string& key, std::string_view text, const PutOptions& put = {}) {
    put_into(from, key, text, put);
  }
  static void put_into(Store& where, const std::string& key, std::string_view text,
                       const PutOptions& put = {}) {
    const auto body = make_memory_body(as_bytes(text));
    Call call;
    ASSERT_TRUE(where.put(key, *body, put, call));
  }
  void three_objects() {
    put_source("s/a.txt", "one");
    put_source("s/b/c.txt", "two");
    put_source("s/b.d", "three");
  }
  // Parts of 1,000 bytes.
  std::string large_object(std::size_t bytes, const PutOptions& put = {}) {
    copy.to.part_bytes = 1000;
    copy.to.multipart_above_bytes = 1500;
    std::string text(bytes, 'x');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
    put_source("s/large", text, put);
    return text;
  }
  static PutOptions with_sha256_of(std::string_view text) {
    FileMetadata file;
    const auto digest = sha256(as_bytes(text));
    if (digest) file.sha256 = *digest;
    PutOptions put;
    put.metadata = encode(file);
    return put;
  }

  CountingStore from{small_parts()};
  CopyOptions copy;
};

TEST_F(Copy, BringsEverythingWithOneGetAndOnePutEach) {
  three_objects();
  const CopyReport report = copy_well();
  EXPECT_EQ(report.files, 3U);
  EXPECT_EQ(report.bytes, 11U);
  EXPECT_EQ(report.requests, 8U);  // two lists
  EXPECT_EQ(from.count("get"), 3U);
  EXPECT_EQ(store.count("put"), 3U);
  EXPECT_THAT(keys(), ElementsAre("p/a.txt", "p/b.d", "p/b/c.txt"));
  EXPECT_EQ(content("p/b/c.txt"), "two");
}

TEST_F(Copy, SecondRunAsksForNoObject) {
  three_objects();
  copy_well();
  const CopyReport report = copy_well();
  EXPECT_EQ(report.files, 0U);
  EXPECT_EQ(report.unchanged, 3U);
  EXPECT_EQ(from.count_all(), 1U);
  EXPECT_EQ(store.count_all(), 1U);
}

TEST_F(Copy, ChangedAndMissingObjectsAreBroughtAgain) {
  three_objects();
  copy_well();
  put_source("s/a.txt", "eno");
  Call call;
  const std::vector<std::string> gone = {"p/b.d"};
  ASSERT_TRUE(store.remove(gone, call));
  EXPECT_EQ(copy_well().files, 2U);
  EXPECT_EQ(content("p/a.txt"), "eno");
  EXPECT_EQ(content("p/b.d"), "three");
}

TEST_F(Copy, TypeMetadataAndHeadersGoAlong) {
  PutOptions put;
  put.content_type = "image/png";
  put.metadata = {{"mode", "640"}, {"mtime", "1700000000.5"}, {"owner", "me"}};
  put.headers = {{"Cache-Control", "no-store"}};
  put_source("s/a.png", "pixels", put);
  copy_well();
  const ObjectInfo made = info("p/a.png");
  EXPECT_EQ(made.content_type, "image/png");
  EXPECT_EQ(made.headers, put.headers);
  for (const auto& entry : put.metadata) EXPECT_THAT(made.metadata, Contains(entry));
  EXPECT_TRUE(decode(made.metadata).sha256);
}

TEST_F(Copy, ServerCopiesWithoutAnyContentPassingHere) {
  put("s/a", "one");
  put("s/b", "two");
  copy.source = &store;
  copy.by_server = true;
  const CopyReport report = copy_well();
  EXPECT_EQ(report.by_server, 2U);
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(store.count("copy"), 2U);
  EXPECT_EQ(store.count("get") + store.count("put"), 0U);
  EXPECT_EQ(content("p/a"), "one");
  EXPECT_EQ(copy_well().files, 0U);
}

TEST_F(Copy, LargeObjectGoesInPartsAndKeepsItsMetadata) {
  const std::string text = large_object(10'500, [] {
    PutOptions put;
    put.content_type = "x/y";
    put.metadata = {{"mode", "600"}};
    return put;
  }());
  const CopyReport report = copy_well();
  EXPECT_EQ(report.files, 1U);
  EXPECT_EQ(store.count("put_part"), 11U);
  EXPECT_EQ(content("p/large"), text);
  EXPECT_EQ(info("p/large").content_type, "x/y");
  EXPECT_EQ(decode(info("p/large").metadata).mode, 0600U);
}

TEST_F(Copy, LargeObjectThatIsThereIsKnownByTheJournalThoughItsETagIsAnother) {
  large_object(10'500);
  copy_well();
  EXPECT_NE(info("p/large").etag, "");
  EXPECT_EQ(copy_well().unchanged, 1U);
  EXPECT_EQ(store.count_all(), 1U);
}

TEST_F(Copy, WithoutJournalTheMetadataOfBothTells) {
  const std::string text(5000, 'x');
  from.change_traits().lists_metadata = store.change_traits().lists_metadata = false;
  copy.to.journal_path.clear();
  large_object(0);
  Call call;
  ASSERT_TRUE(from.remove(std::vector<std::string>{"s/large"}, call));
  put_source("s/large", text, with_sha256_of(text));
  copy_well();
  EXPECT_EQ(copy_well().unchanged, 1U);
  EXPECT_EQ(from.count("get"), 0U);
  EXPECT_EQ(from.count("stat"), 1U);
}

TEST_F(Copy, LargeObjectWhoseDigestIsWrongNeverAppears) {
  const std::string text(5000, 'x');
  copy.to.part_bytes = 1000;
  copy.to.multipart_above_bytes = 1500;
  put_source("s/large", text, with_sha256_of("something else"));
  const auto report = run_copy();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  ASSERT_THAT(observer.problems, SizeIs(1));
  EXPECT_THAT(observer.problems[0].message, HasSubstr("SHA-256"));
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(Copy, SmallObjectWhoseDigestIsWrongNeverAppears) {
  put_source("s/a", "content", with_sha256_of("something else"));
  const auto report = run_copy();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1U);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Copy, InterruptedLargeObjectIsGoneOnWith) {
  const std::string text = large_object(10'000);
  copy.to.workers = 1;
  copy.to.parts_per_file = 1;
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key.ends_with("#7")) return fail(Code::kIo, "cut");
    return {};
  };
  ASSERT_TRUE(run_copy());
  ASSERT_THAT(observer.problems, SizeIs(1));
  EXPECT_EQ(uploads_left(), 1U);
  store.before = [](std::string_view, const std::string&) { return Status(); };
  copy_well();
  EXPECT_EQ(store.count("put_part"), 4U);
  EXPECT_EQ(content("p/large"), text);
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(Copy, ObjectReplacedMeanwhileIsCopiedInItsNewVersion) {
  put_source("s/a", "old");
  from.before = [&](std::string_view operation, const std::string&) -> Status {
    if (operation == "get" && from.count("get") == 1) put_source("s/a", "newer");
    return {};
  };
  copy_well();
  EXPECT_EQ(content("p/a"), "newer");
}

TEST_F(Copy, LargeObjectReplacedMeanwhileIsNeverAMixture) {
  large_object(10'000);
  const std::string newer(9'000, 'n');
  from.before = [&](std::string_view operation, const std::string&) -> Status {
    if (operation == "get" && from.count("get") == 4) put_source("s/large", newer);
    return {};
  };
  copy.to.workers = 1;
  ASSERT_TRUE(run_copy());
  EXPECT_THAT(observer.problems, IsEmpty());
  EXPECT_EQ(content("p/large"), newer);
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(Copy, ObjectThatVanishedIsNamedAndTheOthersGoOn) {
  three_objects();
  from.before = [&](std::string_view operation, const std::string& key) -> Status {
    if ((operation == "get" || operation == "stat") && key == "s/b.d")
      return fail(Code::kNotFound, "get s/b.d: 404");
    return {};
  };
  const auto report = run_copy();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->failed, 1U);
  EXPECT_EQ(report->files, 2U);
  EXPECT_THAT(observer.problems[0].message, HasSubstr("copy s/b.d"));
}

TEST_F(Copy, NothingAtTheSourceIsAnErrorAndDeletesNothing) {
  put("p/kept", "kept");
  copy.to.delete_extra = true;
  const auto report = run_copy();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kNotFound);
  EXPECT_THAT(keys(), ElementsAre("p/kept"));
}

TEST_F(Copy, OneObjectTakesItsLastNameAndNothingElseIsDeleted) {
  put_source("s/deep/a.txt", "one");
  put("p/kept", "kept");
  copy.source_prefix = "s/deep/a.txt";
  copy.to.delete_extra = true;
  copy_well();
  EXPECT_THAT(keys(), ElementsAre("p/a.txt", "p/kept"));
}

TEST_F(Copy, DeleteRemovesWhatTheSourceDoesNotHaveWithinTheFilterAndTheLimits) {
  three_objects();
  put("p/old.txt", "old");
  put("p/old.log", "old");
  copy.to.filter.exclude = {"*.log"};
  copy.to.delete_extra = true;
  copy.to.dry_run = true;
  EXPECT_EQ(copy_well().deleted, 1U);
  EXPECT_EQ(content("p/old.txt"), "old");
  copy.to.dry_run = false;
  EXPECT_EQ(copy_well().deleted, 1U);
  EXPECT_THAT(keys(), ElementsAre("p/a.txt", "p/b.d", "p/b/c.txt", "p/old.log"));
  put("p/more", "x");
  copy.to.delete_limits.most = 0;
  const auto report = run_copy();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delete_refused, 1U);
  EXPECT_EQ(content("p/more"), "x");
}

TEST_F(Copy, DryRunChangesNothingAndCountsWhatItWould) {
  three_objects();
  copy.to.dry_run = true;
  const CopyReport report = copy_well();
  EXPECT_EQ(report.files, 3U);
  EXPECT_EQ(report.requests, 8U);
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(from.count_all(), 1U);
}

TEST_F(Copy, ContentsInMemoryStayWithinTheBound) {
  for (int i = 0; i < 40; ++i) put_source("s/" + std::to_string(i), std::string(1000, 'x'));
  copy.to.workers = 16;
  copy.to.memory_bytes = 3000;
  std::atomic<int> in_flight{0};
  std::atomic<int> most{0};
  from.before = [&](std::string_view operation, const std::string&) {
    if (operation == "get") {
      const int now = ++in_flight;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
    }
    return Status();
  };
  copy.to.on_object = [&](const PushedObject&) { --in_flight; };
  EXPECT_EQ(copy_well().files, 40U);
  EXPECT_LE(most, 3);
}

TEST_F(Copy, FaultsOnBothSidesLoseAndDoubleNothing) {
  const auto troubled = [](Store& inner, std::uint64_t seed) {
    ChaosOptions chaos;
    chaos.seed = seed;
    chaos.fail_before = chaos.lose_answer = 0.1;
    chaos.flip_bit = 0.05;
    const std::shared_ptr<Store> lent(&inner, [](Store*) {});
    return make_chaos_store(lent, chaos, steady_clock());
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CountingStore source_store{small_parts()};
    CountingStore target{small_parts()};
    std::vector<std::string> texts;
    for (int i = 0; i < 60; ++i) {
      texts.emplace_back(static_cast<std::size_t>(i) * 97, static_cast<char>('a' + i % 26));
      put_into(source_store, "s/" + std::to_string(i), texts.back());
    }
    RetryingOptions retrying;
    retrying.policy.retries = 20;
    retrying.policy.base = retrying.policy.cap = std::chrono::milliseconds(0);
    const auto reading =
        make_retrying_store(troubled(source_store, seed), retrying, steady_clock());
    const auto writing = make_retrying_store(troubled(target, seed + 99), retrying, steady_clock());
    CopyOptions chaotic = copy;
    chaotic.source = reading.get();
    chaotic.to.journal_path = state / ("chaos" + std::to_string(seed));
    chaotic.to.part_bytes = 500;
    chaotic.to.multipart_above_bytes = 1000;
    for (int round = 0; round < 3; ++round) {
      Progress shown;
      ASSERT_TRUE(penstock::copy(chaotic, *writing, observer, shown, {}));
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      std::string got;
      Receiver receiver;
      receiver.bytes = [&got](Bytes bytes) { return got += as_text(bytes), Status(); };
      Call call;
      ASSERT_TRUE(target.get("p/" + std::to_string(i), {}, receiver, call)) << i;
      EXPECT_EQ(got, texts[i]) << i;
    }
    // Uploads whose begin was never heard of are left, and can be told by that nobody knows them.
    ASSERT_TRUE(clean_uploads(target, "p", std::chrono::sys_seconds::max(), {}));
    Call call;
    EXPECT_TRUE(target.list_uploads("", call)->empty());
  }
}

TEST(OrderedDigest, TakesPartsThatComeInAnyOrder) {
  const std::string text = "abcdef";
  const auto wanted = md5(as_bytes(text));
  ASSERT_TRUE(wanted);
  auto digest = OrderedDigest::create({KnownDigest::Kind::kMd5, hex(*wanted)});
  ASSERT_TRUE(digest);
  std::vector<std::jthread> parts;
  for (unsigned number = 3; number >= 1; --number)
    parts.emplace_back([&, number] {
      EXPECT_TRUE((*digest)->add(number, as_bytes(text).subspan((number - 1) * 2, 2), {}));
    });
  parts.clear();
  EXPECT_TRUE((*digest)->check());
}

TEST(OrderedDigest, NobodyWaitsForAPartThatWillNotCome) {
  auto digest = OrderedDigest::create({KnownDigest::Kind::kMd5, std::string(32, '0')});
  ASSERT_TRUE(digest);
  std::jthread waiting([&] { EXPECT_TRUE((*digest)->add(2, {}, {})); });
  (*digest)->abandon();
}

}  // namespace
}  // namespace penstock
