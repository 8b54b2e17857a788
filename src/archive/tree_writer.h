// The tree that an archive is unpacked into.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "penstock/error.h"
#include "penstock/unpack.h"

#include "base/bytes.h"
#include "files/atomic_file.h"
#include "files/safe_dir.h"

namespace penstock::zip {

// What a file or directory is given besides its content.
struct Attributes {
  mode_t mode = 0;  // permission bits; the umask is taken off
  timespec mtime{};
};

// What stands before the last '/' of `path`; empty without one.
std::string_view parent_part(std::string_view path);

// That a run cannot unpack into `path`, which is, or lies below, something else than a directory.
Failure not_a_directory(const std::string& path);

// The directory unpacked into. Threads: const calls from any.
class Tree {
 public:
  // Opens `path`, making it and what is missing above it. What was made is removed again by
  // remove_if_unused().
  static Result<Tree> open_or_make(const std::string& path, Overwrite overwrite);

  const SafeDir& dir() const { return dir_; }
  Overwrite overwrite() const { return overwrite_; }
  mode_t umask_bits() const { return umask_; }

  // Removes the directories that open_or_make() made, and those in them, as far as they hold
  // nothing but directories. For an extraction that has not completed anything.
  void remove_if_unused() const;

  // Makes the link `path` as the policy for existing files says; false: one was there and is kept.
  Result<bool> make_link(const std::string& path, const std::string& target,
                         const timespec& mtime) const;
  // Makes the directory `path` if it is missing, and gives it mode and time. For after everything
  // in it is done.
  Status finish_directory(const std::string& path, const Attributes& attributes) const;

 private:
  Tree(SafeDir dir, Overwrite overwrite, mode_t umask_bits, std::string first_made,
       std::string path)
      : dir_(std::move(dir)),
        overwrite_(overwrite),
        umask_(umask_bits),
        first_made_(std::move(first_made)),
        path_(std::move(path)) {}

  SafeDir dir_;
  Overwrite overwrite_;
  mode_t umask_;
  std::string first_made_;  // empty: the directory existed
  std::string path_;
};

// A file of a tree that is being written; invisible until finish().
// Threads: one caller at a time.
class LargeFile {
 public:
  LargeFile(AtomicFile file, timespec mtime) : file_(std::move(file)), mtime_(mtime) {}
  Status write_at(std::uint64_t offset, Bytes data);
  // Sets the time and makes the file visible.
  Status finish();

 private:
  AtomicFile file_;
  timespec mtime_;
};

// Writes files into a tree. Neighbouring files of one directory cost no path resolution.
// Threads: one caller at a time; one per worker. The tree must outlive it.
class TreeWriter {
 public:
  explicit TreeWriter(const Tree& tree) : tree_(&tree) {}

  // Makes the file `path`, and the directories it needs, with verified content. False: one was
  // there and is kept, as the policy says. A failure leaves nothing under that name, or what was
  // there.
  Result<bool> write(std::string_view path, const Attributes& attributes, Bytes content);
  // Starts a file whose content comes in parts; empty: one was there and is kept.
  Result<std::optional<LargeFile>> begin(std::string_view path, const Attributes& attributes);

 private:
  Result<const SafeDir*> parent_of(std::string_view path);
  Result<bool> replace(const SafeDir& dir, std::string_view name, const Attributes& attributes,
                       Bytes content);

  const Tree* tree_;
  std::string parent_path_;
  std::optional<SafeDir> parent_;
};

}  // namespace penstock::zip
