// What tells one state of a file from another without reading it.
#pragma once

#include <cstdint>

#include <sys/stat.h>

#include "base/narrow.h"

namespace penstock {

// The same size, times and inode: the same content. A program can set the mtime, but not the ctime.
struct FileIdentity {
  std::uint64_t bytes = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

inline std::int64_t nanoseconds_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

inline FileIdentity identity_of(const struct stat& status) {
  return {to_u64(status.st_size), nanoseconds_of(status.st_mtim), nanoseconds_of(status.st_ctim),
          status.st_ino};
}

}  // namespace penstock
