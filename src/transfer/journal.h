// The memory of pushes to one destination: which file, in which state, became which object; and
// which multipart uploads are under way. With it a second push skips what is there without reading
// a byte of it, and goes on with a large file where the last one was killed.
//
// Losing it is never wrong, only slower: files are then hashed against what the destination tells.
// So nothing here fails a push: a journal that is damaged, in use by another push or cannot be
// written is told once as a notice, and the push goes on without.
//
// One SQLite file (base/sqlite.h) and, beside it, PATH.lock, which a running push holds (flock, so
// a killed one lets go). A second push to the same destination does not wait: it goes on without.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "crypto/digest.h"
#include "transfer/file_identity.h"

namespace penstock {

struct JournalRow {
  std::string key;
  FileIdentity file;
  std::string etag;                    // of the object; empty: the store has none
  std::optional<Sha256Digest> sha256;  // of the file, where it was known
};

struct JournalUpload {
  std::string key;
  std::string id;
  std::uint64_t part_bytes = 0;
  FileIdentity file;
};

// The index of a bundle (bundle_index.h), as it was read or written: bundles never change.
struct JournalIndex {
  std::string key;   // of the bundle
  std::string etag;  // of the bundle
  std::vector<std::byte> content;
};

// Threads: all calls from any number at the same time, but for the rows (JournalRows).
class Journal {
 public:
  using Notice = std::function<void(const std::string&)>;

  // Without any: knows nothing and keeps nothing.
  Journal();
  // The journal in the file `path`, its directory made when it is missing (mode 0700). Tells
  // `notice` why it does without, here or later and then from a thread of its own.
  static Journal open(const std::string& path, Notice notice);
  // Keeps what it was told.
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  bool is_kept() const { return state_ != nullptr; }

  // Kept within a tenth of a second. Block while thousands wait to be written.
  void put(JournalRow row);
  void forget(std::string key);
  // Kept when it returns, so that no upload is begun that nobody remembers.
  void put_upload(JournalUpload upload);
  void forget_upload(std::string key);
  // Kept when it returns: indexes are large, and do not wait by the dozen.
  void put_index(JournalIndex index);
  void forget_index(std::string key);

  // Rows: as far as kept. Uploads: all that was told.
  std::optional<JournalRow> find(const std::string& key) const;
  std::optional<JournalUpload> find_upload(const std::string& key) const;
  std::vector<JournalUpload> uploads(const std::string& prefix) const;
  // As far as kept; only of the very bundle that has this ETag.
  std::optional<std::vector<std::byte>> find_index(const std::string& key,
                                                   const std::string& etag) const;
  std::vector<std::string> index_keys(const std::string& prefix) const;

  // Up to 1,000 rows with keys from `first` on that begin with `prefix`, by bytes.
  std::vector<JournalRow> rows_from(const std::string& first, const std::string& prefix) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All rows with a prefix as a stream in byte order; memory: 1,000 of them. Threads: one.
class JournalRows {
 public:
  // `journal` must outlive it.
  JournalRows(const Journal& journal, std::string prefix)
      : journal_(journal), prefix_(std::move(prefix)), first_(prefix_) {}
  // Empty at the end.
  std::optional<JournalRow> next();

 private:
  const Journal& journal_;
  std::string prefix_;
  std::string first_;  // of the next page
  std::vector<JournalRow> page_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

// Where the journal of a destination lies: below $XDG_STATE_HOME/penstock, or
// ~/.local/state/penstock. Empty when neither is known. `destination` is a place as typed; it must
// not hold a secret.
std::string journal_path(std::string_view destination);

}  // namespace penstock
