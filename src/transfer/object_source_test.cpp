#include "transfer/object_source.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penstock/unpack.h"

#include "archive/end_records.h"
#include "archive/list_source.h"
#include "archive/test_zip.h"
#include "archive/unpack_source.h"
#include "archive/zip_encode.h"
#include "archive/zip_reader.h"
#include "archive/zip_writer.h"
#include "base/clock.h"
#include "files/byte_sink.h"
#include "files/test_directory.h"
#include "files/unique_fd.h"
#include "store/local_store.h"
#include "store/logged_store.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;
using zip::test::TestEntry;
using zip::test::TestZip;

constexpr std::uint64_t kTenGiB = std::uint64_t{10} << 30;

std::string random_text(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

class ObjectSourceTest : public PushTest {
 protected:
  Result<std::unique_ptr<ByteSource>> open(const ReadAheadLimits& limits = {}) {
    return open_object_source(store, "key", "memory://key", limits, {});
  }
};

TEST_F(ObjectSourceTest, ReadsTheBytesOfTheObjectWhateverIsExpectedAndKept) {
  const std::string text = random_text(3'000'000);
  put("key", text);
  const auto object = open({4, 60'000, 200'000});
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ((*object)->size(), text.size());
  ASSERT_TRUE((*object)->keep(1'500'000, text.size()));
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    const std::size_t begin = random() % text.size();
    const std::size_t bytes = std::min<std::size_t>(random() % 150'000, text.size() - begin);
    const auto expected =
        i % 3 == 0 ? nullptr : (*object)->expect(begin - begin % 1000, begin + bytes);
    std::vector<std::byte> out(bytes);
    const Status read = (*object)->read_at(begin, out);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(as_text(Bytes(out)), std::string_view(text).substr(begin, bytes));
  }
}

TEST_F(ObjectSourceTest, WhatIsKeptIsFetchedOnce) {
  put("key", random_text(3'000'000));
  const auto object = open();
  ASSERT_TRUE(object);
  ASSERT_TRUE((*object)->keep(1'000'000, 2'999'900));
  store.forget_counts();
  std::vector<std::byte> out(500'000);
  for (std::uint64_t at = 1'000'000; at + out.size() <= 3'000'000; at += out.size())
    EXPECT_TRUE((*object)->read_at(at, out));
  EXPECT_EQ(store.count_all(), 0U);
}

TEST_F(ObjectSourceTest, SmallOneIsReadWithTwoRequests) {
  const std::string text = random_text(1'000'000);
  put("key", text);
  store.forget_counts();
  const auto object = open();
  ASSERT_TRUE(object);
  std::vector<std::byte> out(text.size());
  const auto expected = (*object)->expect(0, text.size());
  EXPECT_TRUE((*object)->read_at(0, out));
  EXPECT_EQ(store.count_all(), 2U);
}

TEST_F(ObjectSourceTest, ReplacedOneIsNoticed) {
  put("key", random_text(3'000'000));
  const auto object = open();
  ASSERT_TRUE(object);
  std::string other = random_text(3'000'000);
  other[0] = 'x';
  put("key", other);
  std::vector<std::byte> out(10);
  const Status read = (*object)->read_at(0, out);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kChanged);
  EXPECT_THAT(read.error().message, HasSubstr("replaced while it was read"));
}

TEST_F(ObjectSourceTest, MissingOneIsNotFound) {
  const auto object = open();
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, Code::kNotFound);
}

TEST_F(ObjectSourceTest, BeyondTheEndIsTruncated) {
  put("key", "short");
  const auto object = open();
  ASSERT_TRUE(object);
  std::vector<std::byte> out(10);
  const Status read = (*object)->read_at(0, out);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kCorrupt);
}

// Its local headers are not looked at in front, so it is found where the entry is read.
TEST_F(ObjectSourceTest, LocalHeaderThatDisagreesIsDamageOfItsEntry) {
  TestZip zip;
  zip.add({.name = "good", .content = "content"});
  zip.add({.name = "evil", .content = "content", .edit_local = [](zip::test::Buffer& header) {
             header[zip::kLocalBytes] = std::byte{'E'};
           }});
  const auto bytes = zip.build();
  put("key", as_text(bytes));
  const auto object = open();
  ASSERT_TRUE(object);
  TestDirectory into;
  UnpackOptions unpack;
  unpack.directory = into.path();
  Progress unpacking;
  const auto report = zip::unpack_source(**object, unpack, observer, unpacking, {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->damage);
  EXPECT_THAT(report->damage->message, HasSubstr("disagree about the name"));
  EXPECT_THAT(into.names(), ::testing::ElementsAre("good"));
}

// A file in which what is written in blocks of this size, zeros here, takes no space.
constexpr std::size_t kHoleBytes = std::size_t{8} << 20;

class SparseSink final : public ByteSink {
 public:
  explicit SparseSink(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {}

  Status write(Bytes data) override {
    const bool is_hole = data.size() == kHoleBytes;
    if (!is_hole) PENSTOCK_CHECK(write_full_at(fd_.get(), position_, data, "write"));
    position_ += data.size();
    return {};
  }
  std::uint64_t position() const override { return position_; }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "cannot patch"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "cannot rewind"); }
  Status finish() override { return {}; }

 private:
  UniqueFd fd_;
  std::uint64_t position_ = 0;
};

