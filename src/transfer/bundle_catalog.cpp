#include "transfer/bundle_catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/mutex.h"
#include "base/narrow.h"
#include "base/sqlite.h"

namespace penstock {
namespace {

constexpr const char* kCatalogSchema =
    "PRAGMA temp_store=FILE;"
    "PRAGMA journal_mode=OFF;"
    "PRAGMA synchronous=OFF;"
    "PRAGMA cache_size=-4096;"
    "CREATE TABLE raw(bundle INTEGER PRIMARY KEY, content BLOB);"
    // What a name stands for.
    "CREATE TABLE shown(name BLOB PRIMARY KEY, version BLOB, bundle INTEGER, start INTEGER,"
    " bytes INTEGER, crc INTEGER, seconds INTEGER, nanos INTEGER, mode INTEGER, kind INTEGER,"
    " sha256 BLOB) WITHOUT ROWID;"
    // Other versions of a name, or copies of one.
    "CREATE TABLE hidden(name BLOB, version BLOB, bundle INTEGER,"
    " PRIMARY KEY(name, version, bundle)) WITHOUT ROWID;"
    // The bundles whose indexes remove a version, and those that hold a removed one.
    "CREATE TABLE removed(version BLOB, bundle INTEGER, PRIMARY KEY(version, bundle))"
    " WITHOUT ROWID;"
    "CREATE TABLE held(version BLOB, bundle INTEGER, PRIMARY KEY(version, bundle)) WITHOUT ROWID;"
    "CREATE TABLE going(bundle INTEGER PRIMARY KEY);"
    "CREATE TABLE shadowed(name BLOB PRIMARY KEY) WITHOUT ROWID";

constexpr std::size_t kVersionBytes = 28;
using VersionBytes = std::array<std::byte, kVersionBytes>;

// Their order is that of the versions.
VersionBytes bytes_of(const BundledVersion& version) {
  VersionBytes out{};
  const auto put = [&out](std::size_t at, std::size_t bytes, std::uint64_t value) {
    for (std::size_t i = bytes; i-- > 0; value >>= 8) out[at + i] = std::byte(value & 0xffU);
  };
  put(0, 8, version.order);
  std::ranges::copy(version.bundle, out.begin() + 8);
  put(24, 4, version.number);
  return out;
}

BundledVersion version_of(Bytes bytes) {
  BundledVersion version;
  if (bytes.size() != kVersionBytes) return version;
  const auto get = [bytes](std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
  };
  version.order = get(0, 8);
  std::ranges::copy(bytes.subspan(8, 16), version.bundle.begin());
  version.number = narrow<std::uint32_t>(get(24, 4));
  return version;
}

std::int64_t number_of(std::size_t bundle) { return narrow<std::int64_t>(bundle); }

CatalogEntry entry_at(const sqlite::Statement& row) {
  CatalogEntry entry;
  BundledFile& file = entry.file;
  file.name = as_text(row.blob(0));
  file.version = version_of(row.blob(1));
  entry.bundle = to_u64(row.integer(2));
  file.begin = narrow<std::uint32_t>(row.integer(3));
  file.bytes = narrow<std::uint32_t>(row.integer(4));
  file.crc = narrow<std::uint32_t>(row.integer(5));
  file.mtime = {row.integer(6), row.integer(7)};
  file.mode = narrow<std::uint16_t>(row.integer(8));
  file.is_symlink = row.integer(9) != 0;
  const Bytes digest = row.blob(10);
  if (digest.size() == file.sha256.size()) std::ranges::copy(digest, file.sha256.begin());
  return entry;
}

// The statements, prepared once.
struct CatalogStatements {
  sqlite::Statement put_raw;
  sqlite::Statement put_removed;
  sqlite::Statement is_removed;
  sqlite::Statement put_held;
  sqlite::Statement put_shown;
  sqlite::Statement replace_shown;
  sqlite::Statement put_hidden;
  sqlite::Statement find;
  sqlite::Statement hidden_of;
  sqlite::Statement list;
  sqlite::Statement put_shadowed;
  sqlite::Statement is_shadowed;
  sqlite::Statement next_shadowed;

