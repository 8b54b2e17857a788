#include "transfer/journal.h"

#include <cstdlib>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/sqlite.h"
#include "files/test_directory.h"

namespace penstock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class JournalTest : public ::testing::Test {
 protected:
  Journal open() {
    return Journal::open(directory / "below/journal.db",
                         [this](const std::string& text) { notices.push_back(text); });
  }
  static JournalRow row(const std::string& key) {
    return {key, {1, -2, 3, UINT64_MAX}, "etag of " + key, Sha256Digest{std::byte{7}}};
  }
  static std::vector<std::string> keys(const Journal& journal, const std::string& prefix) {
    std::vector<std::string> all;
    JournalRows rows(journal, prefix);
    while (const auto found = rows.next()) all.push_back(found->key);
    return all;
  }

  TestDirectory directory;
  std::vector<std::string> notices;
};

TEST_F(JournalTest, GivesBackWhatItWasTold) {
  open().put(row("a/b"));
  const Journal journal = open();
  const auto found = journal.find("a/b");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file, row("a/b").file);
  EXPECT_EQ(found->etag, "etag of a/b");
  EXPECT_EQ(found->sha256, row("a/b").sha256);
  EXPECT_FALSE(journal.find("a"));
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(JournalTest, LaterRowsReplaceEarlierOnesAndForgottenOnesAreGone) {
  {
    Journal journal = open();
    journal.put(row("a"));
    JournalRow later = row("a");
    later.etag = "later";
    later.sha256.reset();
    journal.put(later);
    journal.put(row("b"));
    journal.forget("b");
  }
  const Journal journal = open();
  EXPECT_EQ(journal.find("a")->etag, "later");
  EXPECT_FALSE(journal.find("a")->sha256);
  EXPECT_FALSE(journal.find("b"));
}

TEST_F(JournalTest, StreamsTheRowsOfAPrefixInTheOrderOfBytes) {
  {
    Journal journal = open();
    for (const char* key : {"p/b/c", "p/b.d", "p/a", "p0", "p", "p/\xff", "o"})
      journal.put(row(key));
  }
  const Journal journal = open();
  EXPECT_THAT(keys(journal, "p/"), ElementsAre("p/a", "p/b.d", "p/b/c", "p/\xff"));
  EXPECT_THAT(keys(journal, ""), SizeIs(7));
}

TEST_F(JournalTest, StreamsMoreRowsThanAPageHolds) {
  constexpr int kRows = 2500;
  {
    Journal journal = open();
    for (int i = 0; i < kRows; ++i) journal.put(row("k" + std::to_string(10'000 + i)));
  }
  const Journal journal = open();
  const std::vector<std::string> all = keys(journal, "k");
  ASSERT_THAT(all, SizeIs(kRows));
  EXPECT_TRUE(std::ranges::is_sorted(all));
}

TEST_F(JournalTest, UploadIsKeptWhenToldAndNotOnlyAtTheEnd) {
  Journal journal = open();
  journal.put_upload({"big", "id-1", 8, {10, 11, 12, 13}});
  const auto found = journal.find_upload("big");  // by another connection
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "id-1");
  EXPECT_EQ(found->part_bytes, 8U);
  EXPECT_EQ(found->file, (FileIdentity{10, 11, 12, 13}));
  EXPECT_THAT(journal.uploads("b"), SizeIs(1));
  EXPECT_THAT(journal.uploads("c"), IsEmpty());
}

TEST_F(JournalTest, TakesRowsFromManyThreads) {
  {
    Journal journal = open();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&journal, t] {
        for (int i = 0; i < 2000; ++i)
          journal.put(row(std::to_string(t) + "/" + std::to_string(i)));
      });
  }
  EXPECT_THAT(keys(open(), ""), SizeIs(8000));
}

TEST_F(JournalTest, SecondOneGoesOnWithoutAndTheFirstIsUnharmed) {
  Journal first = open();
  {
    Journal second = open();
    EXPECT_FALSE(second.is_kept());
    second.put(row("lost"));
    EXPECT_THAT(keys(second, ""), IsEmpty());
    EXPECT_THAT(notices, ElementsAre(HasSubstr("in use by another push")));
  }
  first.put_upload({"a", "id", 1, {}});
  EXPECT_TRUE(first.find_upload("a"));
  EXPECT_FALSE(first.find("lost"));
}

TEST_F(JournalTest, OfAnotherVersionIsLeftAlone) {
  { open().put(row("a")); }
  {
    auto database = sqlite::Database::open(directory / "below/journal.db");
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("PRAGMA user_version=99"));
  }
  EXPECT_FALSE(open().is_kept());
  EXPECT_THAT(notices, ElementsAre(HasSubstr("another version")));
}

TEST_F(JournalTest, PlaceThatCannotBeWrittenIsANotice) {
  directory.file("below", "a file where the directory should be");
  EXPECT_FALSE(open().is_kept());
  EXPECT_THAT(notices, SizeIs(1));
}

TEST_F(JournalTest, IsForNobodyElseToRead) {
  ASSERT_TRUE(open().is_kept());
  struct stat status {};
  ASSERT_EQ(stat((directory / "below").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(JournalPath, IsOneForEachDestination) {
  const std::string one = journal_path("s3://bucket/a");
  EXPECT_NE(one, journal_path("s3://bucket/b"));
  EXPECT_EQ(one, journal_path("s3://bucket/a"));
}

}  // namespace
}  // namespace penstock
