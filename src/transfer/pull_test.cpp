#include "transfer/pull.h"

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "crypto/digest.h"
#include "files/test_directory.h"
#include "files/unprivileged.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace penstock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A store that hands on to another one, counts, and lets a test step in. Threads: any.
class Watched final : public Store {
 public:
  explicit Watched(std::unique_ptr<Store> inner)
      : traits_(inner->traits()), name_(inner->name()), inner_(std::move(inner)) {}

  StoreTraits& change_traits() { return traits_; }
  // Before each get, with the key and the range's begin; a failure is the get's.
  std::function<Status(const std::string&, std::uint64_t)> before_get;
  // What a get hands on instead of the bytes that came.
  std::function<Status(const Receiver&, Bytes)> on_bytes;
  bool has_etags = true;
  std::atomic<unsigned> gets{0};
  std::atomic<unsigned> stats{0};

  const StoreTraits& traits() const override { return traits_; }
  const std::string& name() const override { return name_; }
  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    return inner_->put(key, body, options, call);
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    ++gets;
    if (before_get) PENSTOCK_CHECK(before_get(key, options.range.begin));
    if (!on_bytes) return inner_->get(key, options, receiver, call);
    const Receiver changed{.info = receiver.info,
                           .bytes = [&](Bytes bytes) { return on_bytes(receiver, bytes); }};
    return inner_->get(key, options, changed, call);
  }
  Result<ObjectInfo> stat(const std::string& key, Call& call) override {
    ++stats;
    auto info = inner_->stat(key, call);
    if (info && !has_etags) info->etag.clear();
    return info;
  }
  Result<ListPage> list(const ListRequest& request, Call& call) override {
    PENSTOCK_TRY(ListPage page, inner_->list(request, call));
    for (ObjectInfo& info : page.objects) {
      if (!traits_.lists_metadata) info.metadata.clear();
      if (!has_etags) info.etag.clear();
    }
    return page;
  }
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    return inner_->remove(keys, call);
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override {
    return inner_->copy(from, to, options, call);
  }
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override {
    return inner_->create_upload(key, options, call);
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return inner_->put_part(upload, number, body, call);
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    return inner_->list_parts(upload, call);
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    return inner_->complete_upload(upload, parts, call);
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    return inner_->abort_upload(upload, call);
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    return inner_->list_uploads(prefix, call);
  }

 private:
  StoreTraits traits_;
  std::string name_;
  std::unique_ptr<Store> inner_;
};

// Keeps what it is told.
class Told final : public Observer {
 public:
  void problem(const Error& error) override { problems.push_back(error); }
  void notice(std::string_view text) override { notices.emplace_back(text); }
  void done(std::string_view name) override { names.emplace_back(name); }
  std::vector<Error> problems;
  std::vector<std::string> notices;
  std::vector<std::string> names;
};

std::string sha256_text(std::string_view content) { return hex(*sha256(as_bytes(content))); }

// `bytes` of text in which no part is like another one.
std::string varied(std::size_t bytes) {
  std::string text;
  for (unsigned i = 0; text.size() < bytes; ++i) text += std::to_string(i) + " ";
  text.resize(bytes);
  return text;
}

MemoryStoreOptions small_parts() {
  MemoryStoreOptions options;
  options.least_part_bytes = 1;
  return options;
}

class PullTest : public testing::Test {
 protected:
  PullTest() : store_(std::make_unique<Watched>(make_memory_store(small_parts()))) {
    options_.source = store_.get();
    options_.directory = out_ / "tree";
    options_.workers = 4;
    options_.sync = false;
  }

