// The pass over an archive that comes before the first write: everything that can be known without
// decoding contents is checked for every entry, so that a bad archive leaves nothing behind.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "penstock/error.h"
#include "penstock/unpack.h"

#include "archive/end_records.h"
#include "archive/judge.h"
#include "archive/selection.h"
#include "archive/zip_format.h"
#include "files/byte_source.h"
#include "files/safe_dir.h"

namespace penstock::zip {

// An entry up to this size, packed and unpacked, is decoded in memory, many to a batch; a larger
// one is streamed; one from kHugeBytes on is decoded by all workers together.
inline constexpr std::uint64_t kSmallBytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kHugeBytes = std::uint64_t{8} << 20;
bool is_small(const Entry& entry);
bool is_huge(const Entry& entry);

struct Survey {
  // Of what is selected.
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t encrypted = 0;
  std::uint64_t huge = 0;       // files
  std::uint64_t bytes_in = 0;   // of the archive
  std::uint64_t bytes_out = 0;  // unpacked
  // Of the whole archive.
  bool any_encrypted = false;
  // A few of the smallest encrypted entries that are selected, to try a password on.
  std::vector<Entry> probes;
};

// Checks, for every entry: the central record, its name, its local header and descriptor (not in a
// far source: one by one they would cost a request each); that no two have the same name or lie
// below a file; that no two overlap or reach into the directory. For
// the selected ones also: that we can read them, the limits, and, with `existing` and
// Overwrite::kRefuse, that nothing is in the way. Memory: a few MiB, whatever the number of
// entries. Fails with kCorrupt, kUnsafe, kUnsupported, kExists, kNotFound (see Selection), kIo,
// kCancelled.
Result<Survey> survey(const ByteSource& source, const Directory& directory, Selection& selection,
                      const UnpackOptions& options, const SafeDir* existing, const Judge& judge,
                      const std::stop_token& stop);

}  // namespace penstock::zip