  static Result<CatalogStatements> create(sqlite::Database& database) {
    const auto make = [&database](std::string_view sql) { return database.prepare(sql); };
    constexpr std::string_view kValues = " INTO shown VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)";
    PENSTOCK_TRY(auto put_raw, make("INSERT INTO raw VALUES(?1,?2)"));
    PENSTOCK_TRY(auto put_removed, make("INSERT OR IGNORE INTO removed VALUES(?1,?2)"));
    PENSTOCK_TRY(auto is_removed, make("SELECT 1 FROM removed WHERE version=?1 LIMIT 1"));
    PENSTOCK_TRY(auto put_held, make("INSERT OR IGNORE INTO held VALUES(?1,?2)"));
    PENSTOCK_TRY(auto put_shown, make("INSERT OR IGNORE" + std::string(kValues) + " RETURNING 1"));
    PENSTOCK_TRY(auto replace_shown, make("REPLACE" + std::string(kValues)));
    PENSTOCK_TRY(auto put_hidden, make("INSERT OR IGNORE INTO hidden VALUES(?1,?2,?3)"));
    PENSTOCK_TRY(auto find, make("SELECT * FROM shown WHERE name=?1"));
    PENSTOCK_TRY(auto hidden_of, make("SELECT version, bundle FROM hidden WHERE name=?1"));
    PENSTOCK_TRY(auto list, make("SELECT * FROM shown WHERE name>?1 ORDER BY name LIMIT ?2"));
    PENSTOCK_TRY(auto put_shadowed, make("INSERT OR IGNORE INTO shadowed VALUES(?1)"));
    PENSTOCK_TRY(auto is_shadowed, make("SELECT 1 FROM shadowed WHERE name=?1"));
    PENSTOCK_TRY(auto next_shadowed,
                 make("SELECT name FROM shadowed WHERE name>?1 ORDER BY name LIMIT 1"));
    return CatalogStatements{
        std::move(put_raw),      std::move(put_removed),  std::move(is_removed),
        std::move(put_held),     std::move(put_shown),    std::move(replace_shown),
        std::move(put_hidden),   std::move(find),         std::move(hidden_of),
        std::move(list),         std::move(put_shadowed), std::move(is_shadowed),
        std::move(next_shadowed)};
  }
};

Status bind_entry(sqlite::Statement& statement, const BundledFile& file, std::size_t bundle) {
  PENSTOCK_CHECK(statement.bind_blob(1, as_bytes(file.name)));
  PENSTOCK_CHECK(statement.bind_blob(2, bytes_of(file.version)));
  PENSTOCK_CHECK(statement.bind(3, number_of(bundle)));
  PENSTOCK_CHECK(statement.bind(4, file.begin));
  PENSTOCK_CHECK(statement.bind(5, file.bytes));
  PENSTOCK_CHECK(statement.bind(6, file.crc));
  PENSTOCK_CHECK(statement.bind(7, file.mtime.tv_sec));
  PENSTOCK_CHECK(statement.bind(8, file.mtime.tv_nsec));
  PENSTOCK_CHECK(statement.bind(9, file.mode));
  PENSTOCK_CHECK(statement.bind(10, file.is_symlink ? 1 : 0));
  return statement.bind_blob(11, file.sha256);
}

Status put_version(sqlite::Statement& statement, const BundledVersion& version,
                   std::size_t bundle) {
  PENSTOCK_CHECK(statement.bind_blob(1, bytes_of(version)));
  PENSTOCK_CHECK(statement.bind(2, number_of(bundle)));
  return statement.run();
}

}  // namespace

struct BundleCatalog::State {
  State(sqlite::Database opened, CatalogStatements made)
      : database(std::move(opened)), statements(std::move(made)) {}