  void put(const std::string& key, std::string_view content, Metadata metadata = {}) {
    const auto body = make_memory_body(as_bytes(content));
    PutOptions options;
    options.metadata = std::move(metadata);
    Call call;
    const auto done = store_->put(key, *body, options, call);
    ASSERT_TRUE(done) << done.error().message;
  }
  // `told` is what its metadata says of the parts.
  void put_in_parts(const std::string& key, std::string_view content, std::size_t part_bytes,
                    const std::string& told) {
    PutOptions options;
    options.metadata = {{"part-size", told}};
    Call call;
    const Upload upload = *store_->create_upload(key, options, call);
    std::vector<Part> parts;
    for (; !content.empty(); content.remove_prefix(std::min(part_bytes, content.size()))) {
      const auto body = make_memory_body(as_bytes(content.substr(0, part_bytes)));
      const auto number = static_cast<unsigned>(parts.size() + 1);
      parts.push_back(*store_->put_part(upload, number, *body, call));
    }
    ASSERT_TRUE(store_->complete_upload(upload, parts, call));
  }
  Result<PullReport> run(std::stop_token stop = {}) {
    told_ = Told();
    progress_ = std::make_unique<Progress>();
    store_->gets = store_->stats = 0;
    return pull(options_, told_, *progress_, std::move(stop));
  }
  // The report of a pull that must succeed as a whole.
  PullReport report() {
    auto done = run();
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : PullReport{};
  }
  std::string read(std::string_view path) const { return out_.read("tree/" + std::string(path)); }
  bool has(std::string_view path) const { return out_.has("tree/" + std::string(path)); }
  struct stat status(std::string_view path) const {
    struct stat found {};
    EXPECT_EQ(lstat((out_ / ("tree/" + std::string(path))).c_str(), &found), 0) << path;
    return found;
  }
  // Everything below the tree, hidden things too.
  std::vector<std::string> all_names() const {
    std::vector<std::string> names;
    if (!out_.has("tree")) return names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out_ / "tree"))
      names.push_back(entry.path().lexically_relative(out_ / "tree").string());
    std::ranges::sort(names);
    return names;
  }
  // Of parts, so that a large object needs no megabytes.
  void use_small_ranges() {
    options_.range_above_bytes = 1000;
    options_.part_bytes = 100;
  }

  TestDirectory out_;
  std::unique_ptr<Watched> store_;
  PullOptions options_;
  Told told_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(PullTest, BringsEveryObjectWithItsTimeAndMode) {
  put("a", "one", {{"mtime", "1700000000.5"}, {"mode", "4640"}});
  put("b/c/d", "two");
  put("empty", "");
  const PullReport done = report();
  EXPECT_EQ(done.files, 3U);
  EXPECT_EQ(done.bytes, 6U);
  EXPECT_EQ(done.failed, 0U);
  EXPECT_EQ(read("a"), "one");
  EXPECT_EQ(read("b/c/d"), "two");
  EXPECT_TRUE(has("empty"));
  EXPECT_EQ(status("a").st_mtim.tv_sec, 1700000000);
  EXPECT_EQ(status("a").st_mtim.tv_nsec, 500000000);
  const mode_t mask = umask(0);
  umask(mask);
  EXPECT_EQ(status("a").st_mode & 07777U, 0640U & ~mask);
}

TEST_F(PullTest, APrefixIsCutOffAndMayBeAKey) {
  put("photos/2024/a", "x");
  put("photos2", "y");
  for (const char* prefix : {"photos", "photos/"}) {
    options_.prefix = prefix;
    options_.directory = out_ / "tree";
    EXPECT_EQ(report().failed, 0U);
    EXPECT_THAT(all_names(), ElementsAre("2024", "2024/a"));
  }
  options_.prefix = "photos/2024/a";
  options_.directory = out_ / "one";
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(out_.read("one/a"), "x");
  options_.prefix = "nothing";
  const auto missing = run();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("nothing"));
}

TEST_F(PullTest, ASecondRunMakesNoRequestForAFile) {
  for (int i = 0; i < 100; ++i) put("d/" + std::to_string(i), "content");
  EXPECT_EQ(report().files, 100U);
  const PullReport again = report();
  EXPECT_EQ(again.skipped, 100U);
  EXPECT_EQ(again.files, 0U);
  EXPECT_EQ(store_->gets + store_->stats, 0U);
}

TEST_F(PullTest, WhatDiffersIsReplacedAndWhatIsTheSameStays) {
  put("a", "one");
  put("b", "two");
  EXPECT_EQ(report().files, 2U);
  put("a", "new");
  out_.file("tree/b", "TWO");
  const PullReport done = report();
  EXPECT_EQ(done.files, 2U);
  EXPECT_EQ(read("a"), "new");
  EXPECT_EQ(read("b"), "two");
}

