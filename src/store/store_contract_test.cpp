#include "store/store_contract.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "files/test_directory.h"
#include "files/unique_fd.h"

namespace penstock {

// A store without the trait is not tested for it, and the report says so.
#define NEEDS(trait) \
  if (!traits().trait) GTEST_SKIP() << store().name() << ": traits()." #trait " is false"

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void StoreContract::SetUp() {
  auto made = GetParam().make();
  if (!made && made.error().code == Code::kUnsupported)
    GTEST_SKIP() << GetParam().name << ": " << made.error().message;
  ASSERT_TRUE(made) << made.error().message;
  store_ = *made;
}

void StoreContract::TearDown() {
  if (HasFailure() && store_ != nullptr) std::cerr << "failed over " << store_->name() << '\n';
}

Result<PutResult> StoreContract::put(const std::string& key, std::string_view content,
                                     const PutOptions& options) {
  const auto body = make_memory_body(as_bytes(content));
  return store().put(key, *body, options, call());
}

std::string StoreContract::content(const std::string& key, const GetOptions& options) {
  std::string bytes;
  Receiver receiver;
  receiver.info = [&bytes](const ObjectInfo&) {
    bytes.clear();  // another attempt
    return Status();
  };
  receiver.bytes = [&bytes](Bytes piece) {
    bytes += as_text(piece);
    return Status();
  };
  auto got = store().get(key, options, receiver, call());
  return got ? bytes : std::string(name(got.error().code)) + ": " + got.error().message;
}

Result<ListPage> StoreContract::list_all(ListRequest request) {
  ListPage all;
  do {
    PENSTOCK_TRY(ListPage page, store().list(request, call()));
    EXPECT_LE(page.objects.size() + page.prefixes.size(), request.most);
    std::ranges::move(page.objects, std::back_inserter(all.objects));
    std::ranges::move(page.prefixes, std::back_inserter(all.prefixes));
    request.after = page.next;
  } while (!request.after.empty());
  return all;
}

std::vector<std::string> StoreContract::keys(const std::string& prefix, std::size_t most) {
  auto page = list_all({prefix, {}, {}, most});
  EXPECT_TRUE(page) << page.error().message;
  std::vector<std::string> keys;
  if (!page) return keys;
  for (const ObjectInfo& object : page->objects) keys.push_back(object.key);
  return keys;
}

void StoreContract::put_all(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    auto done = put(key, key);
    ASSERT_TRUE(done) << done.error().message;
  }
}

Upload StoreContract::begin(const std::string& key, const PutOptions& options) {
  auto upload = store().create_upload(key, options, call());
  EXPECT_TRUE(upload) << upload.error().message;
  return upload ? *upload : Upload{};
}

Part StoreContract::put_part(const Upload& upload, unsigned number, std::string_view content) {
  const auto body = make_memory_body(as_bytes(content));
  auto part = store().put_part(upload, number, *body, call());
  EXPECT_TRUE(part) << part.error().message;
  return part ? *part : Part{};
}

std::string StoreContract::part_content(char letter) const {
  return std::string(std::max<std::uint64_t>(traits().least_part_bytes, 1), letter);
}

namespace {

// Gives some bytes, then fails or stops the call.
class BrokenBody final : public Body {
 public:
  BrokenBody(std::uint64_t size, std::function<Status()> trouble)
      : size_(size), trouble_(std::move(trouble)) {}

  std::uint64_t size() const override { return size_; }
  Status rewind() override {
    at_ = 0;
    return {};
  }
  Result<std::size_t> read(MutableBytes out) override {
    if (at_ >= size_ / 2) PENSTOCK_CHECK(trouble_());
    const std::uint64_t count = std::min<std::uint64_t>({out.size(), size_ - at_, 16 << 10});
    std::ranges::fill(out.first(count), std::byte{'x'});
    at_ += count;
    return static_cast<std::size_t>(count);
  }
  Result<Sha256Digest> sha256() override {
    return penstock::sha256(as_bytes(std::string(size_, 'x')));
  }

