#include "transfer/journal.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include <fcntl.h>
#include <sys/file.h>

#include "base/hex.h"
#include "base/mutex.h"
#include "base/sqlite.h"
#include "files/unique_fd.h"
#include "flow/crew.h"

namespace penstock {
namespace {

constexpr std::size_t kPageRows = 1000;
constexpr std::size_t kMostWaiting = 4096;  // changes not written yet
constexpr std::size_t kGoodBatch = 1024;    // worth a transaction at once
constexpr std::chrono::milliseconds kLongestWait{100};

constexpr std::int64_t kVersion = 1;
constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS object("
    " key BLOB PRIMARY KEY, bytes INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER,"
    " etag TEXT, sha256 BLOB) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS upload("
    " key BLOB PRIMARY KEY, id TEXT, part_bytes INTEGER, bytes INTEGER, mtime_ns INTEGER,"
    " ctime_ns INTEGER, inode INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS bundle_index(key BLOB PRIMARY KEY, etag TEXT, content BLOB);"
    "PRAGMA user_version=1";

struct ForgetRow {
  std::string key;
};
struct ForgetUpload {
  std::string key;
};
struct ForgetIndex {
  std::string key;
};
using Change =
    std::variant<JournalRow, ForgetRow, JournalUpload, ForgetUpload, JournalIndex, ForgetIndex>;

// SQLite's integers are signed; both ways keep all 64 bits.
std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t as_unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }

Status bind_file(sqlite::Statement& statement, int first, const FileIdentity& file) {
  PENSTOCK_CHECK(statement.bind(first, as_signed(file.bytes)));
  PENSTOCK_CHECK(statement.bind(first + 1, file.mtime_ns));
  PENSTOCK_CHECK(statement.bind(first + 2, file.ctime_ns));
  return statement.bind(first + 3, as_signed(file.inode));
}

FileIdentity file_at(const sqlite::Statement& statement, int first) {
  return {as_unsigned(statement.integer(first)), statement.integer(first + 1),
          statement.integer(first + 2), as_unsigned(statement.integer(first + 3))};
}

JournalRow row_at(const sqlite::Statement& statement) {
  JournalRow row{std::string(as_text(statement.blob(0))), file_at(statement, 1),
                 std::string(statement.text(5)), std::nullopt};
  const Bytes digest = statement.blob(6);
  if (digest.size() != Sha256Digest{}.size()) return row;
  std::ranges::copy(digest, row.sha256.emplace().begin());
  return row;
}

JournalUpload upload_at(const sqlite::Statement& statement) {
  return {std::string(as_text(statement.blob(0))), std::string(statement.text(1)),
          as_unsigned(statement.integer(2)), file_at(statement, 3)};
}

// The first key behind all that begin with `prefix`; empty: there is none.
std::string behind(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

// Writes changes, through statements prepared once.
class Recorder {
 public:
  static Result<Recorder> create(sqlite::Database& database) {
    PENSTOCK_TRY(auto put,
                 database.prepare("INSERT OR REPLACE INTO object VALUES(?1,?2,?3,?4,?5,?6,?7)"));
    PENSTOCK_TRY(auto forget, database.prepare("DELETE FROM object WHERE key=?1"));
    PENSTOCK_TRY(auto put_upload,
                 database.prepare("INSERT OR REPLACE INTO upload VALUES(?1,?2,?3,?4,?5,?6,?7)"));
    PENSTOCK_TRY(auto forget_upload, database.prepare("DELETE FROM upload WHERE key=?1"));
    PENSTOCK_TRY(auto put_index,
                 database.prepare("INSERT OR REPLACE INTO bundle_index VALUES(?1,?2,?3)"));
    PENSTOCK_TRY(auto forget_index, database.prepare("DELETE FROM bundle_index WHERE key=?1"));
    return Recorder(std::move(put), std::move(forget), std::move(put_upload),
                    std::move(forget_upload), std::move(put_index), std::move(forget_index));
  }

  Status operator()(const JournalRow& row) {
    PENSTOCK_CHECK(put_.bind_blob(1, as_bytes(row.key)));
    PENSTOCK_CHECK(bind_file(put_, 2, row.file));
    PENSTOCK_CHECK(put_.bind_text(6, row.etag));
    if (row.sha256) PENSTOCK_CHECK(put_.bind_blob(7, *row.sha256));
    return put_.run();
  }
  Status operator()(const ForgetRow& change) {
    PENSTOCK_CHECK(forget_.bind_blob(1, as_bytes(change.key)));
    return forget_.run();
  }
  Status operator()(const JournalUpload& upload) {
    PENSTOCK_CHECK(put_upload_.bind_blob(1, as_bytes(upload.key)));
    PENSTOCK_CHECK(put_upload_.bind_text(2, upload.id));
    PENSTOCK_CHECK(put_upload_.bind(3, as_signed(upload.part_bytes)));
    PENSTOCK_CHECK(bind_file(put_upload_, 4, upload.file));
    return put_upload_.run();
  }
  Status operator()(const ForgetUpload& change) {
    PENSTOCK_CHECK(forget_upload_.bind_blob(1, as_bytes(change.key)));
    return forget_upload_.run();
  }
  Status operator()(const JournalIndex& index) {
    PENSTOCK_CHECK(put_index_.bind_blob(1, as_bytes(index.key)));
    PENSTOCK_CHECK(put_index_.bind_text(2, index.etag));
    PENSTOCK_CHECK(put_index_.bind_blob(3, index.content));
    return put_index_.run();
  }
  Status operator()(const ForgetIndex& change) {
    PENSTOCK_CHECK(forget_index_.bind_blob(1, as_bytes(change.key)));
    return forget_index_.run();
  }

 private:
  Recorder(sqlite::Statement put, sqlite::Statement forget, sqlite::Statement put_upload,
           sqlite::Statement forget_upload, sqlite::Statement put_index,
           sqlite::Statement forget_index)
      : put_(std::move(put)),
        forget_(std::move(forget)),
        put_upload_(std::move(put_upload)),
        forget_upload_(std::move(forget_upload)),
        put_index_(std::move(put_index)),
        forget_index_(std::move(forget_index)) {}

  sqlite::Statement put_;
  sqlite::Statement forget_;
  sqlite::Statement put_upload_;
  sqlite::Statement forget_upload_;
  sqlite::Statement put_index_;
  sqlite::Statement forget_index_;
};

// What cannot be read back as it was written is no journal.
Status prepare_schema(sqlite::Database& database) {
  PENSTOCK_TRY(sqlite::Statement version, database.prepare("PRAGMA user_version"));
  PENSTOCK_TRY(const bool told, version.step());
  const std::int64_t found = told ? version.integer(0) : 0;
  version.reset();
  if (found != 0 && found != kVersion)
    return fail(Code::kUnsupported,
                "journal " + database.path() + " was written by another version of penstock");
  return database.execute(kSchema);
}

Result<UniqueFd> take_lock(const std::string& path) {
  const std::string lock = path + ".lock";
  UniqueFd fd(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return fail_errno("open " + lock, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return fail_errno("lock " + lock, errno);
  return fail(Code::kExists, "journal " + path + " is in use by another push");
}

Status make_directory_of(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (directory.empty()) return {};
  std::error_code error;
  if (std::filesystem::create_directories(directory, error))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) return fail_errno("make directory " + directory.string(), error.value());
  return {};
}

}  // namespace

struct Journal::State {
  State(UniqueFd lock_fd, sqlite::Database read, sqlite::Database write, Notice tell)
      : lock(std::move(lock_fd)),
        notice(std::move(tell)),
        reader(std::move(read)),
        writer(std::move(write)) {}
  ~State();

  static Result<std::unique_ptr<State>> open(const std::string& path, Notice notice);
  void tell(Change change, bool wait_until_kept = false) PENSTOCK_EXCLUDES(mutex);
  void flush() PENSTOCK_EXCLUDES(mutex);
  template <class Use>
  void select(const std::string& sql, const std::string& first, const std::string& end,
              const Use& use) PENSTOCK_EXCLUDES(reader_mutex);
  void give_up(const Error& error) PENSTOCK_EXCLUDES(mutex);

  UniqueFd lock;
  Notice notice;
  Mutex reader_mutex;
  sqlite::Database reader PENSTOCK_GUARDED_BY(reader_mutex);
  sqlite::Database writer;  // of the writing thread

  Mutex mutex;
  Condition has_work;
  Condition has_room;
  Condition is_kept;
  std::vector<Change> waiting PENSTOCK_GUARDED_BY(mutex);
  std::uint64_t told PENSTOCK_GUARDED_BY(mutex) = 0;  // changes ever
  std::uint64_t kept PENSTOCK_GUARDED_BY(mutex) = 0;  // of them written
  bool hurry PENSTOCK_GUARDED_BY(mutex) = false;      // somebody waits until they are
  bool closed PENSTOCK_GUARDED_BY(mutex) = false;
  bool broken PENSTOCK_GUARDED_BY(mutex) = false;  // told and given up
  Crew crew;

 private:
  Status write_all();
  std::vector<Change> take_batch() PENSTOCK_EXCLUDES(mutex);
  Status write(Recorder& recorder, const std::vector<Change>& batch);
};

Result<std::unique_ptr<Journal::State>> Journal::State::open(const std::string& path,
                                                             Notice notice) {
  PENSTOCK_CHECK(make_directory_of(path));
  PENSTOCK_TRY(UniqueFd lock, take_lock(path));
  PENSTOCK_TRY(sqlite::Database writer, sqlite::Database::open(path));
  PENSTOCK_CHECK(prepare_schema(writer));
  PENSTOCK_TRY(sqlite::Database reader, sqlite::Database::open(path));
  auto state = std::make_unique<State>(std::move(lock), std::move(reader), std::move(writer),
                                       std::move(notice));
  state->crew.add("journal", [raw = state.get()](const std::stop_token&) -> Status {
    if (const Status written = raw->write_all(); !written) raw->give_up(written.error());
    return {};
  });
  return state;
}

Journal::State::~State() {
  {
    const Lock held(mutex);
    closed = true;
    has_work.notify_all();
  }
  static_cast<void>(crew.join());  // its failures were told
}

void Journal::State::tell(Change change, bool wait_until_kept) {
  const Lock held(mutex);
  has_room.wait(mutex, {}, [this]() PENSTOCK_REQUIRES(mutex) {
    return broken || waiting.size() < kMostWaiting;
  });
  if (broken) return;
  waiting.push_back(std::move(change));
  const std::uint64_t number = ++told;
  if (wait_until_kept) hurry = true;
  if (wait_until_kept || waiting.size() == 1 || waiting.size() == kGoodBatch) has_work.notify_one();
  if (!wait_until_kept) return;
  is_kept.wait(mutex, {},
               [this, number]() PENSTOCK_REQUIRES(mutex) { return broken || kept >= number; });
}

// Until all that was told can be read.
void Journal::State::flush() {
  const Lock held(mutex);
  const std::uint64_t number = told;
  if (kept >= number) return;
  hurry = true;
  has_work.notify_one();
  is_kept.wait(mutex, {},
               [this, number]() PENSTOCK_REQUIRES(mutex) { return broken || kept >= number; });
}

// A transaction costs as much as dozens of rows: they gather for a moment.
std::vector<Change> Journal::State::take_batch() {
  const Lock held(mutex);
  has_work.wait(mutex, {},
                [this]() PENSTOCK_REQUIRES(mutex) { return closed || !waiting.empty(); });
  has_work.wait_for(mutex, {}, kLongestWait, [this]() PENSTOCK_REQUIRES(mutex) {
    return closed || hurry || waiting.size() >= kGoodBatch;
  });
  hurry = false;
  has_room.notify_all();
  return std::exchange(waiting, {});
}

Status Journal::State::write(Recorder& recorder, const std::vector<Change>& batch) {
  PENSTOCK_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(writer));
  for (const Change& change : batch) PENSTOCK_CHECK(std::visit(recorder, change));
  PENSTOCK_CHECK(transaction.commit());
  const Lock held(mutex);
  kept += batch.size();
  is_kept.notify_all();
  return {};
}

Status Journal::State::write_all() {
  PENSTOCK_TRY(Recorder recorder, Recorder::create(writer));
  for (;;) {
    const std::vector<Change> batch = take_batch();
    if (batch.empty()) return {};  // closed
    PENSTOCK_CHECK(write(recorder, batch));
  }
}

void Journal::State::give_up(const Error& error) {
  {
    const Lock held(mutex);
    if (std::exchange(broken, true)) return;
    waiting.clear();
    has_room.notify_all();
    is_kept.notify_all();
  }
  notice("the journal is given up, the next push will be slower: " + error.message);
}

template <class Use>
void Journal::State::select(const std::string& sql, const std::string& first,
                            const std::string& end, const Use& use) {
  Status done = [&]() -> Status {
    const Lock held(reader_mutex);
    PENSTOCK_TRY(sqlite::Statement statement, reader.prepare(sql));
    PENSTOCK_CHECK(statement.bind_blob(1, as_bytes(first)));
    if (!end.empty()) PENSTOCK_CHECK(statement.bind_blob(2, as_bytes(end)));
    for (;;) {
      PENSTOCK_TRY(const bool found, statement.step());
      if (!found) return {};
      use(statement);
    }
  }();
  if (!done) give_up(done.error());
}

Journal::Journal() = default;
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

Journal Journal::open(const std::string& path, Notice notice) {
  Journal journal;
  if (path.empty()) return journal;
  Result<std::unique_ptr<State>> state = State::open(path, notice);
  if (state)
    journal.state_ = *std::move(state);
  else
    notice("goes on without a journal: " + state.error().message);
  return journal;
}

void Journal::put(JournalRow row) {
  if (state_) state_->tell(std::move(row));
}
void Journal::forget(std::string key) {
  if (state_) state_->tell(ForgetRow{std::move(key)});
}
void Journal::put_upload(JournalUpload upload) {
  if (state_) state_->tell(std::move(upload), true);
}
void Journal::forget_upload(std::string key) {
  if (state_) state_->tell(ForgetUpload{std::move(key)});
}

void Journal::put_index(JournalIndex index) {
  if (state_) state_->tell(std::move(index), true);
}
void Journal::forget_index(std::string key) {
  if (state_) state_->tell(ForgetIndex{std::move(key)});
}

std::optional<std::vector<std::byte>> Journal::find_index(const std::string& key,
                                                          const std::string& etag) const {
  std::optional<std::vector<std::byte>> index;
  if (state_ && !etag.empty())
    state_->select("SELECT etag, content FROM bundle_index WHERE key=?1", key, {},
                   [&](const sqlite::Statement& found) {
                     if (found.text(0) != etag) return;
                     const Bytes content = found.blob(1);
                     index.emplace(content.begin(), content.end());
                   });
  return index;
}

std::vector<std::string> Journal::index_keys(const std::string& prefix) const {
  std::vector<std::string> keys;
  if (!state_) return keys;
  state_->select("SELECT key FROM bundle_index WHERE key>=?1 ORDER BY key", prefix, {},
                 [&](const sqlite::Statement& found) {
                   const std::string_view key = as_text(found.blob(0));
                   if (key.starts_with(prefix)) keys.emplace_back(key);
                 });
  return keys;
}

std::optional<JournalRow> Journal::find(const std::string& key) const {
  std::optional<JournalRow> row;
  if (state_)
    state_->select("SELECT * FROM object WHERE key=?1", key, {},
                   [&](const sqlite::Statement& found) { row = row_at(found); });
  return row;
}

std::optional<JournalUpload> Journal::find_upload(const std::string& key) const {
  std::optional<JournalUpload> upload;
  if (!state_) return upload;
  state_->flush();
  state_->select("SELECT * FROM upload WHERE key=?1", key, {},
                 [&](const sqlite::Statement& found) { upload = upload_at(found); });
  return upload;
}

std::vector<JournalUpload> Journal::uploads(const std::string& prefix) const {
  std::vector<JournalUpload> uploads;
  if (!state_) return uploads;
  state_->flush();
  state_->select("SELECT * FROM upload WHERE key>=?1 ORDER BY key", prefix, {},
                 [&](const sqlite::Statement& found) {
                   JournalUpload upload = upload_at(found);
                   if (upload.key.starts_with(prefix)) uploads.push_back(std::move(upload));
                 });
  return uploads;
}

std::vector<JournalRow> Journal::rows_from(const std::string& first,
                                           const std::string& prefix) const {
  std::vector<JournalRow> rows;
  if (!state_) return rows;
  const std::string end = behind(prefix);
  const std::string below = end.empty() ? "" : " AND key<?2";
  state_->select("SELECT * FROM object WHERE key>=?1" + below + " ORDER BY key LIMIT " +
                     std::to_string(kPageRows),
                 first, end,
                 [&](const sqlite::Statement& found) { rows.push_back(row_at(found)); });
  return rows;
}

std::optional<JournalRow> JournalRows::next() {
  if (at_ == page_.size()) {
    if (ended_) return std::nullopt;
    page_ = journal_.rows_from(first_, prefix_);
    at_ = 0;
    ended_ = page_.size() < kPageRows;
    if (page_.empty()) return std::nullopt;
    first_ = page_.back().key + '\0';  // the next key there can be
  }
  return std::move(page_[at_++]);
}

std::string journal_path(std::string_view destination) {
  std::filesystem::path base;
  const auto absolute = [](const char* value) { return value != nullptr && *value == '/'; };
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing here changes the environment
  if (const char* state = std::getenv("XDG_STATE_HOME"); absolute(state))
    base = state;
  else if (const char* home = std::getenv("HOME"); absolute(home))
    base = std::filesystem::path(home) / ".local" / "state";
  else
    return {};
  // NOLINTEND(concurrency-mt-unsafe)
  // The name tells nothing about the place and has one length, whatever was typed.
  const auto digest = sha256(as_bytes(destination));
  if (!digest) return {};
  constexpr std::size_t kEnough = 16;
  return base / "penstock" / ("push-" + hex(Bytes(*digest).first(kEnough)) + ".db");
}

}  // namespace penstock