TEST_F(PullTest, AFileOfAnotherProgramIsComparedByTheMd5ThatTheEtagIs) {
  put("a", "same");
  put("b", "theirs");
  out_.file("tree/a", "same");
  out_.file("tree/b", "differ");
  const PullReport done = report();
  EXPECT_EQ(done.skipped, 1U);
  EXPECT_EQ(done.files, 1U);
  EXPECT_EQ(store_->stats, 0U);
}

TEST_F(PullTest, WithoutMd5TheMetadataIsAskedForTimeOrSha256) {
  store_->change_traits().md5_etag = false;
  store_->change_traits().lists_metadata = false;
  put("time", "same", {{"mtime", "1700000000"}});
  put("sha", "same", {{"sha256", sha256_text("same")}});
  put("none", "same");
  for (const char* name : {"time", "sha", "none"}) out_.file(std::string("tree/") + name, "same");
  const timespec times[2] = {{1, 0}, {1700000000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, (out_ / "tree/time").c_str(), times, 0), 0);
  const PullReport done = report();
  EXPECT_EQ(done.skipped, 2U);
  EXPECT_EQ(done.files, 1U);
}

TEST_F(PullTest, ChecksumTrustsNeitherTimesNorMemory) {
  put("a", "right", {{"mtime", "1700000000"}});
  EXPECT_EQ(report().files, 1U);
  const struct stat before = status("a");
  {
    std::ofstream file(out_ / "tree/a", std::ios::binary | std::ios::in);
    file << "WRONG";
  }
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, (out_ / "tree/a").c_str(), times, 0), 0);
  options_.checksum = true;
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(read("a"), "right");
  EXPECT_EQ(report().skipped, 1U);
}

TEST_F(PullTest, OverwritePoliciesHold) {
  const auto reset = [&] {
    out_.file("tree/a", "old");
    const timespec times[2] = {{1, 0}, {1500000000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, (out_ / "tree/a").c_str(), times, 0), 0);
  };
  put("a", "newer", {{"mtime", "1600000000"}});
  put("b", "other");
  reset();
  options_.overwrite = Overwrite::kNever;
  EXPECT_EQ(report().skipped, 1U);
  EXPECT_EQ(read("a"), "old");
  options_.overwrite = Overwrite::kRefuse;
  EXPECT_EQ(report().failed, 1U);
  ASSERT_EQ(told_.problems.size(), 1U);
  EXPECT_EQ(told_.problems[0].code, Code::kExists);
  EXPECT_EQ(read("a"), "old");
  options_.overwrite = Overwrite::kOlder;
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(read("a"), "newer");
  put("a", "older", {{"mtime", "1400000000"}});
  EXPECT_EQ(report().skipped, 2U);
  EXPECT_EQ(read("a"), "newer");
}

TEST_F(PullTest, HostileKeysAreToldAndWriteNothingOutside) {
  const std::vector<std::string> hostile = {"../up",
                                            "a/../../up",
                                            "..",
                                            "x//y",
                                            "./z",
                                            "x/./y",
                                            "C:/evil",
                                            "..\\up",
                                            ".penstock-0011223344556677.part",
                                            std::string("n\0l", 3),
                                            std::string(300, 'n')};
  for (const std::string& key : hostile) put(key, "evil");
  put("good", "fine");
  const PullReport done = report();
  EXPECT_EQ(done.failed, hostile.size());
  EXPECT_EQ(done.files, 1U);
  EXPECT_EQ(told_.problems.size(), hostile.size());
  for (const Error& problem : told_.problems) {
    EXPECT_EQ(problem.code, Code::kUnsafe) << problem.message;
    EXPECT_THAT(problem.message, HasSubstr("pull \""));
  }
  EXPECT_THAT(all_names(), ElementsAre("good"));
  EXPECT_THAT(out_.names(), ElementsAre("tree"));
}

