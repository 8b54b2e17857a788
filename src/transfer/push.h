// push(): a tree of files to a store, sending only what is missing there.
//
//   walk (files/walk.h) --merge-join with the destination's list and the journal--> queue -->
//   workers
//
// Everything is a stream: memory is the same for ten files and for ten million, and the first file
// is sent before the second page of the list is asked for. No request is made for a file that is
// there. The key of an object is prefix + '/' + the walk's name of the file.
//
// A file is not sent
// - when the journal knows it in this state (size, mtime, ctime, inode) and the destination lists
//   the ETag that the journal has: nothing of it is read;
// - else when the object is as large, and its content is proven to be the file's: by the ETag where
//   it is an MD5 (of the content, or of parts as we would cut them), by the SHA-256 we put into the
//   metadata where lists tell it, or by the journal's SHA-256 of the same ETag: the file is read.
// Never by the time the store says it was modified.
//
// A file is read once into memory, hashed there and sent from there; one larger than a worker's
// share of `memory_bytes` is streamed from the file instead, large ones in parts. Its state is
// looked at before and after: one that changes meanwhile is sent again once, then fails; a mix of
// two states never becomes an object.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "base/clock.h"
#include "files/glob.h"
#include "store/store.h"
#include "transfer/latency_histogram.h"

namespace penstock {

// What becomes of links.
enum class PushLinks {
  kKeep,    // an object with the target as content, "kind: symlink" in the metadata
  kFollow,  // the file it leads to, wherever that is; one to a directory is skipped with a notice
  kSkip,
};

enum class PushOutcome { kSent, kUnchanged, kFailed, kDeleted };

// What became of one file, or of an object that was too many. Valid during the call.
struct PushedObject {
  std::string_view key;
  PushOutcome outcome = PushOutcome::kSent;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds elapsed{};
  unsigned attempts = 0;         // of the requests that took the most
  const Error* error = nullptr;  // of kFailed
};

// So that a push of an empty directory, or with a mistyped prefix, does not empty a bucket.
struct DeleteLimits {
  std::uint64_t most = 1000;
  unsigned most_percent = 50;  // of the objects that were there
  bool force = false;          // without limits
};

struct PushOptions {
  // As in WalkOptions.
  std::vector<std::string> sources;
  std::string files_from;
  Filter filter;
  bool one_file_system = false;
  PushLinks links = PushLinks::kKeep;

  std::string prefix;        // of all keys; slashes at its ends are dropped
  std::string journal_path;  // see journal.h; empty: none

  // Requests in flight at most, beside one list; 0: default_push_workers(). Each is a thread, begun
  // when there is a file for it.
  unsigned workers = 0;
  // How many of them are of use now, where that changes while it runs: with more, they would only
  // wait for each other. By any thread; null: all.
  std::function<unsigned()> useful_workers;
  unsigned parts_per_file = 4;
  std::uint64_t part_bytes = 0;  // 0: max(8 MiB, size / 10,000 rounded up to 1 MiB)
  std::uint64_t multipart_above_bytes = std::uint64_t{16} << 20;
  std::size_t memory_bytes = std::size_t{32} << 20;  // for contents, all workers together
  Clock* clock = nullptr;  // that its threads take part in and the report tells; null: real time
  // Small files (up to a 32nd of it, at most 1 MiB) are sent together, in ZIP archives of about so
  // many bytes, one request each; 0: each file is an object. What lies in bundles already is seen
  // in any case. An object of its own stays one.
  std::uint64_t bundle_bytes = 0;

  bool checksum = false;   // reads and compares files that the journal knows, too
  bool if_absent = false;  // what is there stays, whatever it is
  // Objects below the names of the source directories that no file stands for are removed, at the
  // end, and only when everything could be walked. What the filter leaves out stays.
  bool delete_extra = false;
  DeleteLimits delete_limits;
  bool dry_run = false;  // reads, lists and compares, but changes nothing and counts what it would

  bool keep_mtime = true;  // as metadata, where the store has it
  bool keep_mode = true;
  Metadata metadata;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;  // empty: by the name
  std::string storage_class;

  bool count_ahead = false;     // a second walk fills the totals of Progress
  bool measure_stages = false;  // fill StageReport::busy
  bool tell_empty_directories = false;
  // Told about every file and deleted object, one call at a time, by worker threads.
  std::function<void(const PushedObject&)> on_object;
};

struct PushReport {
  std::uint64_t files = 0;      // sent (dry run: to be sent)
  std::uint64_t bytes = 0;      // their contents
  std::uint64_t unchanged = 0;  // there already
  std::uint64_t unchanged_bytes = 0;
  std::uint64_t skipped = 0;         // special files, and links where they are not kept
  std::uint64_t failed = 0;          // told to Observer::problem
  std::uint64_t deleted = 0;         // dry run: to be deleted
  std::uint64_t delete_refused = 0;  // objects beyond the limits: none was deleted
  std::uint64_t requests = 0;        // tries, lists included (dry run: to be made)
  std::uint64_t retried = 0;         // of them repeated ones
  std::chrono::nanoseconds elapsed{};
  LatencySummary latency;  // of the requests that send contents
  std::vector<StageReport> stages;
};

// More threads than these are told to be a mistake.
inline constexpr unsigned kMostPushWorkers = 10'000;
// As many requests in flight as hide the latency of most stores: 4 a core, between 10 and 64.
unsigned default_push_workers();

// Pushes as `options` say. Items that fail are told to `observer` and counted in `failed`; the
// others go on and the call still succeeds. It ends early with the error when that dooms all the
// rest: the destination is not there, or nothing but refusals came.
// Progress: files_done and bytes_in count what is dealt with, bytes_out what is sent, each byte
// once however often it is tried; at the end they meet the totals.
// Blocks; cancelled by `stop` (kCancelled). Fails with kInvalid, kNotFound (of the source or the
// destination: the message says which), kDenied, kUnsupported, kIo.
Result<PushReport> push(const PushOptions& options, Store& store, Observer& observer,
                        Progress& progress, std::stop_token stop);

// Aborts the multipart uploads under `prefix` begun before `older_than`: what killed pushes have
// left where no journal remembers it. How many.
Result<std::uint64_t> clean_uploads(Store& store, const std::string& prefix,
                                    std::chrono::sys_seconds older_than, std::stop_token stop);

}  // namespace penstock
