// Files that say they hold 0 bytes. Nearly all of them do; those of /proc, and of file systems that
// make contents up when they are read, hold what reading them gives.
#pragma once

#include <cstdint>

#include "penstock/error.h"

#include "files/unique_fd.h"
#include "files/walk.h"

namespace penstock::zip {

// What such a file may hold: enough for every table of a kernel, and an end to those of /proc that
// go on for as long as there are addresses (pagemap).
inline constexpr std::uint64_t kMostUntoldBytes = std::uint64_t{64} << 20;

struct UntoldFile {
  std::uint64_t bytes = 0;
  UniqueFd spool;  // an unnamed file with the contents, when they are more than a piece
};

// Reads `item`, a file whose status says 0 bytes, to its end. Memory: a piece. Fails with
// kUnsupported beyond kMostUntoldBytes, and as opening, reading and writing do; each time with the
// item's name.
Result<UntoldFile> read_untold_size(const WalkItem& item);

}  // namespace penstock::zip