TEST_F(PullTest, APlantedLinkLeadsNowhere) {
  out_.directory("outside");
  out_.directory("tree");
  out_.link("tree/sub", out_ / "outside");
  out_.link("tree/leaf", out_ / "outside/leaf");
  put("sub/a", "x");
  put("leaf", "y");
  const PullReport done = report();
  EXPECT_EQ(done.failed, 1U);
  EXPECT_THAT(out_.names("outside"), IsEmpty());
  EXPECT_EQ(read("leaf"), "y");
  EXPECT_TRUE(S_ISREG(status("leaf").st_mode));
}

TEST_F(PullTest, AKeyBelowAnotherKeyIsToldWhicheverComesFirst) {
  for (const char* key : {"a", "a-b", "a-b/c", "a.txt", "a/b", "a/c/d", "a0"}) put(key, "x");
  const PullReport done = report();
  EXPECT_EQ(done.failed, 3U);
  EXPECT_THAT(all_names(), ElementsAre("a", "a-b", "a.txt", "a0"));
}

TEST_F(PullTest, ADirectoryInTheWayIsToldAndStays) {
  out_.directory("tree/a");
  put("a", "x");
  EXPECT_EQ(report().failed, 1U);
  EXPECT_EQ(told_.problems.at(0).code, Code::kInvalid);
  EXPECT_TRUE(has("a"));
}

TEST_F(PullTest, MarkersOfDirectoriesAreDirectories) {
  put("d/", "");
  put("e/", "content");
  put("d/a", "x");
  const PullReport done = report();
  EXPECT_EQ(done.directories, 1U);
  EXPECT_EQ(done.failed, 1U);
  EXPECT_THAT(all_names(), ElementsAre("d", "d/a"));
}

TEST_F(PullTest, LinksAreMadeLastAndOnlyWhenTheyStayInside) {
  put("dir/file", "x");
  put("in", "dir/file", {{"kind", "symlink"}});
  put("dir/up", "../dir/file", {{"kind", "symlink"}});
  put("out", "../../etc/passwd", {{"kind", "symlink"}});
  put("absolute", "/etc/passwd", {{"kind", "symlink"}});
  const PullReport done = report();
  EXPECT_EQ(done.links, 2U);
  EXPECT_EQ(done.failed, 2U);
  EXPECT_EQ(std::filesystem::read_symlink(out_ / "tree/in"), "dir/file");
  EXPECT_EQ(std::filesystem::read_symlink(out_ / "tree/dir/up"), "../dir/file");
  EXPECT_FALSE(has("out"));
  EXPECT_FALSE(has("absolute"));
  // The second time nothing is to be done for those that are there.
  options_.links = LinkPolicy::kSkip;
  const PullReport again = report();
  EXPECT_EQ(again.links, 0U);
  EXPECT_EQ(again.failed, 0U);
  EXPECT_EQ(again.skipped, 5U);
  EXPECT_EQ(told_.notices.size(), 2U);
  options_.links = LinkPolicy::kAll;
  EXPECT_EQ(report().links, 2U);
  EXPECT_EQ(std::filesystem::read_symlink(out_ / "tree/absolute"), "/etc/passwd");
}

TEST_F(PullTest, TheFilterChooses) {
  for (const char* key : {"a.jpg", "b.txt", "d/c.jpg", "d/e.tmp"}) put(key, "x");
  options_.filter.include = {"*.jpg", "*.tmp"};
  options_.filter.exclude = {"*.tmp"};
  EXPECT_EQ(report().files, 2U);
  EXPECT_THAT(all_names(), ElementsAre("a.jpg", "d", "d/c.jpg"));
}

TEST_F(PullTest, ADryRunTellsAndWritesNothing) {
  put("a", "x");
  put("b/c", "yy");
  options_.dry_run = true;
  options_.delete_extra = true;
  const PullReport missing = report();
  EXPECT_EQ(missing.files, 2U);
  EXPECT_EQ(missing.bytes, 3U);
  EXPECT_FALSE(out_.has("tree"));
  out_.file("tree/a", "x");
  out_.file("tree/extra", "x");
  const PullReport there = report();
  EXPECT_EQ(there.files, 1U);
  EXPECT_EQ(there.skipped, 1U);
  EXPECT_EQ(there.deleted, 1U);
  EXPECT_EQ(store_->gets, 0U);
  EXPECT_THAT(all_names(), ElementsAre("a", "extra"));
}

