#include "store/local_store.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "files/test_directory.h"
#include "files/unprivileged.h"
#include "store/store_contract.h"

namespace penstock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<Store> open_store(const std::string& directory) {
  auto store = open_local_store({directory, false, false});
  return store ? *std::move(store) : nullptr;
}

// A store and the directory it is of, which goes away with it.
struct OwnedStore {
  TestDirectory directory;
  std::unique_ptr<Store> store;
};

Result<std::shared_ptr<Store>> make_store(bool sync) {
  auto owned = std::make_shared<OwnedStore>();
  PENSTOCK_TRY(owned->store, open_local_store({owned->directory.path(), false, sync}));
  Store* store = owned->store.get();
  return std::shared_ptr<Store>(std::move(owned), store);
}

INSTANTIATE_TEST_SUITE_P(Local, StoreContract,
                         testing::Values(StoreKind{"Local", [] { return make_store(true); }},
                                         StoreKind{"LocalUnsynced",
                                                   [] { return make_store(false); }}),
                         store_kind_name);

PutOptions with_metadata(Metadata metadata) {
  PutOptions options;
  options.metadata = std::move(metadata);
  return options;
}

GetOptions of_version(const std::string& etag) {
  GetOptions options;
  options.if_match = etag;
  return options;
}

GetOptions of_range(std::uint64_t begin, std::uint64_t end) {
  GetOptions options;
  options.range = {begin, end};
  return options;
}

ListRequest below(const std::string& prefix, std::size_t most = 1000) {
  ListRequest request;
  request.prefix = prefix;
  request.most = most;
  return request;
}

ListRequest behind(const std::string& after, const std::string& prefix = {}) {
  ListRequest request = below(prefix);
  request.after = after;
  return request;
}

ListRequest one_directory(const std::string& prefix, std::size_t most) {
  ListRequest request = below(prefix, most);
  request.delimiter = "/";
  return request;
}

class LocalStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_.directory("root");
    store_ = open_store(directory_ / "root");
    ASSERT_TRUE(store_);
  }

  std::string file(std::string_view name) const {
    return directory_ / (std::string("root/") + std::string(name));
  }
  Result<PutResult> put(const std::string& key, std::string_view content,
                        const PutOptions& options = {}) {
    const auto body = make_memory_body(as_bytes(content));
    Call call;
    return store_->put(key, *body, options, call);
  }
  Result<std::string> get(const std::string& key, const GetOptions& options = {}) {
    std::string content;
    Call call;
    const Receiver receiver{.bytes = [&](Bytes bytes) {
      content += as_text(bytes);
      return Status();
    }};
    const auto done = store_->get(key, options, receiver, call);
    if (!done) return fail(done.error());
    return content;
  }
  Result<ObjectInfo> stat(const std::string& key) {
    Call call;
    return store_->stat(key, call);
  }
  bool removes(const std::string& key) {
    Call call;
    const auto failed = store_->remove(std::vector<std::string>{key}, call);
    return failed && failed->empty();
  }
  Result<ListPage> page(const ListRequest& request) {
    Call call;
    return store_->list(request, call);
  }
  // All keys, and prefixes behind them, by pages of `most`.
  std::vector<std::string> keys(ListRequest request = {}) {
    std::vector<std::string> all;
    std::vector<std::string> prefixes;
    for (;;) {
      const auto listed = page(request);
      if (!listed) return {"failed: " + listed.error().message};
      for (const ObjectInfo& info : listed->objects) all.push_back(info.key);
      std::ranges::copy(listed->prefixes, std::back_inserter(prefixes));
      if (listed->next.empty()) break;
      request.after = listed->next;
    }
    std::ranges::copy(prefixes, std::back_inserter(all));
    return all;
  }
  Upload begin(const std::string& key, const PutOptions& options = {}) {
    Call call;
    const auto upload = store_->create_upload(key, options, call);
    EXPECT_TRUE(upload);
    return upload ? *upload : Upload{};
  }
  Part put_part(const Upload& upload, unsigned number, std::string_view content) {
    const auto body = make_memory_body(as_bytes(content));
    Call call;
    const auto part = store_->put_part(upload, number, *body, call);
    EXPECT_TRUE(part);
    return part ? *part : Part{};
  }
  Result<PutResult> complete(const Upload& upload, const std::vector<Part>& parts) {
    Call call;
    return store_->complete_upload(upload, parts, call);
  }
  std::size_t uploads() {
    Call call;
    const auto listed = store_->list_uploads("", call);
    EXPECT_TRUE(listed);
    return listed ? listed->size() : 999;
  }

  TestDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(LocalStoreTest, AnObjectIsAPlainFileUnderItsKey) {
  ASSERT_TRUE(put("photos/2024/a.jpg", "picture"));
  EXPECT_EQ(directory_.read("root/photos/2024/a.jpg"), "picture");
  EXPECT_EQ(*get("photos/2024/a.jpg"), "picture");
}