  Status read_raw(std::size_t number) PENSTOCK_REQUIRES(mutex);
  Status show(const BundledFile& file, std::size_t bundle) PENSTOCK_REQUIRES(mutex);
  Status hide_one(const BundledFile& file, std::size_t bundle) PENSTOCK_REQUIRES(mutex);
  Status put_hidden(std::string_view name, const BundledVersion& version, std::size_t bundle)
      PENSTOCK_REQUIRES(mutex);
  Result<bool> is_removed(const BundledVersion& version) PENSTOCK_REQUIRES(mutex);
  Result<std::optional<CatalogEntry>> find(std::string_view name) PENSTOCK_REQUIRES(mutex);
  void count_live(std::size_t bundle, std::uint32_t bytes, bool more) {
    Bundle& one = bundles[bundle];
    if (more) {
      ++one.live_files;
      one.live_bytes += bytes;
    } else {
      --one.live_files;
      one.live_bytes -= bytes;
    }
  }

  Mutex mutex;
  sqlite::Database database PENSTOCK_GUARDED_BY(mutex);
  CatalogStatements statements PENSTOCK_GUARDED_BY(mutex);
  std::vector<Bundle> bundles;
  bool any_removed PENSTOCK_GUARDED_BY(mutex) = false;
  bool any_shadowed PENSTOCK_GUARDED_BY(mutex) = false;
};

BundleCatalog::BundleCatalog(std::unique_ptr<State> state) : state_(std::move(state)) {}
BundleCatalog::~BundleCatalog() = default;
BundleCatalog::BundleCatalog(BundleCatalog&&) noexcept = default;
BundleCatalog& BundleCatalog::operator=(BundleCatalog&&) noexcept = default;

Result<BundleCatalog> BundleCatalog::create() {
  // No name: a private file that is unlinked, made when the cache is full.
  PENSTOCK_TRY(sqlite::Database database, sqlite::Database::open(""));
  PENSTOCK_CHECK(database.execute(kCatalogSchema));
  PENSTOCK_TRY(CatalogStatements statements, CatalogStatements::create(database));
  return BundleCatalog(std::make_unique<State>(std::move(database), std::move(statements)));
}

bool BundleCatalog::is_empty() const { return state_->bundles.empty(); }
const std::vector<Bundle>& BundleCatalog::bundles() const { return state_->bundles; }

std::uint64_t BundleCatalog::next_order() const {
  std::uint64_t order = 0;
  for (const Bundle& bundle : state_->bundles) order = std::max(order, bundle.name.order);
  return order + 1;
}

Status BundleCatalog::add(Bundle bundle, Bytes index) {
  PENSTOCK_TRY(const BundleIndexReader reader,
               BundleIndexReader::open(index, bundle.name, bundle.object.bytes));
  const Lock lock(state_->mutex);
  const std::size_t number = state_->bundles.size();
  bundle.files = reader.files();
  state_->bundles.push_back(std::move(bundle));
  sqlite::Statement& put = state_->statements.put_raw;
  PENSTOCK_CHECK(put.bind(1, number_of(number)));
  PENSTOCK_CHECK(put.bind_blob(2, index));
  PENSTOCK_CHECK(put.run());
  return reader.for_each_removed(
      [&](const BundledVersion& version) PENSTOCK_REQUIRES(state_->mutex) {
        state_->any_removed = true;
        return put_version(state_->statements.put_removed, version, number);
      });
}

Status BundleCatalog::settle() {
  const Lock lock(state_->mutex);
  PENSTOCK_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(state_->database));
  for (std::size_t number = 0; number < state_->bundles.size(); ++number)
    PENSTOCK_CHECK(state_->read_raw(number));
  PENSTOCK_CHECK(state_->database.execute("DROP TABLE raw"));
  return transaction.commit();
}

