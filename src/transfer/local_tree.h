// The directory that objects are pulled into, and the files in it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "penstock/error.h"

#include "archive/tree_writer.h"
#include "base/bytes.h"
#include "files/atomic_file.h"
#include "files/safe_dir.h"

namespace penstock {

// The name of a file in its directory.
inline std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// What a pulled file is given beside its content.
struct PulledMarks {
  mode_t mode = 0666;  // permission bits; the umask is taken off
  timespec mtime{};
  std::string etag;  // to be remembered; empty: nothing is
};

// Whether the open file remembers that it is the version `etag`, and is still as it was pulled.
bool remembers(int fd, const struct stat& status, std::string_view etag);
// Makes a file that we have found to be that version remember it, where that can be had.
void remember(int fd, const timespec& mtime, std::string_view etag);

// Threads: const calls from any.
class LocalTree {
 public:
  // Opens `path`, making it and what is missing above it; with `dry_run` nothing is made, and a
  // missing directory is an empty one.
  static Result<LocalTree> open(const std::string& path, bool dry_run);

  // Null: the directory is missing, in a dry run.
  const SafeDir* dir() const { return tree_ ? &tree_->dir() : nullptr; }
  // Precondition of all below: it is not.
  const zip::Tree& tree() const { return *tree_; }
  Status sync() const;
  // Removes directories that were made in vain.
  void remove_if_unused() const;

 private:
  std::optional<zip::Tree> tree_;
};

// A file that comes piece by piece. Threads: one caller at a time, but fd() is anybody's.
class PulledFile {
 public:
  int fd() const { return file_.fd(); }
  // Gives it its marks and its name, in place of what is there.
  Status finish(const PulledMarks& marks);

 private:
  friend class LocalTreeWriter;
  PulledFile(AtomicFile file, mode_t umask_bits)
      : file_(std::move(file)), umask_bits_(umask_bits) {}
  AtomicFile file_;
  mode_t umask_bits_;
};

// Gives an open file permissions, memory and time.
Status put_pulled_marks(int fd, const PulledMarks& marks, mode_t umask_bits);

// Writes and looks at files of a tree; neighbours in one directory cost no path resolution.
// Threads: one caller at a time; one per worker. The tree must outlive it.
class LocalTreeWriter {
 public:
  explicit LocalTreeWriter(const LocalTree& tree) : tree_(tree) {}

  // What is there under that path; empty: nothing.
  Result<std::optional<struct stat>> status(std::string_view path);
  // Opens the regular file to be read.
  Result<UniqueFd> open(std::string_view path);
  // Makes the file, and the directories it needs, or replaces it.
  Status write(std::string_view path, const PulledMarks& marks, Bytes content);
  Result<PulledFile> begin(std::string_view path);
  // The directory that `path` is in, made if need be; valid until the next call.
  Result<const SafeDir*> parent_of(std::string_view path, bool make);

 private:
  const LocalTree& tree_;
  std::string parent_path_;
  std::optional<SafeDir> parent_;
};

}  // namespace penstock