TEST_F(LocalStoreTest, ATreeOfOtherProgramsIsSeen) {
  directory_.file("root/sub/x", "other");
  EXPECT_EQ(*get("sub/x"), "other");
  EXPECT_THAT(keys(), ElementsAre("sub/x"));
}

TEST_F(LocalStoreTest, KeysThatAreNoPathsAreRefusedWithTheReason) {
  const std::string nul("a\0b", 3);
  for (const std::string& key :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"),
        std::string("../a"), std::string("a/../../b"), std::string("."), std::string("a/./b"), nul,
        std::string(256, 'x'), std::string("a/.penstock-uploads/b"), std::string(5000, 'a')}) {
    const auto done = put(key, "x");
    ASSERT_FALSE(done) << key;
    EXPECT_EQ(done.error().code, Code::kInvalid) << key;
    EXPECT_EQ(get(key).error().code, Code::kInvalid) << key;
    EXPECT_EQ(stat(key).error().code, Code::kInvalid) << key;
  }
  EXPECT_THAT(directory_.names("root"), IsEmpty());
  EXPECT_THAT(directory_.names(), ElementsAre("root"));
}

TEST_F(LocalStoreTest, NothingIsReachedThroughALinkPlantedInside) {
  directory_.file("outside/secret", "secret");
  directory_.link("root/out", directory_ / "outside");
  directory_.link("root/leaf", directory_ / "outside/secret");
  EXPECT_EQ(get("out/secret").error().code, Code::kNotFound);
  EXPECT_EQ(get("leaf").error().code, Code::kNotFound);
  EXPECT_FALSE(put("out/new", "x"));
  EXPECT_TRUE(removes("out/secret"));
  EXPECT_TRUE(removes("leaf"));
  ASSERT_TRUE(put("leaf", "mine"));  // the link is replaced, not what it leads to
  EXPECT_THAT(keys(), ElementsAre("leaf"));
  EXPECT_EQ(directory_.read("outside/secret"), "secret");
  EXPECT_THAT(directory_.names("outside"), ElementsAre("secret"));
}

TEST_F(LocalStoreTest, NamesThatAreNotUtf8KeepTheirBytes) {
  const std::string key = "b\xff\xfe/\n\x1b";
  ASSERT_TRUE(put(key, "x"));
  EXPECT_EQ(*get(key), "x");
  EXPECT_THAT(keys(), ElementsAre(key));
}

TEST_F(LocalStoreTest, AKeyCannotBeAFileAndADirectory) {
  ASSERT_TRUE(put("a", "file"));
  ASSERT_TRUE(put("b/c", "file"));
  for (const char* key : {"a/b", "b"}) {
    const auto done = put(key, "x");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kInvalid);
    EXPECT_THAT(done.error().message, HasSubstr("a file or a directory, not both"));
  }
  EXPECT_EQ(*get("a"), "file");
  EXPECT_EQ(*get("b/c"), "file");
}

