// pack(): files and directories into a ZIP archive, compressed and encrypted by all cores.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/codec.h"
#include "penstock/error.h"
#include "penstock/observer.h"
#include "penstock/secret.h"

namespace penstock {

enum class AesBits { k128 = 128, k256 = 256 };

struct PackOptions {
  std::vector<std::string> sources;  // files, directories, links
  std::string files_from;            // a file that lists more, one a line; "-" is standard input
  std::vector<std::string> include;  // globs; empty: everything
  std::vector<std::string> exclude;  // globs; win over include
  bool one_file_system = false;

  std::string output;    // the archive's path; "-" is standard output; a dry run needs none
  bool replace = false;  // an existing archive is replaced when the new one is complete

  Codec codec = Codec::kDeflate;
  int level = 0;                     // 0: the codec's standard level
  const Secret* password = nullptr;  // not owned; null: no encryption
  AesBits aes = AesBits::k256;

  unsigned threads = 0;          // workers; 0: one per core
  std::size_t memory_bytes = 0;  // buffers in flight; 0: 16 MiB per thread
  bool count_ahead = false;      // a second walk fills Progress totals
  bool measure_stages = false;   // fill StageReport::busy (costs about 1 %)
  bool dry_run = false;          // walk and report, write nothing
  bool tell_done = false;        // Observer::done() for every entry
};

struct PackReport {
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t skipped = 0;    // special files
  std::uint64_t failed = 0;     // told to Observer::problem
  std::uint64_t bytes_in = 0;   // contents read
  std::uint64_t bytes_out = 0;  // size of the archive
  std::chrono::nanoseconds elapsed{};
  std::vector<StageReport> stages;
};

// Packs as `options` say. The archive appears under its name only when complete; after a failure or
// a stop nothing of it is left. Items that cannot be read or change while they are read are told to
// `observer` and left out; the report counts them in `failed` and the call still succeeds.
// The same input and options give the same bytes for any `threads` and any processor, random salts
// apart. Blocks; cancelled by `stop` (kCancelled).
// Fails with kNotFound (the only source is missing, or nothing matches `include`), kExists,
// kInvalid (among others: the output lies inside a source), kNoSpace, kDenied, kIo.
Result<PackReport> pack(const PackOptions& options, Observer& observer, Progress& progress,
                        std::stop_token stop);

}  // namespace penstock