TEST_F(PullTest, DeleteExtraMakesTheTreeWhatTheStoreIs) {
  for (const char* key : {"a", "d/b", "d/b.c", "z"}) put(key, "x");
  for (const char* name : {"0", "d/a", "d/b/gone", "d.e", "keep.log", "zz"})
    out_.file(std::string("tree/") + name, "extra");
  std::filesystem::remove_all(out_ / "tree/d/b");
  out_.file("tree/old/deep/x", "extra");
  out_.file("tree/.penstock-0011223344556677.part", "left");
  options_.delete_extra = true;
  options_.filter.exclude = {"*.log"};
  const PullReport done = report();
  EXPECT_EQ(done.deleted, 5U);
  EXPECT_EQ(done.failed, 0U);
  EXPECT_THAT(all_names(), ElementsAre("a", "d", "d/b", "d/b.c", "keep.log", "z"));
}

TEST_F(PullTest, NothingIsDeletedBeyondTheLimitOrAfterAFailure) {
  put("a", "x");
  out_.file("tree/1", "extra");
  out_.file("tree/2", "extra");
  options_.delete_extra = true;
  options_.most_deletes = 1;
  EXPECT_EQ(report().deleted, 0U);
  EXPECT_THAT(told_.problems.at(0).message, HasSubstr("2 extra files"));
  options_.most_deletes = 2;
  put("../b", "x");
  EXPECT_EQ(report().deleted, 0U);
  EXPECT_THAT(all_names(), ElementsAre("1", "2", "a"));
}

TEST_F(PullTest, AFailureIsToldByNameAndTheOthersGoOn) {
  for (int i = 0; i < 50; ++i) put("k" + std::to_string(i), "x");
  store_->before_get = [](const std::string& key, std::uint64_t) {
    return key == "k7" ? Status(fail(Code::kDenied, "get k7: 403 AccessDenied")) : Status();
  };
  const PullReport done = report();
  EXPECT_EQ(done.files, 49U);
  EXPECT_EQ(done.failed, 1U);
  EXPECT_THAT(told_.problems.at(0).message, HasSubstr("k7"));
  EXPECT_EQ(progress_->files_done, progress_->files_total);
  EXPECT_EQ(progress_->bytes_out, progress_->bytes_total);
  EXPECT_TRUE(progress_->totals_final);
}

// The first piece of the first get comes with a bit turned over.
std::function<Status(const Receiver&, Bytes)> one_wrong_bit(std::atomic<int>& left) {
  return [&left](const Receiver& receiver, Bytes bytes) {
    std::vector<std::byte> copy(bytes.begin(), bytes.end());
    if (left-- > 0) copy.at(0) ^= std::byte{1};
    return receiver.bytes(copy);
  };
}

TEST_F(PullTest, AWrongBitIsNeverVisible) {
  put("md5", "content");
  put("large", varied(600000), {{"sha256", sha256_text(varied(600000))}});
  std::atomic<int> wrong = 1000;
  store_->on_bytes = one_wrong_bit(wrong);
  const PullReport done = report();
  EXPECT_EQ(done.failed, 2U);
  for (const Error& problem : told_.problems) EXPECT_EQ(problem.code, Code::kCorrupt);
  EXPECT_THAT(all_names(), IsEmpty());
  wrong = 1;  // once is made good
  const PullReport again = report();
  EXPECT_EQ(again.failed, 0U);
  EXPECT_EQ(again.files, 2U);
  EXPECT_EQ(again.retried, 1U);
}

TEST_F(PullTest, AWrongBitOfAnObjectSentInPartsIsNeverVisible) {
  const std::string content = varied(250);
  put_in_parts("parts", content, 100, "100");
  std::atomic<int> wrong = 1000;
  store_->on_bytes = one_wrong_bit(wrong);
  EXPECT_EQ(report().failed, 1U);
  EXPECT_EQ(told_.problems.at(0).code, Code::kCorrupt);
  use_small_ranges();
  options_.range_above_bytes = 200;
  EXPECT_EQ(report().failed, 1U);
  EXPECT_EQ(told_.problems.at(0).code, Code::kCorrupt);
  EXPECT_THAT(all_names(), IsEmpty());
  wrong = 0;
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(read("parts"), content);
}