// 20,000 files whose directory is larger than what is read of the end; one of them encrypted.
TestZip many_files(const std::optional<zip::AesInfo>& aes) {
  TestZip many;
  for (int i = 0; i < 20'000; ++i) {
    TestEntry entry;
    entry.name = std::string(200, 'd') + "/" + std::to_string(i);
    entry.content = "content of " + std::to_string(i);
    if (i == 10'000) entry.aes = aes;
    many.add(entry);
  }
  return many;
}

// An archive of a file of 10 GiB, and `many` behind it.
Status write_big_archive(const std::string& path, const TestZip& many) {
  zip::ZipWriter writer(std::make_unique<SparseSink>(path));
  zip::Entry huge;
  zip::set_name(huge, "huge");
  PENSTOCK_CHECK(writer.begin_entry(huge, kTenGiB));
  const std::vector<std::byte> zeros(kHoleBytes);
  for (std::uint64_t at = 0; at < kTenGiB; at += zeros.size())
    PENSTOCK_CHECK(writer.write_data(zeros));
  PENSTOCK_CHECK(writer.end_entry(0, kTenGiB));
  const auto bytes = many.build();
  const auto built = make_memory_source(bytes, "many");
  PENSTOCK_TRY(const zip::Directory directory,
               zip::find_directory(*built, zip::Judge(false, nullptr)));
  zip::CentralCursor cursor(*built, directory, zip::Judge(false, nullptr));
  std::vector<zip::Entry> entries(directory.entries);
  for (zip::Entry& entry : entries) PENSTOCK_CHECK(cursor.next(entry));
  PENSTOCK_CHECK(
      writer.add_encoded(entries, Bytes(bytes).first(static_cast<std::size_t>(many.position()))));
  return writer.finish("");
}

// In a store that counts requests.
class BigArchive : public ::testing::Test {
 protected:
  void make(const std::optional<zip::AesInfo>& aes) {
    const Status written = write_big_archive(directory / "big.zip", many_files(aes));
    ASSERT_TRUE(written) << written.error().message;
    auto local = open_local_store({.directory = directory.path()});
    ASSERT_TRUE(local);
    store = make_logged_store(
        std::move(*local), [this](const LoggedCall& call) { requests += call.attempts; },
        steady_clock());
    opened.emplace(open_object_source(*store, "big.zip", "big.zip", {}, {}));
    ASSERT_TRUE(*opened) << opened->error().message;
    ASSERT_GT((**opened)->size(), kTenGiB);
  }
  const ByteSource& source() { return ***opened; }

  TestDirectory directory;
  TestDirectory into;
  std::atomic<unsigned> requests{0};
  std::unique_ptr<Store> store;
  std::optional<Result<std::unique_ptr<ByteSource>>> opened;
  RecordingObserver observer;
  Progress progress;
  UnpackOptions options;
};

TEST_F(BigArchive, OneFileTakesFourRequests) {
  make({});
  options.directory = into.path();
  options.patterns = {std::string(200, 'd') + "/10000"};
  const auto report = zip::unpack_source(source(), options, observer, progress, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, 1U);
  EXPECT_LE(requests, 4U);
}

TEST_F(BigArchive, OneEncryptedFileTakesFourRequests) {
  make(zip::AesInfo{2, zip::AesStrength::k256});
  const Secret password(std::string("secret"));
  options.directory = into.path();
  options.password = &password;
  options.patterns = {std::string(200, 'd') + "/10000"};
  const auto report = zip::unpack_source(source(), options, observer, progress, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->encrypted, 1U);
  EXPECT_LE(requests, 4U);
}

TEST_F(BigArchive, ListingTakesThreeRequests) {
  make({});
  std::uint64_t seen = 0;
  const auto report = zip::list_source(source(), false, observer,
                                       [&](const ListedEntry&) { return ++seen, Status(); });
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(seen, 20'001U);
  EXPECT_LE(requests, 3U);
}

TEST_F(BigArchive, ManySmallFilesShareRequests) {
  make({});
  options.exclude = {"huge"};
  const auto report = zip::verify_source(source(), options, observer, progress, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, 20'000U);
  EXPECT_LE(requests, 20'000U / 100);
}

}  // namespace
}  // namespace penstock
