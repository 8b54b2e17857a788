// Where walks begin: what the user named and what a list of files names, in the order of the
// archive.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "penstock/error.h"

#include "files/safe_dir.h"
#include "files/spill.h"

namespace penstock {

// A path as typed, taken apart.
struct NamedPath {
  std::string typed;
  std::string parent;   // the directory it is in, or the directory itself when `leaf` is empty
  std::string leaf;     // empty: the path ends in `.`, `..` or is `/`, and has no name of its own
  bool follow = false;  // it ends in a slash: a link to a directory stands for the directory

  static NamedPath parse(std::string_view typed);
  // Looks at it. Fails like stat(2).
  Result<struct stat> status() const;
};

struct WalkRoot {
  std::string name;                     // of its item; a directory's ends in '/'; may be empty
  std::string shown;                    // as typed
  std::string filter_prefix;            // in front of what filters look at
  std::shared_ptr<const SafeDir> root;  // a directory itself, else the one it is in
  std::string path;                     // below root; empty for a directory
  struct stat status {};
};

// Threads: one caller at a time.
class WalkRoots {
 public:
  using Problem = std::function<void(Error)>;

  // See WalkOptions for the meaning of both, and Walker::create for failures. The names are looked
  // at here once, and again when their turn comes.
  static Result<WalkRoots> create(const std::vector<std::string>& sources,
                                  const std::string& files_from, std::size_t budget_bytes,
                                  Problem problem, const std::stop_token& stop);
  // The next root in byte order of the names; empty at the end. What is gone meanwhile, and what is
  // listed twice or below what is no directory, is left out.
  Result<std::optional<WalkRoot>> next();

 private:
  WalkRoots(std::size_t budget_bytes, Problem problem)
      : sorted_(budget_bytes), problem_(std::move(problem)) {}

  Status add_sources(const std::vector<std::string>& sources, bool must_exist);
  Status add_source(const std::string& typed);
  Status add_list(const std::string& files_from, const std::stop_token& stop);
  Status add_listed(std::string_view line);
  Status check_collision(std::string_view name, const std::string& typed) const;
  bool covered(std::string_view name, const std::string& typed);
  bool below_a_file(std::string_view name, const std::string& typed);
  std::optional<WalkRoot> open(std::string_view name, bool listed, const std::string& typed);
  Result<std::shared_ptr<const SafeDir>> walked_directory(const NamedPath& path);
  Result<std::shared_ptr<const SafeDir>> directory(const std::string& path);

  SpillSort sorted_;  // name, NUL, 's' or 'l', path as typed
  Problem problem_;
  std::set<std::string, std::less<>> names_;  // of sources, without slashes at the end
  std::optional<std::string> nameless_;       // a source whose items have no name in front
  std::optional<std::string> walked_;         // the listed directory walked last, as its name
  std::string walked_anchor_;                 // what of it is in front of its name
  std::string last_name_;                     // of a listed path that was not covered
  std::vector<std::size_t> file_ends_;        // how much of it is a name of no directory that came
  std::string open_path_;  // of open_: neighbours in a list mostly share their directory
  std::shared_ptr<const SafeDir> open_;
};

}  // namespace penstock
