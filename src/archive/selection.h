// Which entries of an archive are wanted, and what they are called in the tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"
#include "penstock/unpack.h"

#include "archive/zip_format.h"
#include "files/glob.h"

namespace penstock::zip {

// What the user named as a part of an archive.
struct Pattern {
  explicit Pattern(const std::string& wanted) : text(wanted), filter{{wanted}, {}} {}

  // Whether it takes the entry of this name, with or without a '/' at its end: as a glob, or as a
  // name to the letter (a directory's takes what is below it), whatever the glob in it would match.
  bool takes(std::string_view name, bool directory) const;

  std::string text;
  Filter filter;
  bool matched = false;
};

// Threads: const calls from any.
class Selection {
 public:
  explicit Selection(const UnpackOptions& options);

  // The path of `entry` in the tree, without a trailing '/'; empty when it is not wanted or nothing
  // of its name is left. Points into entry.name.
  std::string_view path_of(const Entry& entry) const;

  // The same, remembering which patterns have matched. Threads: one caller at a time.
  std::string_view match(const Entry& entry);
  // kNotFound, naming the first pattern that no entry given to match() matched, or the includes
  // when none of them did.
  Status check_patterns() const;

  bool strips() const { return strip_ > 0; }

 private:
  std::string_view target(const Entry& entry) const;

  std::vector<Pattern> patterns_;
  Filter filter_;
  Filter included_;  // the includes alone
  bool include_matched_ = false;
  unsigned strip_;
};

}  // namespace penstock::zip
