// pull(): the objects of a store into a directory, by many workers, nothing of it trusted.
//
// The keys are listed in pages and compared with the tree as they come, so that memory does not
// depend on their number and the first byte comes at once. What the tree has already is left alone:
//
// - A pulled file remembers, in the extended attribute "user.penstock.pulled", the ETag it came
//   with. The same ETag in the list, and size and time of the file unchanged: nothing to do, and no
//   request made.
// - Without that (another program made the file, or the file system has no attributes): the same
//   size, and the MD5 of the file is the ETag, where the store's ETags are such; else the metadata
//   is asked for, and must tell the file's time, or its SHA-256.
// - With `checksum` what a file remembers and its time prove nothing.
//
// A file is visible under its name only when all of it is there and verified: its length always,
// its SHA-256 where the metadata tells it, else its MD5 where the ETag is one. Large objects come
// in ranges at the same time, all of one version (by its ETag), into a hidden file that the next
// pull goes on with when this one is interrupted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>

#include "penstock/error.h"
#include "penstock/observer.h"
#include "penstock/unpack.h"

#include "files/glob.h"
#include "store/store.h"

namespace penstock {

struct PullOptions {
  Store* source = nullptr;  // not owned
  // Of keys: "photos" or "photos/" gives "photos/a/b" the path "a/b". Where there is no key below
  // it, it may be a key itself, which gets its last component as its path. Empty: all keys.
  std::string prefix;
  std::string directory = ".";  // made if missing
  Filter filter;                // held against paths

  // For files that exist and differ: kRefuse tells each as kExists, the others go on. kOlder
  // compares with the time that the metadata tells, else with that of the object.
  Overwrite overwrite = Overwrite::kAlways;
  // For links (objects of "kind" "symlink") that are absolute or leave the tree: kRefuse tells each
  // as a failure.
  LinkPolicy links = LinkPolicy::kRefuse;
  bool checksum = false;
  // Files and links of the tree that the filter takes and the store does not have are removed, and
  // directories that become empty by it; after everything else, and only when nothing has failed
  // and they are at most `most_deletes`. Needs a store that lists in order.
  bool delete_extra = false;
  std::uint64_t most_deletes = 1000;
  bool dry_run = false;  // tells and counts what would be done; writes nothing
  bool tell_done = false;

  unsigned workers = 16;                                      // requests at a time, beside the list
  std::uint64_t range_above_bytes = std::uint64_t{32} << 20;  // larger objects come in ranges
  std::uint64_t part_bytes = std::uint64_t{8} << 20;          // of so many bytes (at least 1)
  // Everything is on the disk before success is told: one syncfs(2) at the end.
  bool sync = true;
};

struct PullReport {
  std::uint64_t files = 0;        // pulled; with dry_run: would have been
  std::uint64_t links = 0;        // made
  std::uint64_t directories = 0;  // made for keys that end in a slash
  std::uint64_t skipped = 0;      // there already, or kept as the policies say
  std::uint64_t failed = 0;       // told to Observer::problem
  std::uint64_t deleted = 0;
  std::uint64_t bytes = 0;    // of the files pulled
  std::uint64_t resumed = 0;  // of those bytes: were there from an interrupted pull
  std::uint64_t retried = 0;  // calls of the store made again
  std::chrono::nanoseconds elapsed{};

  bool has_written() const { return files + links + directories + deleted > 0; }
};

// Pulls as `options` say. Nothing is ever made outside the directory: keys that are no paths below
// it, and keys that would need one name to be a file and a directory, are failures, told with their
// name. Set-id bits are dropped, the umask is honoured; links are made last. What fails is told to
// `observer` and counted in `failed`, the rest goes on and the call succeeds. In `progress`, what
// is skipped or fails counts as done with all its bytes. Blocks; cancelled by `stop` (kCancelled):
// what is complete stays. Fails as a whole with kNotFound (no such bucket, nothing at the prefix),
// kDenied and others when the list fails, kNoSpace (the disk is full: nothing half stays), kInvalid
// (the directory is none, options that contradict).
Result<PullReport> pull(const PullOptions& options, Observer& observer, Progress& progress,
                        std::stop_token stop);

}  // namespace penstock