TEST_F(LocalStoreTest, MetadataComesBackAndTheFileHasItsTimeAndMode) {
  PutOptions options;
  options.content_type = "image/jpeg";
  options.metadata = {{"mtime", "1700000000.123456789"}, {"mode", "4750"}, {"note", "a=b c"}};
  ASSERT_TRUE(put("a", "x", options));
  struct stat status {};
  ASSERT_EQ(::stat(file("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtim.tv_sec, 1700000000);
  EXPECT_EQ(status.st_mtim.tv_nsec, 123456789);
  EXPECT_EQ(status.st_mode & S_ISUID, 0U);
  EXPECT_EQ(status.st_mode & 0700U, 0700U);
  if (!store_->traits().metadata) GTEST_SKIP() << "no extended attributes here";
  const auto info = stat("a");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->content_type, "image/jpeg");
  EXPECT_EQ(info->metadata, options.metadata);
}

TEST_F(LocalStoreTest, AFileMayBeReadOnlyAndHasItsMetadata) {
  PutOptions options;
  options.metadata = {{"mode", "444"}, {"sha256", "00"}};
  EXPECT_TRUE(unprivileged([&] {
    const TestDirectory own;
    store_ = open_store(own.path());
    if (!put("a", "x", options)) return false;
    struct stat status {};
    if (::stat((own / "a").c_str(), &status) != 0 || (status.st_mode & 0777U) != 0444U)
      return false;
    const auto info = stat("a");
    return info && (!store_->traits().metadata || info->metadata == options.metadata);
  }));
}

TEST_F(LocalStoreTest, MetadataOfAnOldContentIsNotToldOfANewOne) {
  ASSERT_TRUE(put("a", "x", with_metadata({{"sha256", "of x"}})));
  directory_.file("root/a", "somebody else's");
  const auto info = stat("a");
  ASSERT_TRUE(info);
  for (const auto& [name, value] : info->metadata) EXPECT_NE(name, "sha256");
}

TEST_F(LocalStoreTest, AFileOfAnotherProgramTellsItsTimeAndMode) {
  directory_.file("root/a", "x");
  const timespec times[2] = {{1, 0}, {1600000000, 5}};
  ASSERT_EQ(utimensat(AT_FDCWD, file("a").c_str(), times, 0), 0);
  ASSERT_EQ(chmod(file("a").c_str(), 0640), 0);
  const auto info = stat("a");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->metadata, (Metadata{{"mtime", "1600000000.000000005"}, {"mode", "640"}}));
}

TEST_F(LocalStoreTest, TheEtagIsThatOfListAndStatAndChangesWithEveryPut) {
  const auto first = put("a", "one");
  ASSERT_TRUE(first);
  EXPECT_EQ(stat("a")->etag, first->etag);
  EXPECT_EQ(page({})->objects.at(0).etag, first->etag);
  const auto second = put("a", "two");
  ASSERT_TRUE(second);
  EXPECT_NE(second->etag, first->etag);
  EXPECT_EQ(get("a", of_version(first->etag)).error().code, Code::kChanged);
  EXPECT_EQ(*get("a", of_version(second->etag)), "two");
}

TEST_F(LocalStoreTest, RangesAreCutAtTheEnd) {
  ASSERT_TRUE(put("a", "0123456789"));
  EXPECT_EQ(*get("a", of_range(2, 5)), "234");
  EXPECT_EQ(*get("a", of_range(8, 100)), "89");
  EXPECT_EQ(*get("a", of_range(10, 20)), "");
}

// `during` happens when the first piece of a get of "a" has come.
Status get_with(Store& store, const std::function<void()>& during) {
  bool done = false;
  Call call;
  const Receiver receiver{.bytes = [&](Bytes) {
    if (!std::exchange(done, true)) during();
    return Status();
  }};
  const auto got = store.get("a", {}, receiver, call);
  return got ? Status() : fail(got.error());
}

TEST_F(LocalStoreTest, AFileThatChangesWhileItIsReadIsTold) {
  const std::string content(1 << 20, 'x');
  ASSERT_TRUE(put("a", content));
  const Status grown = get_with(
      *store_, [&] { std::ofstream(file("a"), std::ios::binary | std::ios::app) << "more"; });
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().code, Code::kChanged);
  const Status cut = get_with(*store_, [&] { ASSERT_EQ(truncate(file("a").c_str(), 300000), 0); });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Code::kChanged);
}

TEST_F(LocalStoreTest, AnObjectThatIsReplacedOrRemovedIsReadToItsEnd) {
  ASSERT_TRUE(put("a", std::string(1 << 20, 'x')));
  EXPECT_TRUE(get_with(*store_, [&] { EXPECT_TRUE(put("a", std::string(1 << 20, 'y'))); }));
  EXPECT_TRUE(get_with(*store_, [&] { ASSERT_TRUE(removes("a")); }));
}

