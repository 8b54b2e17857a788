// Walks trees of files as a stream, in the byte order of whole paths.
//
// Each directory is read and sorted (a directory sorts as "name/", so that the walk's order is the
// order of the full paths) before its entries are visited; what outgrows the budget of names spills
// to an unlinked temporary file. At most 32 directories are open at a time, however deep the tree.
// Links are reported, never followed, except a source named by the user that is itself a link to a
// directory with a trailing slash. Nothing is ever re-opened by an absolute path: items are opened
// through their root SafeDir.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/glob.h"
#include "files/safe_dir.h"

namespace penstock {

enum class FileKind { kFile, kDirectory, kSymlink, kSpecial };

struct WalkItem {
  std::string name;                     // in the output; '/' between parts; a directory ends in '/'
  std::shared_ptr<const SafeDir> root;  // open the item with root->open_file(path, ...)
  std::string path;                     // relative to root
  std::string shown;                    // as a person would name it: source as typed + the rest
  FileKind kind = FileKind::kFile;
  // Of the item itself, from the walk: device, inode, mode, links, owner, size, blocks, mtime and
  // ctime; the rest is not promised.
  struct stat status {};
};

struct WalkOptions {
  // What to walk, as typed. A directory `a/b` gives names below `b/`; `.` and `/` and paths ending
  // in `.` or `..` give names without a prefix (at most one such source; its items come first); a
  // file gives its last component. A link is a link, unless a slash follows it.
  std::vector<std::string> sources;
  // Paths listed one a line (or NUL-separated when the first 64 KiB contain a NUL) in this file,
  // "-" for standard input: names keep the whole relative path ("./", a leading "/" and all up to
  // the last ".." dropped, so that "../a" is "a" here and as a source). Directories are walked, and
  // what a list names in them as well comes once; what it names below a link or a file of its own
  // is left out, as a problem. Their place is among the sources in byte order; none may lie under a
  // source's name. Empty: none.
  std::string files_from;
  // Held against paths below the source (a directory named as a source always passes, unless there
  // are includes, and is always entered); of files_from against whole names. With includes,
  // directories are entered but delivered only if they match.
  Filter filter;
  bool one_file_system = false;  // mount points are delivered, not entered
  std::size_t names_budget_bytes = std::size_t{4} << 20;
  // Told about everything that could not be read (item named in the message); the walk goes on.
  std::function<void(Error)> on_problem = [](Error) {};
};

// Threads: one caller at a time. Items stay valid after the walker is gone.
class Walker {
 public:
  // Looks at every source: kNotFound names the first missing one when no source exists at all
  // (others missing are told to on_problem); kInvalid when two sources would give the same name or
  // none was given; kCancelled when a stop comes while files_from is read.
  static Result<Walker> create(WalkOptions options, const std::stop_token& stop = {});
  ~Walker();
  Walker(Walker&&) noexcept;
  Walker& operator=(Walker&&) noexcept;

  // The next item; empty at the end; kCancelled on a stop. Directories come before what is in them.
  Result<std::optional<WalkItem>> next(const std::stop_token& stop);

 private:
  struct State;
  explicit Walker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
