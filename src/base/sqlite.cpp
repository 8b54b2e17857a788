#include "base/sqlite.h"

#include <utility>

#include <sqlite3.h>

#include "base/narrow.h"

namespace penstock::sqlite {
namespace {

Code code_of(int result) {
  switch (result & 0xff) {  // the primary code
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::kCorrupt;
    case SQLITE_FULL:
      return Code::kNoSpace;
    case SQLITE_NOMEM:
      return Code::kNoSpace;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return Code::kDenied;
    case SQLITE_CONSTRAINT:
      return Code::kExists;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return Code::kInternal;
    default:
      return Code::kIo;
  }
}

Failure failure_of(const std::string& what, int result, const char* reason) {
  const int primary = result & 0xff;
  const bool waits = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
  return fail(code_of(result), "database " + what + ": " + reason,
              waits ? Retry::kLater : Retry::kNever);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Failure Statement::failure(int result) const {
  return failure_of(what_, result, sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
}

Status Statement::bound(int result) const {
  if (result != SQLITE_OK) return failure(result);
  return {};
}

Status Statement::bind(int index, std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_.get(), index, value));
}

Status Statement::bind_text(int index, std::string_view text) {
  // Null data would bind NULL, not an empty text.
  const char* data = text.data() != nullptr ? text.data() : "";
  return bound(sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8));
}

Status Statement::bind_blob(int index, Bytes blob) {
  if (blob.empty()) return bound(sqlite3_bind_zeroblob(statement_.get(), index, 0));
  return bound(
      sqlite3_bind_blob64(statement_.get(), index, blob.data(), blob.size(), SQLITE_TRANSIENT));
}

Status Statement::bind_null(int index) { return bound(sqlite3_bind_null(statement_.get(), index)); }

Result<bool> Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  const Failure failed = failure(result);  // before reset() forgets the reason
  sqlite3_reset(statement_.get());
  if (result == SQLITE_DONE) return false;
  return failed;
}

Status Statement::run() {
  Result<bool> row = step();
  reset();
  if (!row) return fail(std::move(row).error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, narrow<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, narrow<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Failure Database::failure(int result) const {
  return failure_of(path_, result, sqlite3_errmsg(database_.get()));
}

Result<Database> Database::open(const std::string& path, const DatabaseOptions& options) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Database database(opened, path);  // even a failed open gives a handle, with the reason
  if (opened == nullptr) return fail(Code::kNoSpace, "database " + path + ": out of memory");
  if (result != SQLITE_OK) return database.failure(result);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, narrow<int>(options.busy_timeout.count()));
  PENSTOCK_TRY(Statement wal, database.prepare("PRAGMA journal_mode=WAL"));
  PENSTOCK_CHECK(wal.step());
  PENSTOCK_CHECK(
      database.execute(options.durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), sql.data(), narrow<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return failure(result);
  return Statement(statement, path_);
}

Status Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failure(result);
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  PENSTOCK_CHECK(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  const Status undone = database_->execute("ROLLBACK");
  // SQLite may have rolled back by itself (disk full): then there is nothing to undo.
  static_cast<void>(undone);
}

Status Transaction::commit() {
  PENSTOCK_CHECK(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace penstock::sqlite
