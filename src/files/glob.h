// --include and --exclude: which paths a walk or an extraction takes.
//
// Patterns: `*` and `?` match within one component, `**` across components, `[a-z]` and `[!a-z]` a
// byte, `\` quotes. A pattern without `/` is held against the last component, one with `/` against
// the whole path (a leading `/` is dropped). A pattern that matches a directory covers all below
// it; a trailing `/` makes it match directories only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Whether `path` (no trailing slash) itself matches.
bool glob_matches(std::string_view pattern, std::string_view path);

// Threads: const calls from any.
struct Filter {
  std::vector<std::string> include;  // empty: everything
  std::vector<std::string> exclude;  // wins over include

  // `path` relative to the source (for extraction: the entry's name), without trailing slash.
  // Patterns with a '/' inside are also held against `source`/path when a source's name is given,
  // so that both "build/tmp" and "project/build/tmp" are understood.
  bool takes(std::string_view path, bool is_directory, std::string_view source = {}) const;
  // Whether a walk must enter this directory: false only when it is excluded.
  bool enters(std::string_view directory, std::string_view source = {}) const;
  bool empty() const { return include.empty() && exclude.empty(); }
};

}  // namespace penstock
