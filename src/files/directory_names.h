// One directory, read once: the names in it with their status, in the order of a walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/spill.h"

namespace penstock {

// A name and its status. The status has what packing needs: st_dev, st_ino, st_mode, st_nlink,
// st_uid, st_gid, st_rdev, st_size, st_blocks, st_mtim and st_ctim; the rest is zero.
struct DirectoryEntry {
  std::string_view name;  // without a trailing slash; valid until the next call
  bool is_directory = false;
  bool delivered = true;
  bool entered = true;
  struct stat status {};
};

// Threads: one caller at a time.
class DirectoryNames {
 public:
  // What to do with an entry: clears `delivered` and `entered` as it likes. An entry that is
  // neither is not kept.
  using Choose = std::function<void(DirectoryEntry&)>;
  // Told about a name that could not be looked at, with the errno.
  using Problem = std::function<void(std::string_view name, int errnum)>;

  // Reads all of the open directory `fd`. Names beyond about `budget_bytes` go to a temporary file.
  // `buffer` is scratch space for the kernel's answers. A directory that cannot be read (to the
  // end) is told as a problem of "", and what was read so far is kept; fails only when spilling
  // does.
  static Result<DirectoryNames> read(int fd, std::size_t budget_bytes,
                                     std::vector<std::byte>& buffer, const Choose& choose,
                                     const Problem& problem);

  // The next entry in byte order, a directory sorting as "name/"; empty at the end.
  Result<std::optional<DirectoryEntry>> next();
  // Memory held, about.
  std::size_t memory_bytes() const;

 private:
  // Half of the budget each: while names move to the sorter, both hold them.
  explicit DirectoryNames(std::size_t budget_bytes) : half_budget_bytes_(budget_bytes / 2) {}
  Status add(const DirectoryEntry& entry);
  Status spill();
  Status sort();

  struct Slot {
    std::uint64_t prefix;  // of the name, big-endian: most comparisons end here
    std::uint32_t offset;
    std::uint32_t length;
  };

  std::size_t half_budget_bytes_;
  std::string text_;  // the records, one after the other
  std::vector<Slot> slots_;
  std::size_t next_ = 0;
  std::optional<SpillSort> spilled_;
};

}  // namespace penstock