Status BundleCatalog::State::read_raw(std::size_t number) {
  PENSTOCK_TRY(sqlite::Statement statement,
               database.prepare("SELECT content FROM raw WHERE bundle=?1"));
  PENSTOCK_CHECK(statement.bind(1, number_of(number)));
  PENSTOCK_TRY(const bool found, statement.step());
  const Bundle& bundle = bundles[number];
  PENSTOCK_TRY(const BundleIndexReader reader,
               BundleIndexReader::open(found ? statement.blob(0) : Bytes(), bundle.name,
                                       bundle.object.bytes));
  return reader.for_each_file([&](const BundledFile& file) PENSTOCK_REQUIRES(mutex) -> Status {
    bundles[number].file_bytes += file.bytes;
    PENSTOCK_TRY(const bool gone, is_removed(file.version));
    if (gone) return put_version(statements.put_held, file.version, number);
    return show(file, number);
  });
}

Result<bool> BundleCatalog::State::is_removed(const BundledVersion& version) {
  if (!any_removed) return false;
  PENSTOCK_CHECK(statements.is_removed.bind_blob(1, bytes_of(version)));
  Result<bool> found = statements.is_removed.step();
  statements.is_removed.reset();
  return found;
}

// Names mostly come once: the rest is for those that do not.
Status BundleCatalog::State::show(const BundledFile& file, std::size_t bundle) {
  sqlite::Statement& put = statements.put_shown;
  PENSTOCK_CHECK(bind_entry(put, file, bundle));
  const Result<bool> is_new = put.step();
  put.reset();
  if (!is_new) return fail(is_new.error());
  if (!*is_new) return hide_one(file, bundle);
  count_live(bundle, file.bytes, true);
  return {};
}

// The greater version stays; of copies the one in the greater bundle, so that all who look agree.
Status BundleCatalog::State::hide_one(const BundledFile& file, std::size_t bundle) {
  PENSTOCK_TRY(const std::optional<CatalogEntry> shown, find(file.name));
  if (!shown) return fail(Code::kInternal, "a name in two bundles is in none");
  const bool stays = std::pair(shown->file.version, bundles[shown->bundle].name) >
                     std::pair(file.version, bundles[bundle].name);
  if (stays) return put_hidden(file.name, file.version, bundle);
  PENSTOCK_CHECK(put_hidden(file.name, shown->file.version, shown->bundle));
  count_live(shown->bundle, shown->file.bytes, false);
  count_live(bundle, file.bytes, true);
  PENSTOCK_CHECK(bind_entry(statements.replace_shown, file, bundle));
  return statements.replace_shown.run();
}

Status BundleCatalog::State::put_hidden(std::string_view name, const BundledVersion& version,
                                        std::size_t bundle) {
  sqlite::Statement& put = statements.put_hidden;
  PENSTOCK_CHECK(put.bind_blob(1, as_bytes(name)));
  PENSTOCK_CHECK(put.bind_blob(2, bytes_of(version)));
  PENSTOCK_CHECK(put.bind(3, number_of(bundle)));
  return put.run();
}

Result<std::optional<CatalogEntry>> BundleCatalog::State::find(std::string_view name) {
  PENSTOCK_CHECK(statements.find.bind_blob(1, as_bytes(name)));
  PENSTOCK_TRY(const bool found, statements.find.step());
  std::optional<CatalogEntry> entry;
  if (found) entry = entry_at(statements.find);
  statements.find.reset();
  return entry;
}

Result<std::optional<CatalogEntry>> BundleCatalog::find(std::string_view name) const {
  if (is_empty()) return std::optional<CatalogEntry>();
  const Lock lock(state_->mutex);
  return state_->find(name);
}

Result<std::vector<HeldVersion>> BundleCatalog::versions(std::string_view name) const {
  std::vector<HeldVersion> all;
  if (is_empty()) return all;
  const Lock lock(state_->mutex);
  PENSTOCK_TRY(const std::optional<CatalogEntry> shown, state_->find(name));
  if (!shown) return all;
  all.push_back({shown->file.version, shown->bundle});
  sqlite::Statement& hidden = state_->statements.hidden_of;
  PENSTOCK_CHECK(hidden.bind_blob(1, as_bytes(name)));
  for (;;) {
    PENSTOCK_TRY(const bool found, hidden.step());
    if (!found) break;
    all.push_back({version_of(hidden.blob(0)), to_u64(hidden.integer(1))});
  }
  hidden.reset();
  return all;
}