TEST_F(LocalStoreTest, ListsInTheOrderOfWholeKeysByPagesOfAnySize) {
  const std::vector<std::string> sorted = {"a-b/c", "a.txt", "a/b", "a/b.c", "a/c/d", "a0", "b"};
  for (const std::string& key : sorted) ASSERT_TRUE(put(key, key));
  for (const std::size_t most : {1U, 2U, 3U, 100U})
    EXPECT_EQ(keys(below("", most)), sorted) << "pages of " << most;
  EXPECT_THAT(keys(below("a/")), ElementsAre("a/b", "a/b.c", "a/c/d"));
  EXPECT_THAT(keys(below("a/b")), ElementsAre("a/b", "a/b.c"));
  EXPECT_THAT(keys(below("a/c/d")), ElementsAre("a/c/d"));
  EXPECT_THAT(keys(behind("a/b")), ElementsAre("a/b.c", "a/c/d", "a0", "b"));
  EXPECT_THAT(keys(behind("a/c", "a")), ElementsAre("a/c/d", "a0"));
}

TEST_F(LocalStoreTest, ADelimiterShowsOneDirectory) {
  for (const char* key : {"a/x", "a/y", "b", "c/d/e", "c/f"}) ASSERT_TRUE(put(key, ""));
  directory_.directory("root/empty");
  for (const std::size_t most : {1U, 2U, 100U}) {
    EXPECT_THAT(keys(one_directory("", most)), ElementsAre("b", "a/", "c/"));
    EXPECT_THAT(keys(one_directory("c/", most)), ElementsAre("c/f", "c/d/"));
  }
}

TEST_F(LocalStoreTest, WhatIsNoObjectIsNotListed) {
  ASSERT_TRUE(put("a", "x"));
  begin("b");
  directory_.file("root/.penstock-0123456789abcdef", "half");
  directory_.link("root/link", "a");
  ASSERT_EQ(mkfifo(file("pipe").c_str(), 0600), 0);
  EXPECT_THAT(keys(), ElementsAre("a"));
  EXPECT_THAT(keys(below(".penstock-uploads/")), IsEmpty());
  EXPECT_EQ(get("pipe").error().code, Code::kNotFound);
}

TEST_F(LocalStoreTest, APrefixThatLeavesTheDirectoryHasNoObjects) {
  directory_.file("outside/secret", "x");
  directory_.link("root/out", directory_ / "outside");
  for (const char* prefix : {"../outside/", "/", "out/", "missing/", "./"})
    EXPECT_THAT(keys(below(prefix)), IsEmpty()) << prefix;
}

TEST_F(LocalStoreTest, ALargeDirectoryIsListedOnceForAllPages) {
  std::vector<std::string> sorted;
  for (int i = 10000; i < 15000; ++i) {
    sorted.push_back("many/" + std::to_string(i));
    directory_.file("root/" + sorted.back());
  }
  EXPECT_EQ(keys(below("", 100)), sorted);
  // Two listings at once, and one that nobody goes on with.
  const auto first = page(below("", 10));
  EXPECT_EQ(keys(below("", 1000)), sorted);
  EXPECT_EQ(page(behind(first->next))->objects.at(0).key, "many/10010");
}

TEST_F(LocalStoreTest, ADirectoryThatCannotBeReadIsTold) {
  EXPECT_TRUE(unprivileged([] {
    const TestDirectory own;
    own.file("closed/a", "x");
    if (chmod((own / "closed").c_str(), 0) != 0) return false;
    const auto store = open_store(own.path());
    Call call;
    const auto listed = store->list({}, call);
    chmod((own / "closed").c_str(), 0700);
    return !listed && listed.error().code == Code::kDenied &&
           listed.error().message.find("closed") != std::string::npos;
  }));
}

TEST_F(LocalStoreTest, RemovingTheLastObjectRemovesItsDirectories) {
  ASSERT_TRUE(put("a/b/c", "x"));
  ASSERT_TRUE(put("a/d", "x"));
  ASSERT_TRUE(removes("a/b/c"));
  EXPECT_THAT(directory_.names("root/a"), ElementsAre("d"));
  ASSERT_TRUE(removes("a/d"));
  ASSERT_TRUE(removes("a/d"));
  EXPECT_THAT(directory_.names("root"), IsEmpty());
}

