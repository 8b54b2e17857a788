// The objects of a directory, in the byte order of their keys, from any key on.
//
// A directory is read and sorted when the walk comes to it; what cannot matter (before the key to
// begin behind, outside the prefix) is neither kept nor entered, so that beginning deep in a tree
// costs the directories on the way there. No directory stays open. Links, sockets, pipes and
// devices are no objects, and what begins with kReservedStart is ours: left out.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/directory_names.h"
#include "files/safe_dir.h"

namespace penstock {

struct LocalEntry {
  std::string key;
  struct stat status {};  // what a walk tells of it (DirectoryEntry)
};

// Threads: one caller at a time.
class LocalWalk {
 public:
  // Keys that begin with `prefix` and are greater than `after`. `root` must outlive it.
  LocalWalk(const SafeDir& root, std::string prefix, std::string after);

  // The next object; empty at the end. A directory that cannot be read ends the walk with its
  // failure: what is not seen must not be taken for absent. One that has gone meanwhile is empty.
  Result<std::optional<LocalEntry>> next(const std::stop_token& stop);
  // Gives back the last one, to come again.
  void unread(LocalEntry entry) { unread_ = std::move(entry); }
  // Leaves out all that begins with `prefix` from here on.
  void skip(std::string prefix);
  // Names read and not yet passed, about: what another walk from here would have to read again.
  std::size_t names_held() const;

 private:
  struct Level {
    DirectoryNames names;
    std::size_t path_bytes;  // of its path, with the slash
    std::size_t names_held;
  };

  Result<std::optional<LocalEntry>> step();
  Status enter();
  Status read(int directory);
  bool wants(const DirectoryEntry& entry) const;
  bool skipped() const { return !skip_.empty() && path_.starts_with(skip_); }

  const SafeDir& root_;
  std::string prefix_;
  std::string after_;
  std::string skip_;
  std::string path_;  // of the last name; a directory's ends in a slash
  std::vector<Level> levels_;
  std::optional<LocalEntry> unread_;
  bool begun_ = false;
};

}  // namespace penstock
