#include "base/sqlite.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::sqlite {
namespace {

// A path for one database, removed with all that SQLite puts beside it.
class Sqlite : public ::testing::Test {
 protected:
  Sqlite() {
    std::string name = (std::filesystem::temp_directory_path() / "penstock-sqlite-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    directory_ = name;
  }
  ~Sqlite() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  std::string path() const { return directory_ / "test.db"; }
  std::filesystem::path directory_;
};

std::int64_t count(Database& database) {
  auto statement = database.prepare("SELECT count(*) FROM t");
  EXPECT_TRUE(statement);
  EXPECT_TRUE(*statement->step());
  return statement->integer(0);
}

TEST_F(Sqlite, KeepsIntegersTextsBlobsAndNulls) {
  auto database = Database::open(path());
  ASSERT_TRUE(database) << database.error().message;
  ASSERT_TRUE(database->execute("CREATE TABLE t(i INTEGER, s TEXT, b BLOB, n)"));
  auto insert = database->prepare("INSERT INTO t VALUES(?1, ?2, ?3, ?4)");
  ASSERT_TRUE(insert);
  ASSERT_TRUE(insert->bind(1, INT64_MIN));
  ASSERT_TRUE(insert->bind_text(2, "a\xc3\xa9"));
  ASSERT_TRUE(insert->bind_blob(3, as_bytes(std::string_view("\0\xff", 2))));
  ASSERT_TRUE(insert->bind_null(4));
  ASSERT_TRUE(insert->run());
  auto select = database->prepare("SELECT i, s, b, n FROM t");
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->integer(0), INT64_MIN);
  EXPECT_EQ(select->text(1), "a\xc3\xa9");
  EXPECT_EQ(as_text(select->blob(2)), std::string_view("\0\xff", 2));
  EXPECT_TRUE(select->is_null(3));
  EXPECT_FALSE(*select->step());
}

TEST_F(Sqlite, EmptyTextsAndBlobsAreNotNull) {
  auto database = Database::open(path());
  ASSERT_TRUE(database);
  auto select = database->prepare("SELECT ?1, ?2");
  ASSERT_TRUE(select->bind_text(1, {}));
  ASSERT_TRUE(select->bind_blob(2, {}));
  ASSERT_TRUE(*select->step());
  EXPECT_FALSE(select->is_null(0));
  EXPECT_FALSE(select->is_null(1));
}

TEST_F(Sqlite, TransactionWithoutCommitLeavesNothing) {
  auto database = Database::open(path());
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute("CREATE TABLE t(i)"));
  {
    auto undone = Transaction::begin(*database);
    ASSERT_TRUE(undone);
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(count(*database), 0);
  auto kept = Transaction::begin(*database);
  ASSERT_TRUE(kept);
  ASSERT_TRUE(database->execute("INSERT INTO t VALUES(1)"));
  ASSERT_TRUE(kept->commit());
  EXPECT_EQ(count(*database), 1);
}

TEST_F(Sqlite, ReaderSeesCommittedRowsWhileAnotherConnectionWrites) {
  auto writer = Database::open(path());
  auto reader = Database::open(path());
  ASSERT_TRUE(writer && reader);
  ASSERT_TRUE(writer->execute("CREATE TABLE t(i); INSERT INTO t VALUES(1)"));
  auto open = Transaction::begin(*writer);
  ASSERT_TRUE(writer->execute("INSERT INTO t VALUES(2)"));
  EXPECT_EQ(count(*reader), 1);
  ASSERT_TRUE(open->commit());
  EXPECT_EQ(count(*reader), 2);
}

TEST_F(Sqlite, SecondWriterIsToldToComeBackLater) {
  auto one = Database::open(path());
  auto two = Database::open(path(), {std::chrono::milliseconds(0), false});
  ASSERT_TRUE(one && two);
  auto held = Transaction::begin(*one);
  ASSERT_TRUE(held);
  const auto refused = Transaction::begin(*two);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kIo);
  EXPECT_EQ(refused.error().retry, Retry::kLater);
}

TEST_F(Sqlite, FileThatIsNoDatabaseIsCorrupt) {
  std::ofstream(path()) << std::string(4096, 'x');
  const auto opened = Database::open(path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kCorrupt);
  EXPECT_NE(opened.error().message.find(path()), std::string::npos);
}

TEST_F(Sqlite, MissingDirectoryIsAnError) {
  const auto opened = Database::open(path() + "/none/x.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kIo);
}

TEST_F(Sqlite, WrongSqlIsABugAndSaysWhy) {
  auto database = Database::open(path());
  ASSERT_TRUE(database);
  const auto wrong = database->prepare("SELEC 1");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::kInternal);
  EXPECT_NE(wrong.error().message.find("syntax error"), std::string::npos);
}

}  // namespace
}  // namespace penstock::sqlite