// Whoever copied it may have cut it anew, and kept the metadata.
TEST_F(PullTest, APartSizeThatIsNotThatOfTheEtagProvesNothing) {
  for (const char* const told : {"50", "0", "many"}) put_in_parts(told, varied(250), 100, told);
  EXPECT_EQ(report().files, 3U);
}

TEST_F(PullTest, TheSha256OfATransformedFileIsNotThatOfItsObject) {
  put("a.zst", "packed", {{"sha256", sha256_text("plain")}, {"size", "5"}});
  EXPECT_EQ(report().files, 1U);
}

TEST_F(PullTest, ALargeObjectComesInRangesOfOneVersion) {
  use_small_ranges();
  const std::string content = varied(5050);
  put("d/large", content, {{"mtime", "1700000000"}, {"sha256", sha256_text(content)}});
  put("small", "x");
  const PullReport done = report();
  EXPECT_EQ(done.files, 2U);
  EXPECT_EQ(store_->gets, 52U);
  EXPECT_EQ(read("d/large"), content);
  EXPECT_EQ(status("d/large").st_mtim.tv_sec, 1700000000);
  EXPECT_THAT(all_names(), ElementsAre("d", "d/large", "small"));
  EXPECT_EQ(progress_->bytes_out, progress_->bytes_total);
  EXPECT_EQ(report().skipped, 2U);
}

TEST_F(PullTest, AnInterruptedLargeObjectIsGoneOnWith) {
  use_small_ranges();
  const std::string content = varied(5000);
  put("large", content);
  options_.workers = 1;
  std::stop_source stop;
  store_->before_get = [&](const std::string&, std::uint64_t begin) {
    if (begin == 2000) stop.request_stop();
    return Status();
  };
  EXPECT_EQ(run(stop.get_token()).error().code, Code::kCancelled);
  EXPECT_FALSE(has("large"));
  EXPECT_EQ(all_names().size(), 2U);  // both hidden
  store_->before_get = nullptr;
  const PullReport done = report();
  EXPECT_EQ(done.resumed, 2000U);
  EXPECT_EQ(store_->gets, 30U);
  EXPECT_EQ(read("large"), content);
  EXPECT_THAT(all_names(), ElementsAre("large"));
}

TEST_F(PullTest, AnotherVersionIsBegunAnew) {
  use_small_ranges();
  put("large", varied(5000));
  options_.workers = 1;
  store_->before_get = [&](const std::string&, std::uint64_t begin) {
    return begin == 2000 ? Status(fail(Code::kIo, "the line is dead", Retry::kLater)) : Status();
  };
  EXPECT_EQ(report().failed, 1U);
  EXPECT_EQ(all_names().size(), 2U);
  store_->before_get = nullptr;
  const std::string other(5000, 'o');
  put("large", other);
  const PullReport done = report();
  EXPECT_EQ(done.resumed, 0U);
  EXPECT_EQ(read("large"), other);
  EXPECT_THAT(all_names(), ElementsAre("large"));
}

TEST_F(PullTest, PartsOfTwoVersionsNeverMix) {
  use_small_ranges();
  put("large", varied(5000));
  options_.workers = 1;
  store_->before_get = [&](const std::string&, std::uint64_t begin) {
    if (begin == 2000) put("large", std::string(5000, 'o'));
    return Status();
  };
  const PullReport done = report();
  EXPECT_EQ(done.failed, 1U);
  EXPECT_EQ(told_.problems.at(0).code, Code::kChanged);
  EXPECT_THAT(all_names(), IsEmpty());
}

TEST_F(PullTest, AWrongListOfPartsIsFoundOut) {
  use_small_ranges();
  put("large", varied(5000));
  options_.workers = 1;
  store_->before_get = [&](const std::string&, std::uint64_t begin) {
    return begin == 2000 ? Status(fail(Code::kIo, "dead")) : Status();
  };
  EXPECT_EQ(report().failed, 1U);
  store_->before_get = nullptr;
  // A list that claims what is not there, and ends in a line cut short.
  std::ofstream(out_ / ("tree/" + all_names().at(1)), std::ios::app) << "44\nx\n99999\n4";
  EXPECT_EQ(report().failed, 1U);
  EXPECT_EQ(told_.problems.at(0).code, Code::kCorrupt);
  EXPECT_THAT(all_names(), IsEmpty());
  EXPECT_EQ(report().files, 1U);
}