 private:
  std::uint64_t size_;
  std::function<Status()> trouble_;
  std::uint64_t at_ = 0;
};

std::unique_ptr<Body> changed_body(std::uint64_t size) {
  return std::make_unique<BrokenBody>(size, [] { return fail(Code::kChanged, "it changed"); });
}

// Whether `result` failed so, with a message that names `object`.
template <class T>
::testing::AssertionResult failed(const Result<T>& result, Code code, std::string_view object) {
  if (result) return ::testing::AssertionFailure() << "it succeeded";
  const Error& error = result.error();
  if (error.code != code)
    return ::testing::AssertionFailure() << name(error.code) << ": " << error.message;
  if (error.message.find(object) == std::string::npos)
    return ::testing::AssertionFailure() << "does not name " << object << ": " << error.message;
  return ::testing::AssertionSuccess();
}

Receiver discard() {
  Receiver receiver;
  receiver.bytes = [](Bytes) { return Status(); };
  return receiver;
}

std::string numbers(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ",";
  text.resize(bytes);
  return text;
}

// ---- One object

TEST_P(StoreContract, AGetGivesTheBytesThatWerePut) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{300'001}}) {
    const std::string sent = numbers(bytes);
    auto done = put("a/b.txt", sent);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(content("a/b.txt") == sent) << bytes << " bytes";
  }
}

TEST_P(StoreContract, StatTellsWhatWasPut) {
  auto done = put("a.txt", "12345");
  ASSERT_TRUE(done) << done.error().message;
  auto info = store().stat("a.txt", call());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->key, "a.txt");
  EXPECT_EQ(info->bytes, 5U);
  EXPECT_EQ(info->etag, done->etag);
  EXPECT_GT(info->modified.time_since_epoch().count(), 0);
}

TEST_P(StoreContract, TheEtagOfAPutIsItsMd5) {
  NEEDS(md5_etag);
  auto done = put("a.txt", "abc");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->etag, "900150983cd24fb0d6963f7d28e17f72");
}

TEST_P(StoreContract, StatAndGetOfAMissingKeyAreNotFound) {
  auto info = store().stat("nope", call());
  EXPECT_TRUE(failed(info, Code::kNotFound, "nope"));
  EXPECT_EQ(info.error().retry, Retry::kNever);
  auto got = store().get("nope", {}, discard(), call());
  EXPECT_TRUE(failed(got, Code::kNotFound, "nope"));
  EXPECT_EQ(got.error().retry, Retry::kNever);
}

TEST_P(StoreContract, APutReplacesWhatWasThere) {
  auto first = put("a.txt", "the first, longer one");
  auto second = put("a.txt", "the second");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(content("a.txt"), "the second");
  EXPECT_THAT(keys(), ElementsAre("a.txt"));
  EXPECT_TRUE(first->etag.empty() || first->etag != second->etag);
}

TEST_P(StoreContract, ABodyIsReadFromItsStart) {
  const auto body = make_memory_body(as_bytes("abcdef"));
  std::array<std::byte, 4> taken{};
  ASSERT_TRUE(body->read(taken));
  ASSERT_TRUE(store().put("a.txt", *body, {}, call()));
  ASSERT_TRUE(store().put("b.txt", *body, {}, call()));
  EXPECT_EQ(content("a.txt"), "abcdef");
  EXPECT_EQ(content("b.txt"), "abcdef");
}

