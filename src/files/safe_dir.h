// SafeDir: everything done below one directory without ever leaving it, whatever names and links
// say.
//
// Every path is relative to the directory and resolved by openat2 with RESOLVE_BENEATH and
// RESOLVE_NO_SYMLINKS (Linux 5.6); where the kernel or an emulator lacks it (ENOSYS), component by
// component with O_NOFOLLOW, which gives the same promise. "..", absolute paths and links in any
// component fail with kUnsafe, so neither an archive nor someone who swaps a directory for a link
// can make us read or write elsewhere. Paths of any length work (they are opened in steps).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/unique_fd.h"

namespace penstock {

// Threads: all const calls from any thread at the same time.
class SafeDir {
 public:
  // The directory the user named: links in `path` itself are followed.
  static Result<SafeDir> open(const std::string& path);

  // Opens `path` with open(2) `flags` (O_CLOEXEC and O_NOFOLLOW are added) and `mode`. A path of
  // "" or "." is the directory itself.
  Result<UniqueFd> open_file(std::string_view path, int flags, mode_t mode = 0) const;
  // The directory `path` as a SafeDir of its own.
  Result<SafeDir> open_dir(std::string_view path) const;
  // Makes `path` and its missing parents as directories with `mode` (less the umask); existing ones
  // are kept. kExists when a non-directory is in the way.
  Status make_dirs(std::string_view path, mode_t mode) const;

  // About the last component itself, never what a link points to.
  Result<struct stat> stat(std::string_view path) const;
  Result<std::string> read_link(std::string_view path) const;
  Status make_symlink(std::string_view path, const std::string& target) const;
  Status set_times(std::string_view path, const timespec& mtime) const;
  Status set_mode(std::string_view path, mode_t mode) const;  // not for links
  Status remove(std::string_view path) const;                 // a file or link
  Status remove_dir(std::string_view path) const;             // an empty directory
  // Gives the file `from` the name `to`. Without `replace`, kExists if `to` exists.
  Status rename(std::string_view from, std::string_view to, bool replace) const;

  // Opened with O_PATH: good for *at() calls and fstat, not for reading or fsync.
  int fd() const { return fd_.get(); }

 private:
  explicit SafeDir(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace penstock