Result<std::vector<CatalogEntry>> BundleCatalog::list(std::string_view prefix,
                                                      std::string_view after,
                                                      std::size_t most) const {
  std::vector<CatalogEntry> entries;
  if (is_empty()) return entries;
  const Lock lock(state_->mutex);
  sqlite::Statement& list = state_->statements.list;
  // The names with a prefix stand behind all that are less than it, and it may be one itself.
  const bool from_prefix = after < prefix;
  if (from_prefix) {
    PENSTOCK_TRY(std::optional<CatalogEntry> itself, state_->find(prefix));
    if (itself) entries.push_back(*std::move(itself));
  }
  PENSTOCK_CHECK(list.bind_blob(1, as_bytes(from_prefix ? prefix : after)));
  PENSTOCK_CHECK(list.bind(2, narrow<std::int64_t>(most)));
  while (entries.size() < most) {
    PENSTOCK_TRY(const bool found, list.step());
    if (!found || !as_text(list.blob(0)).starts_with(prefix)) break;
    entries.push_back(entry_at(list));
  }
  list.reset();
  return entries;
}

Status BundleCatalog::shadow(std::string_view name) {
  const Lock lock(state_->mutex);
  state_->any_shadowed = true;
  PENSTOCK_CHECK(state_->statements.put_shadowed.bind_blob(1, as_bytes(name)));
  return state_->statements.put_shadowed.run();
}

Result<bool> BundleCatalog::is_shadowed(std::string_view name) const {
  const Lock lock(state_->mutex);
  if (!state_->any_shadowed) return false;
  sqlite::Statement& select = state_->statements.is_shadowed;
  PENSTOCK_CHECK(select.bind_blob(1, as_bytes(name)));
  Result<bool> found = select.step();
  select.reset();
  return found;
}

Result<std::optional<std::string>> BundleCatalog::shadowed_after(std::string_view name) const {
  const Lock lock(state_->mutex);
  if (!state_->any_shadowed) return std::optional<std::string>();
  sqlite::Statement& select = state_->statements.next_shadowed;
  PENSTOCK_CHECK(select.bind_blob(1, as_bytes(name)));
  PENSTOCK_TRY(const bool found, select.step());
  std::optional<std::string> next;
  if (found) next.emplace(as_text(select.blob(0)));
  select.reset();
  return next;
}

void BundleCatalog::lost(const HeldVersion& held, std::uint64_t bytes) {
  const Lock lock(state_->mutex);
  Bundle& bundle = state_->bundles[held.bundle];
  if (bundle.live_files > 0) --bundle.live_files;
  bundle.live_bytes -= std::min(bundle.live_bytes, bytes);
}

Result<std::vector<BundledVersion>> BundleCatalog::still_named(
    const std::vector<bool>& going) const {
  const Lock lock(state_->mutex);
  PENSTOCK_CHECK(state_->database.execute("DELETE FROM going"));
  PENSTOCK_TRY(sqlite::Statement put, state_->database.prepare("INSERT INTO going VALUES(?1)"));
  for (std::size_t number = 0; number < going.size(); ++number) {
    if (!going[number]) continue;
    PENSTOCK_CHECK(put.bind(1, number_of(number)));
    PENSTOCK_CHECK(put.run());
  }
  PENSTOCK_TRY(sqlite::Statement select,
               state_->database.prepare(
                   "SELECT DISTINCT version FROM held h WHERE bundle NOT IN going AND NOT EXISTS("
                   "SELECT 1 FROM removed r WHERE r.version=h.version AND r.bundle NOT IN going)"
                   " ORDER BY version"));
  std::vector<BundledVersion> named;
  for (;;) {
    PENSTOCK_TRY(const bool found, select.step());
    if (!found) return named;
    named.push_back(version_of(select.blob(0)));
  }
}

}  // namespace penstock