TEST_P(StoreContract, APartOfAFileIsPut) {
  const TestDirectory directory;
  const std::string sent = numbers(200'000);
  directory.file("f", sent);
  const UniqueFd file(open((directory / "f").c_str(), O_RDONLY | O_CLOEXEC));
  const auto body = make_file_body(file.get(), 1'000, 150'000, "f");
  auto done = store().put("a.txt", *body, {}, call());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(content("a.txt") == sent.substr(1'000, 150'000));
}

TEST_P(StoreContract, ABodyThatFailsMakesNoObject) {
  const auto body = changed_body(100'000);
  EXPECT_TRUE(failed(store().put("a.txt", *body, {}, call()), Code::kChanged, "it changed"));
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(StoreContract, ABodyThatFailsLeavesTheObjectThatWasThere) {
  put_all({"a.txt"});
  const auto body = changed_body(100'000);
  EXPECT_TRUE(failed(store().put("a.txt", *body, {}, call()), Code::kChanged, "it changed"));
  EXPECT_EQ(content("a.txt"), "a.txt");
}

TEST_P(StoreContract, KeysOfOddSignsAreKept) {
  const std::vector<std::string> odd = {
      "a b/c  d.txt", "plus+plus",  "100%",        "%41",
      "a&b=c;d",      "what?",      "hash#tag",    "gr\u00fc\u00dfe/\u65e5\u672c",
      "it's \"x\"",   "~tilde!*()", "back\\slash", "colon:at@host",
      "a=b,c",        "<xml>&amp;", "dot.../x",    "[brackets]{}"};
  put_all(odd);
  std::vector<std::string> sorted = odd;
  std::ranges::sort(sorted);
  std::vector<std::string> listed = keys();
  std::ranges::sort(listed);
  EXPECT_EQ(listed, sorted);
  for (const std::string& key : odd) EXPECT_EQ(content(key), key);
  auto left = store().remove(odd, call());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(StoreContract, KeysThatCannotBeHeldAreInvalid) {
  for (const std::string& key :
       {std::string(), std::string("/a"), std::string(traits().most_key_bytes + 1, 'k')}) {
    EXPECT_TRUE(failed(put(key, "x"), Code::kInvalid, "put"));
    EXPECT_TRUE(failed(store().get(key, {}, discard(), call()), Code::kInvalid, "get"));
    EXPECT_TRUE(failed(store().stat(key, call()), Code::kInvalid, "stat"));
  }
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(StoreContract, TheLongestKeyIsHeld) {
  std::string key;
  while (key.size() < std::min<std::size_t>(traits().most_key_bytes, 1024)) key += "directory/";
  key.resize(std::min<std::size_t>(traits().most_key_bytes, 1024));
  if (key.back() == '/') key.back() = 'x';
  put_all({key});
  EXPECT_EQ(content(key), key);
  EXPECT_THAT(keys(), ElementsAre(key));
}

TEST_P(StoreContract, MetadataAndContentTypeAreKept) {
  NEEDS(metadata);
  PutOptions options;
  options.content_type = "text/x-test";
  options.metadata = {{"mode", "644"}, {"mtime", "1700000000.5"}};
  ASSERT_TRUE(put("a.txt", "x", options));
  auto info = store().stat("a.txt", call());
  auto got = store().get("a.txt", {}, discard(), call());
  ASSERT_TRUE(info && got);
  for (ObjectInfo* told : {&*info, &*got}) {
    std::ranges::sort(told->metadata);
    EXPECT_EQ(told->content_type, "text/x-test");
    EXPECT_EQ(told->metadata, options.metadata);
  }
}

TEST_P(StoreContract, APutWithoutMetadataLeavesNoneOfBefore) {
  NEEDS(metadata);
  PutOptions options;
  options.metadata = {{"mode", "644"}};
  ASSERT_TRUE(put("a.txt", "x", options));
  ASSERT_TRUE(put("a.txt", "y"));
  auto info = store().stat("a.txt", call());
  ASSERT_TRUE(info);
  EXPECT_THAT(info->metadata, IsEmpty());
}

TEST_P(StoreContract, ListsTellMetadata) {
  NEEDS(lists_metadata);
  PutOptions options;
  options.metadata = {{"mode", "644"}};
  ASSERT_TRUE(put("a.txt", "x", options));
  auto page = store().list({}, call());
  ASSERT_TRUE(page && page->objects.size() == 1);
  EXPECT_EQ(page->objects.front().metadata, options.metadata);
}

// ---- Ranges, conditions, receivers

TEST_P(StoreContract, ARangeGivesItsBytesAndTheSizeOfTheWhole) {
  const std::string sent = numbers(100'000);
  ASSERT_TRUE(put("a.txt", sent));
  struct Case {
    std::uint64_t begin, end;
  };
  for (const Case c : {Case{0, 1}, {0, 100'000}, {5, 70'000}, {99'999, 100'000}}) {
    EXPECT_TRUE(content("a.txt", {{c.begin, c.end}, {}}) == sent.substr(c.begin, c.end - c.begin))
        << c.begin << " to " << c.end;
    auto info = store().get("a.txt", {{c.begin, c.end}, {}}, discard(), call());
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->bytes, 100'000U);
  }
}

TEST_P(StoreContract, ARangeIsCutAtTheEndOfTheObject) {
  ASSERT_TRUE(put("a.txt", "0123456789"));
  EXPECT_EQ(content("a.txt", {{7, 1'000}, {}}), "789");
  EXPECT_EQ(content("a.txt", {{7, UINT64_MAX}, {}}), "789");
  EXPECT_EQ(content("a.txt", {{10, 20}, {}}), "");
  EXPECT_EQ(content("a.txt", {{1'000, 2'000}, {}}), "");
  EXPECT_EQ(content("a.txt", {{3, 3}, {}}), "");
}

TEST_P(StoreContract, ARangeOfAnEmptyObjectIsEmpty) {
  ASSERT_TRUE(put("a.txt", ""));
  EXPECT_EQ(content("a.txt", {{0, 10}, {}}), "");
}

TEST_P(StoreContract, AGetOfAnotherVersionIsChanged) {
  auto first = put("a.txt", "one");
  ASSERT_TRUE(first);
  if (first->etag.empty()) GTEST_SKIP() << store().name() << " has no ETags";
  EXPECT_EQ(content("a.txt", {{}, first->etag}), "one");
  ASSERT_TRUE(put("a.txt", "two"));
  EXPECT_TRUE(
      failed(store().get("a.txt", {{}, first->etag}, discard(), call()), Code::kChanged, "a.txt"));
}

TEST_P(StoreContract, AReceiverIsToldTheObjectBeforeItsBytes) {
  ASSERT_TRUE(put("a.txt", "0123456789"));
  std::string order;
  Receiver receiver;
  receiver.info = [&order](const ObjectInfo& info) {
    EXPECT_EQ(info.bytes, 10U);
    order = "info";
    return Status();
  };
  receiver.bytes = [&order](Bytes piece) {
    EXPECT_FALSE(piece.empty());
    if (order == "info") order += " bytes";
    return Status();
  };
  ASSERT_TRUE(store().get("a.txt", {}, receiver, call()));
  EXPECT_EQ(order, "info bytes");
}

TEST_P(StoreContract, AReceiverThatFailsEndsTheGet) {
  ASSERT_TRUE(put("a.txt", numbers(100'000)));
  Receiver full;
  full.bytes = [](Bytes) { return Status(fail(Code::kNoSpace, "disk full")); };
  EXPECT_TRUE(failed(store().get("a.txt", {}, full, call()), Code::kNoSpace, "disk full"));
  Receiver choosy = discard();
  choosy.info = [](const ObjectInfo&) { return Status(fail(Code::kUnsafe, "not that one")); };
  choosy.bytes = [](Bytes) {
    ADD_FAILURE() << "bytes after info() had failed";
    return Status();
  };
  EXPECT_TRUE(failed(store().get("a.txt", {}, choosy, call()), Code::kUnsafe, "not that one"));
}

// ---- put_if_absent

TEST_P(StoreContract, PutIfAbsentNeverReplaces) {
  NEEDS(put_if_absent);
  PutOptions absent;
  absent.if_absent = true;
  ASSERT_TRUE(put("a.txt", "first", absent));
  EXPECT_TRUE(failed(put("a.txt", "second", absent), Code::kExists, "a.txt"));
  EXPECT_EQ(content("a.txt"), "first");
}

TEST_P(StoreContract, OfEightWritersIfAbsentExactlyOneWins) {
  NEEDS(put_if_absent);
  for (int round = 0; round < 5; ++round) {
    const std::string key = "race-" + std::to_string(round);
    std::atomic<int> won{0};
    std::atomic<int> winner{-1};
    std::atomic<int> ready{0};
    {
      std::vector<std::jthread> writers;
      for (int writer = 0; writer < 8; ++writer)
        writers.emplace_back([&, writer] {
          PutOptions absent;
          absent.if_absent = true;
          const std::string mine = "writer " + std::to_string(writer);
          const auto body = make_memory_body(as_bytes(mine));
          Call own;
          ++ready;
          while (ready < 8) std::this_thread::yield();
          auto done = store().put(key, *body, absent, own);
          if (done) {
            ++won;
            winner = writer;
          } else {
            EXPECT_TRUE(failed(done, Code::kExists, key));
          }
        });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(content(key), "writer " + std::to_string(winner));
  }
}

// ---- Lists

TEST_P(StoreContract, AListIsSortedByBytes) {
  NEEDS(sorted_list);
  // No key that lies below another one: a directory cannot hold both.
  put_all({"b", "a/x", "a-b", "a0", "B", "\u00e9", "a/b/c", "z"});
  EXPECT_THAT(keys(), ElementsAre("B", "a-b", "a/b/c", "a/x", "a0", "b", "z", "\u00e9"));
}

TEST_P(StoreContract, AListTellsSizesAndEtags) {
  auto done = put("a.txt", "12345");
  ASSERT_TRUE(done);
  auto page = store().list({}, call());
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(page->objects.front().bytes, 5U);
  EXPECT_EQ(page->objects.front().etag, done->etag);
  EXPECT_EQ(page->next, "");
}

TEST_P(StoreContract, AListOfAPrefixHasNothingElse) {
  put_all({"a/1", "a/2", "ab", "b/1"});
  EXPECT_THAT(keys("a/"), ::testing::UnorderedElementsAre("a/1", "a/2"));
  EXPECT_THAT(keys("a"), ::testing::UnorderedElementsAre("a/1", "a/2", "ab"));
  EXPECT_THAT(keys("c"), IsEmpty());
}

TEST_P(StoreContract, PagesGiveEveryKeyOnce) {
  put_all({"a", "b", "c/1", "c/2", "d", "e e", "f+"});
  for (const std::size_t most : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    std::vector<std::string> listed = keys({}, most);
    std::ranges::sort(listed);
    EXPECT_THAT(listed, ElementsAre("a", "b", "c/1", "c/2", "d", "e e", "f+")) << most;
  }
}

TEST_P(StoreContract, AListBeginsAfterAKey) {
  NEEDS(sorted_list);
  put_all({"a", "b", "c"});
  auto page = store().list({{}, "a", {}, 1000}, call());
  ASSERT_TRUE(page && page->objects.size() == 2);
  EXPECT_EQ(page->objects.front().key, "b");
  page = store().list({{}, "bb", {}, 1000}, call());
  ASSERT_TRUE(page && page->objects.size() == 1);
  page = store().list({{}, "c", {}, 1000}, call());
  ASSERT_TRUE(page);
  EXPECT_THAT(page->objects, IsEmpty());
}

TEST_P(StoreContract, ADelimiterShowsDirectoriesOnceAcrossPages) {
  put_all({"a/1", "a/2", "a/3", "b", "c/d/e", "c/f", "g", "p/q"});
  for (const std::size_t most : {std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
    auto page = list_all({{}, {}, "/", most});
    ASSERT_TRUE(page) << page.error().message;
    std::ranges::sort(page->prefixes);
    EXPECT_THAT(page->prefixes, ElementsAre("a/", "c/", "p/")) << most;
    ASSERT_EQ(page->objects.size(), 2U) << most;
  }
  auto below = list_all({"c/", {}, "/", 1000});
  ASSERT_TRUE(below);
  EXPECT_THAT(below->prefixes, ElementsAre("c/d/"));
  ASSERT_EQ(below->objects.size(), 1U);
  EXPECT_EQ(below->objects.front().key, "c/f");
}

// ---- Removing and copying

TEST_P(StoreContract, RemovedObjectsAreGoneAndMissingOnesAreNoFailure) {
  put_all({"a", "b", "c"});
  const std::vector<std::string> gone = {"a", "c", "never/there"};
  auto left = store().remove(gone, call());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_THAT(*left, IsEmpty());
  EXPECT_THAT(keys(), ElementsAre("b"));
  EXPECT_TRUE(failed(store().stat("a", call()), Code::kNotFound, "a"));
}

TEST_P(StoreContract, RemovingNothingSucceeds) {
  auto left = store().remove({}, call());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_THAT(*left, IsEmpty());
}

TEST_P(StoreContract, ACopyHasContentAndMetadata) {
  NEEDS(server_copy);
  PutOptions options;
  options.metadata = {{"mode", "644"}};
  ASSERT_TRUE(put("from a+b.txt", "content", options));
  auto done = store().copy("from a+b.txt", "to/c.txt", {}, call());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(content("to/c.txt"), "content");
  auto info = store().stat("to/c.txt", call());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->etag, done->etag);
  EXPECT_EQ(info->metadata, traits().metadata ? options.metadata : Metadata());
  EXPECT_EQ(content("from a+b.txt"), "content");
}

TEST_P(StoreContract, ACopyTakesOtherMetadata) {
  NEEDS(server_copy);
  NEEDS(metadata);
  PutOptions before;
  before.metadata = {{"mode", "644"}};
  PutOptions after;
  after.metadata = {{"mode", "755"}};
  ASSERT_TRUE(put("from", "content", before));
  ASSERT_TRUE(store().copy("from", "to", after, call()));
  auto info = store().stat("to", call());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->metadata, after.metadata);
}

TEST_P(StoreContract, ACopyOfAMissingKeyIsNotFound) {
  NEEDS(server_copy);
  EXPECT_TRUE(failed(store().copy("nope", "to", {}, call()), Code::kNotFound, "nope"));
  EXPECT_THAT(keys(), IsEmpty());
}

// ---- Uploads in parts

TEST_P(StoreContract, PartsInAnyOrderBecomeTheObjectWhenCompleted) {
  NEEDS(multipart);
  const std::string first = part_content('1');
  const std::string second = part_content('2');
  const Upload upload = begin("big.bin");
  std::vector<Part> parts(3);
  parts[2] = put_part(upload, 3, "the end");
  parts[0] = put_part(upload, 1, first);
  parts[1] = put_part(upload, 2, second);
  EXPECT_TRUE(failed(store().stat("big.bin", call()), Code::kNotFound, "big.bin"));
  auto done = store().complete_upload(upload, parts, call());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(content("big.bin") == first + second + "the end");
  auto info = store().stat("big.bin", call());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->bytes, first.size() + second.size() + 7);
  EXPECT_EQ(info->etag, done->etag);
}

TEST_P(StoreContract, OnePartIsEnoughAndMayBeSmall) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  const std::vector<Part> parts = {put_part(upload, 1, "x")};
  ASSERT_TRUE(store().complete_upload(upload, parts, call()));
  EXPECT_EQ(content("a.bin"), "x");
}

TEST_P(StoreContract, PartsAreListedByNumber) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  const Part third = put_part(upload, 3, "333");
  const Part first = put_part(upload, 1, "1");
  auto parts = store().list_parts(upload, call());
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].number, 1U);
  EXPECT_EQ((*parts)[0].bytes, 1U);
  EXPECT_EQ((*parts)[0].etag, first.etag);
  EXPECT_EQ((*parts)[1].number, 3U);
  EXPECT_EQ((*parts)[1].bytes, 3U);
  EXPECT_EQ((*parts)[1].etag, third.etag);
  EXPECT_TRUE(store().abort_upload(upload, call()));
}

TEST_P(StoreContract, APartPutAgainReplacesIt) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  put_part(upload, 1, "old");
  const std::vector<Part> parts = {put_part(upload, 1, "newer")};
  ASSERT_TRUE(store().complete_upload(upload, parts, call()));
  EXPECT_EQ(content("a.bin"), "newer");
}

TEST_P(StoreContract, PartsOfOneObjectArePutAtTheSameTime) {
  NEEDS(multipart);
  constexpr unsigned kParts = 6;
  const Upload upload = begin("big.bin");
  std::vector<Part> parts(kParts);
  std::string whole;
  {
    std::vector<std::jthread> senders;
    for (unsigned i = 0; i < kParts; ++i) {
      const std::string bytes = part_content(static_cast<char>('a' + i));
      whole += bytes;
      senders.emplace_back([this, &upload, &parts, i, bytes] {
        const auto body = make_memory_body(as_bytes(bytes));
        Call own;
        auto part = store().put_part(upload, i + 1, *body, own);
        ASSERT_TRUE(part) << part.error().message;
        parts[i] = *part;
      });
    }
  }
  auto done = store().complete_upload(upload, parts, call());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(content("big.bin") == whole);
}

TEST_P(StoreContract, MetadataGivenAtTheBeginningIsTheObjects) {
  NEEDS(multipart);
  NEEDS(metadata);
  PutOptions options;
  options.content_type = "text/x-test";
  options.metadata = {{"mode", "644"}};
  const Upload upload = begin("a.bin", options);
  const std::vector<Part> parts = {put_part(upload, 1, "x")};
  ASSERT_TRUE(store().complete_upload(upload, parts, call()));
  auto info = store().stat("a.bin", call());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->metadata, options.metadata);
  EXPECT_EQ(info->content_type, "text/x-test");
}

TEST_P(StoreContract, PartsThatAreNotThereCompleteNothing) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  const Part first = put_part(upload, 1, part_content('1'));
  Part other = first;
  other.etag = "900150983cd24fb0d6963f7d28e17f72";
  const Part missing{2, 4, first.etag};
  for (const std::vector<Part>& wrong :
       {std::vector<Part>{other}, std::vector<Part>{first, missing}, std::vector<Part>{}}) {
    auto done = store().complete_upload(upload, wrong, call());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().retry, Retry::kNever) << done.error().message;
    EXPECT_THAT(done.error().message, HasSubstr("a.bin"));
  }
  EXPECT_THAT(keys(), IsEmpty());
  auto parts = store().list_parts(upload, call());
  ASSERT_TRUE(parts) << "the upload can still be completed: " << parts.error().message;
  ASSERT_TRUE(store().complete_upload(upload, *parts, call()));
  EXPECT_TRUE(content("a.bin") == part_content('1'));
}

TEST_P(StoreContract, APartTooSmallCompletesNothing) {
  NEEDS(multipart);
  if (traits().least_part_bytes <= 1) GTEST_SKIP() << store().name() << ": parts of any size";
  const Upload upload = begin("a.bin");
  const std::vector<Part> parts = {put_part(upload, 1, "small"), put_part(upload, 2, "end")};
  EXPECT_TRUE(failed(store().complete_upload(upload, parts, call()), Code::kInvalid, "a.bin"));
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_TRUE(store().abort_upload(upload, call()));
}

TEST_P(StoreContract, ABodyThatFailsMakesNoPart) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  const auto body = changed_body(100'000);
  EXPECT_TRUE(failed(store().put_part(upload, 1, *body, call()), Code::kChanged, "it changed"));
  auto parts = store().list_parts(upload, call());
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_THAT(*parts, IsEmpty());
  EXPECT_TRUE(store().abort_upload(upload, call()));
}

TEST_P(StoreContract, AnAbortedUploadIsGone) {
  NEEDS(multipart);
  const Upload upload = begin("a.bin");
  const std::vector<Part> parts = {put_part(upload, 1, "x")};
  ASSERT_TRUE(store().abort_upload(upload, call()));
  EXPECT_TRUE(store().abort_upload(upload, call())) << "aborting what is gone succeeds";
  EXPECT_TRUE(failed(store().list_parts(upload, call()), Code::kNotFound, "a.bin"));
  EXPECT_TRUE(failed(store().complete_upload(upload, parts, call()), Code::kNotFound, "a.bin"));
  const auto body = make_memory_body(as_bytes("late"));
  EXPECT_TRUE(failed(store().put_part(upload, 2, *body, call()), Code::kNotFound, "a.bin"));
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(StoreContract, UploadsAreListedUntilTheyEnd) {
  NEEDS(multipart);
  const Upload kept = begin("in/a b+c.bin");
  const Upload completed = begin("in/b.bin");
  const Upload elsewhere = begin("out/c.bin");
  const std::vector<Part> parts = {put_part(completed, 1, "x")};
  ASSERT_TRUE(store().complete_upload(completed, parts, call()));
  auto uploads = store().list_uploads("in/", call());
  ASSERT_TRUE(uploads) << uploads.error().message;
  const auto has = [&uploads](const Upload& upload) {
    return std::ranges::any_of(*uploads, [&upload](const Upload& listed) {
      return listed.id == upload.id && listed.key == upload.key &&
             listed.begun.time_since_epoch().count() > 0;
    });
  };
  EXPECT_TRUE(has(kept));
  EXPECT_FALSE(has(completed));
  EXPECT_FALSE(has(elsewhere));
  EXPECT_TRUE(store().abort_upload(kept, call()));
  EXPECT_TRUE(store().abort_upload(elsewhere, call()));
}

TEST_P(StoreContract, TwoUploadsOfOneKeyDoNotMix) {
  NEEDS(multipart);
  const Upload one = begin("a.bin");
  const Upload two = begin("a.bin");
  ASSERT_NE(one.id, two.id);
  const std::vector<Part> first = {put_part(one, 1, "one")};
  put_part(two, 1, "two");
  ASSERT_TRUE(store().complete_upload(one, first, call()));
  EXPECT_EQ(content("a.bin"), "one");
  EXPECT_TRUE(store().abort_upload(two, call()));
  EXPECT_EQ(content("a.bin"), "one");
}

// ---- Stops, abilities, threads

TEST_P(StoreContract, AStoppedCallIsCancelledAndChangesNothing) {
  put_all({"a.txt"});
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = [&stop, this]() -> Call& {
    Call& stopped_call = call();
    stopped_call.stop = stop.get_token();
    return stopped_call;
  };
  const auto body = make_memory_body(as_bytes("b"));
  EXPECT_TRUE(failed(store().put("b.txt", *body, {}, stopped()), Code::kCancelled, ""));
  EXPECT_TRUE(failed(store().get("a.txt", {}, discard(), stopped()), Code::kCancelled, ""));
  EXPECT_TRUE(failed(store().stat("a.txt", stopped()), Code::kCancelled, ""));
  EXPECT_TRUE(failed(store().list({}, stopped()), Code::kCancelled, ""));
  const std::vector<std::string> gone = {"a.txt"};
  EXPECT_TRUE(failed(store().remove(gone, stopped()), Code::kCancelled, ""));
  EXPECT_THAT(keys(), ElementsAre("a.txt"));
}

TEST_P(StoreContract, AStopWhileTheBodyIsSentCancelsThePut) {
  std::stop_source stop;
  BrokenBody body(std::uint64_t{4} << 20, [&stop] {
    stop.request_stop();
    return Status();
  });
  Call& stopping = call();
  stopping.stop = stop.get_token();
  EXPECT_TRUE(failed(store().put("a.txt", body, {}, stopping), Code::kCancelled, ""));
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(StoreContract, WhatAStoreCannotDoItSays) {
  put_all({"a.txt"});
  if (!traits().server_copy) {
    EXPECT_TRUE(failed(store().copy("a.txt", "b.txt", {}, call()), Code::kUnsupported, ""));
  }
  if (!traits().multipart) {
    EXPECT_TRUE(failed(store().create_upload("b.txt", {}, call()), Code::kUnsupported, ""));
  }
  PutOptions absent;
  absent.if_absent = true;
  if (!traits().put_if_absent) {
    EXPECT_TRUE(failed(put("b.txt", "x", absent), Code::kUnsupported, ""));
  }
  EXPECT_THAT(keys(), ElementsAre("a.txt"));
}

TEST_P(StoreContract, ManyThreadsUseItAtTheSameTime) {
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 8; ++user)
      users.emplace_back([this, user] {
        for (int i = 0; i < 5; ++i) {
          const std::string key = std::to_string(user) + "/" + std::to_string(i);
          const auto body = make_memory_body(as_bytes(key));
          Call own;
          auto done = store().put(key, *body, {}, own);
          ASSERT_TRUE(done) << done.error().message;
          auto info = store().stat(key, own);
          ASSERT_TRUE(info) << info.error().message;
          EXPECT_EQ(info->bytes, key.size());
        }
      });
  }
  EXPECT_EQ(keys().size(), 40U);
  EXPECT_EQ(content("7/4"), "7/4");
}

}  // namespace
}  // namespace penstock