TEST_F(LocalStoreTest, OfManyWritersOneCreatesAndNobodySeesAMixture) {
  constexpr int kWriters = 8;
  constexpr std::size_t kBytes = 100000;
  std::atomic<int> created = 0;
  std::atomic<bool> mixed = false;
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back([&, i] {
      const std::string content(kBytes, static_cast<char>('a' + i));
      PutOptions create_only;
      create_only.if_absent = true;
      const auto made = put("deep/one", content, create_only);
      if (made) ++created;
      if (!made && made.error().code != Code::kExists) mixed = true;
      for (int round = 0; round < 20; ++round) {
        if (!put("deep/two", content)) mixed = true;
        const auto seen = get("deep/two");
        if (!seen || *seen != std::string(kBytes, seen->at(0))) mixed = true;
      }
    });
  writers.clear();
  EXPECT_EQ(created, 1);
  EXPECT_FALSE(mixed);
  EXPECT_THAT(keys(), ElementsAre("deep/one", "deep/two"));
}

TEST_F(LocalStoreTest, APutOutlivesWhoRemovesItsDirectoryAtTheSameTime) {
  const auto work = [&](const std::string& key) {
    for (int i = 0; i < 200; ++i) {
      const auto done = put(key, "x");
      EXPECT_TRUE(done) << (done ? "" : done.error().message);
      EXPECT_TRUE(removes(key));
    }
  };
  {
    const std::jthread one([&] { work("d/e/one"); });
    const std::jthread two([&] { work("d/e/two"); });
  }
  EXPECT_THAT(directory_.names("root"), IsEmpty());
}

// Files of this process and its children cannot grow beyond 64 KiB.
bool limit_file_size() {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{65536, 65536};
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

TEST_F(LocalStoreTest, AFullDiskLeavesNothing) {
  EXPECT_TRUE(unprivileged([&] {
    const TestDirectory own;
    store_ = open_store(own.path());
    if (!put("old", "content") || !limit_file_size()) return false;
    const std::string large(100000, 'x');
    for (const char* key : {"new/deep/a", "old"}) {
      const auto done = put(key, large);
      if (done || done.error().code != Code::kNoSpace) return false;
    }
    return own.names() == std::vector<std::string>{"old"} && *get("old") == "content";
  }));
}

TEST_F(LocalStoreTest, ABodyThatFailsLeavesWhatWasThere) {
  struct Broken final : Body {
    std::uint64_t size() const override { return 10; }
    Status rewind() override { return {}; }
    Result<std::size_t> read(MutableBytes) override { return fail(Code::kChanged, "it shrank"); }
    Result<Sha256Digest> sha256() override { return Sha256Digest{}; }
  };
  ASSERT_TRUE(put("a", "old"));
  for (const char* key : {"a", "b/c"}) {
    Broken body;
    Call call;
    const auto done = store_->put(key, body, {}, call);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kChanged);
    EXPECT_THAT(done.error().message, HasSubstr(std::string("put ") + key));
  }
  EXPECT_THAT(directory_.names("root"), ElementsAre("a"));
  EXPECT_EQ(*get("a"), "old");
}

TEST_F(LocalStoreTest, CopiesWithMetadataOrWithANewOne) {
  ASSERT_TRUE(put("a", "content", with_metadata({{"note", "old"}})));
  Call call;
  ASSERT_TRUE(store_->copy("a", "b/c", {}, call));
  ASSERT_TRUE(store_->copy("a", "d", with_metadata({{"note", "new"}}), call));
  EXPECT_EQ(*get("b/c"), "content");
  EXPECT_EQ(store_->copy("missing", "x", {}, call).error().code, Code::kNotFound);
  if (!store_->traits().metadata) return;
  EXPECT_EQ(stat("b/c")->metadata, (Metadata{{"note", "old"}}));
  EXPECT_EQ(stat("d")->metadata, (Metadata{{"note", "new"}}));
}

