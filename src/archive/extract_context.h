// What the parts of an extraction share, and where they tell what came of each entry.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "penstock/observer.h"
#include "penstock/secret.h"
#include "penstock/unpack.h"

#include "archive/end_records.h"
#include "archive/judge.h"
#include "archive/selection.h"
#include "archive/tree_writer.h"
#include "archive/unpack_meters.h"
#include "archive/zip_format.h"
#include "base/mutex.h"
#include "files/byte_source.h"

namespace penstock::zip {

// Counts, and keeps the first damaged entry in the order of the archive. Threads: any.
class Outcome {
 public:
  Outcome(SerialObserver& observer, Progress& progress)
      : observer_(observer), progress_(progress) {}

  // The observer is told of everything that is done, under its path in `selection`, which must
  // outlive this. Before the work begins.
  void tell_done(const Selection& selection) { selection_ = &selection; }

  void file_done(const Entry& entry, std::uint64_t bytes);
  void directory_done(const std::string& path);
  void link_done(const std::string& path, std::uint64_t bytes);
  void skipped() { skipped_.fetch_add(1, std::memory_order_relaxed); }
  // Contents decoded, for the progress of big files as well.
  void decoded(std::uint64_t bytes) {
    progress_.bytes_out.fetch_add(bytes, std::memory_order_relaxed);
  }
  void read(std::uint64_t bytes) {
    bytes_in_.fetch_add(bytes, std::memory_order_relaxed);
    progress_.bytes_in.fetch_add(bytes, std::memory_order_relaxed);
  }
  // A plain file with content among encrypted ones.
  void plain(const Entry& entry);

  // An entry could not be unpacked: told and counted. Fails with the same error when going on makes
  // no sense (disk full, stopped, a bug of ours). `ordinal`: its place in the directory.
  Status failed(const Entry& entry, std::uint64_t ordinal, Error error) PENSTOCK_EXCLUDES(mutex_);
  // The same for what is not an entry's content: a link or directory that cannot be made.
  Status failed(std::string_view path, Error error);

  // Directories made for a file that then could not be unpacked. They are removed when all workers
  // are done: until then another one may be about to put a file into them.
  void made_in_vain(std::vector<std::string> directories) PENSTOCK_EXCLUDES(mutex_);
  // They, deepest first.
  std::vector<std::string> take_made_in_vain() PENSTOCK_EXCLUDES(mutex_);

  bool anything_done() const { return files_ + directories_ + links_ > 0; }
  // The error of the first damaged entry.
  std::optional<Error> damage() const PENSTOCK_EXCLUDES(mutex_);
  void add_to(UnpackReport& report) const;

 private:
  SerialObserver& observer_;
  Progress& progress_;
  const Selection* selection_ = nullptr;  // null: what is done is not told
  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> directories_{0};
  std::atomic<std::uint64_t> links_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> damaged_{0};
  std::atomic<std::uint64_t> plain_{0};
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> bytes_out_{0};
  mutable Mutex mutex_;
  std::optional<std::pair<std::uint64_t, Error>> damage_ PENSTOCK_GUARDED_BY(mutex_);
  std::vector<std::string> made_in_vain_ PENSTOCK_GUARDED_BY(mutex_);
};

struct ExtractContext {
  const ByteSource& source;
  const Directory& directory;
  const Selection& selection;
  const Secret* password;  // null: nothing that is selected is encrypted
  bool archive_encrypted;  // some entry is
  const Tree* tree;        // null: only verify
  Judge judge;             // a silent one: the survey has told everything
  UnpackMeters& meters;
  Outcome& outcome;
  unsigned threads;
  std::size_t memory_bytes;
};

// Mode and time as the archive says; what it does not say is as any program's new file would have
// it.
Attributes attributes_of(const Entry& entry);

}  // namespace penstock::zip
