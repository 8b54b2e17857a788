// The one wrapper of SQLite: databases, statements and transactions with owners, and errors as
// values. Nothing else in the program sees sqlite3.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace penstock::sqlite {

struct DatabaseOptions {
  // How long a call waits for another process or connection that writes.
  std::chrono::milliseconds busy_timeout{5000};
  // Commits survive a crash of the program; of the machine only when `durable` (an fsync each).
  bool durable = false;
};

// One prepared SQL statement. Threads: those of its Database. Must not outlive it.
class Statement {
 public:
  // Values of the parameters, counted from 1. What is bound is copied.
  Status bind(int index, std::int64_t value);
  Status bind_text(int index, std::string_view text);
  Status bind_blob(int index, Bytes blob);
  Status bind_null(int index);

  // The next row: false when there is none, and then the statement is ready to run again.
  Result<bool> step();
  // For a statement without rows: runs it and makes it ready to run again, its values unbound.
  Status run();
  // Back to before the first row, its values unbound.
  void reset();

  // Of the row step() has found, columns counted from 0; SQLite converts what has another type.
  // Texts and blobs are valid until the next step(), run() or reset().
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Statement(sqlite3_stmt* statement, std::string what)
      : statement_(statement), what_(std::move(what)) {}
  Failure failure(int result) const;
  Status bound(int result) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string what_;  // for messages: the database's path
};

// A connection to a database file. Threads: one caller at a time.
// Failures: kCorrupt (no database, or a damaged one), kNoSpace, kDenied (no right, or read-only),
// kIo (locked for longer than the busy timeout: Retry::kLater), kInternal (wrong SQL).
class Database {
 public:
  // Opens or makes it, with a write-ahead log. `path` may be ":memory:".
  static Result<Database> open(const std::string& path, const DatabaseOptions& options = {});

  Result<Statement> prepare(std::string_view sql);
  // Runs statements that give no rows, one after the other.
  Status execute(const std::string& sql);
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  Database(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
  Failure failure(int result) const;

  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

// All or nothing: what is done between begin() and commit(); undone when it goes without commit().
class Transaction {
 public:
  // `database` must outlive it. One at a time for each connection.
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // not owned; null once committed or moved from
};

}  // namespace penstock::sqlite
