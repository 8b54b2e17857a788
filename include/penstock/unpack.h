// unpack(): a ZIP archive into files and directories, by all cores, nothing of it trusted.
// verify(): reads and checks all that unpack() would, and writes nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"
#include "penstock/secret.h"

namespace penstock {

// What to do with a file or link that exists where one is to be written. Directories are always
// kept.
enum class Overwrite {
  kRefuse,  // fail with kExists before anything is written
  kAlways,  // replace it when the new content is complete and verified
  kOlder,   // replace it when its modification time is before the entry's, else skip
  kNever,   // skip
};

// What to do with symbolic links whose target is absolute or leaves the tree.
enum class LinkPolicy {
  kRefuse,  // fail with kUnsafe before anything is written
  kSkip,    // leave them out, each told as a notice
  kAll,     // make them like any other
};

// What an archive may ask of us. What it declares is held against them before anything is written,
// and what it declares is the upper bound while writing.
struct UnpackLimits {
  std::uint64_t max_output_bytes = std::uint64_t{100} << 30;
  std::uint64_t max_entries = 100'000'000;
  // Of output to archive; deflate cannot reach the standard one. 0: not looked at.
  std::uint64_t max_ratio = 2000;
  // Output up to which the ratio is not looked at: a little of anything does no harm.
  std::uint64_t ratio_free_bytes = std::uint64_t{1} << 30;
};

struct UnpackOptions {
  std::string archive;                // a regular file
  std::string directory = ".";        // made if missing; not used by verify()
  std::vector<std::string> patterns;  // globs that select a part; empty: everything
  std::vector<std::string> include;   // globs as well; empty: everything
  std::vector<std::string> exclude;   // win over patterns and include

  const Secret* password = nullptr;  // not owned; null: none yet
  // Called at most once, and only when an encrypted entry is to be read and `password` is null.
  std::function<Result<Secret>()> ask_password;

  Overwrite overwrite = Overwrite::kRefuse;
  LinkPolicy links = LinkPolicy::kRefuse;
  unsigned strip = 0;  // leading components dropped from each name; what has no more is left out
  UnpackLimits limits;
  // Headers that disagree with each other, and the like, are told as notices instead of refused.
  // Unsafe names, overlaps, limits and wrong checksums are refused all the same.
  bool lenient = false;

  unsigned threads = 0;          // workers; 0: one per core
  std::size_t memory_bytes = 0;  // buffers in flight; 0: 16 MiB per thread
  bool measure_stages = false;   // fill StageReport::busy (costs about 1 %)
  bool dry_run = false;          // survey and report, write nothing
  bool tell_done = false;        // Observer::done() for every entry
};

struct UnpackReport {
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t skipped = 0;  // existing files kept, links left out
  std::uint64_t failed = 0;   // told to Observer::problem
  std::uint64_t damaged = 0;  // of those: whose content is not what was packed
  std::uint64_t plain_in_encrypted =
      0;                        // files anybody can have swapped; told to Observer::problem
  std::uint64_t encrypted = 0;  // of the files, links and directories
  std::uint64_t bytes_in = 0;   // of the archive, entries' data only
  std::uint64_t bytes_out = 0;  // contents
  std::chrono::nanoseconds elapsed{};
  // The first damaged entry in the order of the archive (kCorrupt, kUnsafe or kUnsupported): the
  // archive is not sound, whatever else was unpacked.
  std::optional<Error> damage;
  std::vector<StageReport> stages;
};

// Unpacks as `options` say. Everything that can be checked without decoding contents is checked
// before the first write; contents appear under their names only when complete and verified;
// nothing is ever made outside `options.directory`. Set-id bits and owners are dropped, the umask
// is honoured. Files that cannot be written are told to `observer`, counted in `failed`, and the
// call succeeds. Entries whose content is damaged are told and counted too, and the first one is
// the report's `damage`; the others are unpacked. Blocks; cancelled by `stop` (kCancelled): what is
// complete stays. Fails with kNotFound (archive, a pattern or an include that selects nothing),
// kExists, kDenied (wrong or missing password), kCorrupt, kUnsafe, kUnsupported (named in the
// message), kNoSpace, kIo.
Result<UnpackReport> unpack(const UnpackOptions& options, Observer& observer, Progress& progress,
                            std::stop_token stop);

// The same without a tree: bytes_out counts what was decoded. `directory`, `overwrite`, `strip` and
// `dry_run` are not looked at; links are judged as `links` says.
Result<UnpackReport> verify(const UnpackOptions& options, Observer& observer, Progress& progress,
                            std::stop_token stop);

}  // namespace penstock