TEST_F(PullTest, ALargeFileOfADirectoryComesInRanges) {
  use_small_ranges();
  const TestDirectory source;
  source.file("d/large", varied(5000));
  const auto local = open_local_store({source.path()});
  options_.source = local->get();
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(read("d/large"), varied(5000));
  EXPECT_EQ(report().skipped, 1U);
}

TEST_F(PullTest, WithoutAnEtagALargeObjectComesInOnePiece) {
  use_small_ranges();
  store_->has_etags = false;
  put("large", varied(5000));
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(store_->gets, 1U);
  EXPECT_EQ(read("large"), varied(5000));
}

TEST_F(PullTest, TheTreeOfADirectoryIsCopiedWithTimesAndModes) {
  const TestDirectory source;
  source.file("d/a", "x");
  ASSERT_EQ(chmod((source / "d/a").c_str(), 0600), 0);
  const timespec times[2] = {{1, 0}, {1600000000, 7}};
  ASSERT_EQ(utimensat(AT_FDCWD, (source / "d/a").c_str(), times, 0), 0);
  const auto local = open_local_store({source.path()});
  options_.source = local->get();
  EXPECT_EQ(report().files, 1U);
  EXPECT_EQ(status("d/a").st_mode & 0777U, 0600U);
  EXPECT_EQ(status("d/a").st_mtim.tv_sec, 1600000000);
  EXPECT_EQ(status("d/a").st_mtim.tv_nsec, 7);
}

// Files of this process and its children cannot grow beyond 64 KiB.
bool limit_file_size() {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{65536, 65536};
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

TEST_F(PullTest, AFullDiskEndsItAndLeavesNothingHalf) {
  put("memory", std::string(100000, 'x'));
  put("streamed", std::string(600000, 'x'));
  for (const std::uint64_t above : {std::uint64_t{1000}, std::uint64_t{1} << 30})
    EXPECT_TRUE(unprivileged([&] {
      const TestDirectory own;
      options_.directory = own / "tree";
      options_.range_above_bytes = above;
      if (!limit_file_size()) return false;
      const auto done = run();
      return !done && done.error().code == Code::kNoSpace && own.names().empty();
    }));
}

TEST_F(PullTest, AStopEndsItWithWhatIsComplete) {
  for (int i = 0; i < 50; ++i) put("k" + std::to_string(i), "x");
  std::stop_source stop;
  std::atomic<int> count = 0;
  store_->before_get = [&](const std::string&, std::uint64_t) {
    if (++count == 10) stop.request_stop();
    return Status();
  };
  const auto done = run(stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCancelled);
  for (const std::string& name : all_names()) EXPECT_EQ(read(name), "x");
}

TEST_F(PullTest, EachFileIsToldWhenAsked) {
  put("a", "x");
  put("d/b", "x");
  options_.tell_done = true;
  EXPECT_EQ(report().files, 2U);
  std::ranges::sort(told_.names);
  EXPECT_THAT(told_.names, ElementsAre("a", "d/b"));
}

TEST_F(PullTest, ManyFilesByManyWorkersArriveEachOnce) {
  use_small_ranges();
  options_.workers = 16;
  std::map<std::string, std::string> contents;
  for (unsigned i = 0; i < 600; ++i) {
    const std::string key = "d" + std::to_string(i % 7) + "/" + std::to_string(i);
    contents[key] = varied(i % 50 == 0 ? 3000 + i : i);
    put(key, contents[key]);
  }
  const PullReport done = report();
  EXPECT_EQ(done.files, 600U);
  EXPECT_EQ(done.failed, 0U);
  for (const auto& [key, content] : contents) ASSERT_EQ(read(key), content) << key;
  EXPECT_EQ(progress_->bytes_out, progress_->bytes_total);
  EXPECT_EQ(all_names().size(), 607U);
}

}  // namespace
}  // namespace penstock