TEST_F(LocalStoreTest, PartsInAnyOrderBecomeOneObject) {
  const Upload upload = begin("big/file", with_metadata({{"note", "n"}}));
  const Part third = put_part(upload, 3, "end");
  put_part(upload, 1, "wrong");
  const Part first = put_part(upload, 1, "begin");
  const Part second = put_part(upload, 2, "-mid-");
  EXPECT_THAT(keys(), IsEmpty());
  Call call;
  const auto listed = store_->list_parts(upload, call);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ(listed->at(0).etag, first.etag);
  EXPECT_EQ(complete(upload, {first, second}).error().code, Code::kInvalid);
  const auto done = complete(upload, {first, second, third});
  ASSERT_TRUE(done);
  EXPECT_EQ(*get("big/file"), "begin-mid-end");
  EXPECT_EQ(stat("big/file")->etag, done->etag);
  if (store_->traits().metadata) {
    EXPECT_EQ(stat("big/file")->metadata, (Metadata{{"note", "n"}}));
  }
  EXPECT_EQ(uploads(), 0U);
  EXPECT_THAT(directory_.names("root"), ElementsAre("big"));
  EXPECT_EQ(complete(upload, {first, second, third}).error().code, Code::kNotFound);
}

TEST_F(LocalStoreTest, AnUploadIsGoneOnWithByAnotherProcess) {
  const Upload upload = begin("a/b");
  const Part first = put_part(upload, 1, "one");
  store_ = open_store(directory_ / "root");
  ASSERT_EQ(uploads(), 1U);
  Call call;
  const auto found = store_->list_uploads("a/", call);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->at(0).key, "a/b");
  EXPECT_NE(found->at(0).begun, std::chrono::sys_seconds{});
  EXPECT_EQ(store_->list_parts(found->at(0), call)->at(0).etag, first.etag);
  ASSERT_TRUE(complete(found->at(0), {first, put_part(found->at(0), 2, "two")}));
  EXPECT_EQ(*get("a/b"), "onetwo");
}

TEST_F(LocalStoreTest, AnAbortedUploadLeavesNothing) {
  const Upload upload = begin("a/b");
  put_part(upload, 1, "one");
  Call call;
  ASSERT_TRUE(store_->abort_upload(upload, call));
  ASSERT_TRUE(store_->abort_upload(upload, call));
  EXPECT_THAT(directory_.names("root"), IsEmpty());
  EXPECT_EQ(store_->list_parts(upload, call).error().code, Code::kNotFound);
}

TEST_F(LocalStoreTest, WhatAKillLeftIsListedAndCanBeAborted) {
  // Killed before the description was there.
  directory_.file("root/.penstock-uploads/00112233445566778899aabbccddeeff/.penstock-1", "half");
  Call call;
  const auto found = store_->list_uploads("", call);
  ASSERT_EQ(found->size(), 1U);
  ASSERT_TRUE(store_->abort_upload(found->at(0), call));
  EXPECT_THAT(directory_.names("root"), IsEmpty());
}

TEST_F(LocalStoreTest, TheIdOfAnUploadIsNoPath) {
  directory_.file("victim/upload", std::string("k\0\0\0", 4));
  Call call;
  for (const char* id : {"../../victim", "", ".", "/"}) {
    EXPECT_EQ(store_->list_parts({"k", id, {}}, call).error().code, Code::kNotFound);
    EXPECT_TRUE(store_->abort_upload({"k", id, {}}, call));
  }
  EXPECT_TRUE(directory_.has("victim/upload"));
}

TEST_F(LocalStoreTest, AStopEndsEveryCall) {
  ASSERT_TRUE(put("a", "x"));
  std::stop_source stopped;
  stopped.request_stop();
  Call call{.stop = stopped.get_token()};
  const auto body = make_memory_body(as_bytes("x"));
  EXPECT_EQ(store_->put("a", *body, {}, call).error().code, Code::kCancelled);
  EXPECT_EQ(store_->stat("a", call).error().code, Code::kCancelled);
  EXPECT_EQ(store_->list({}, call).error().code, Code::kCancelled);
}

TEST(OpenLocalStore, TellsWhatIsMissingOrNoDirectory) {
  const TestDirectory directory;
  directory.file("file");
  EXPECT_EQ(open_local_store({directory / "none"}).error().code, Code::kNotFound);
  EXPECT_EQ(open_local_store({directory / "file", true}).error().code, Code::kInvalid);
  EXPECT_TRUE(open_local_store({directory / "made/deep", true}));
  EXPECT_TRUE(directory.has("made/deep"));
}

}  // namespace
}  // namespace penstock
