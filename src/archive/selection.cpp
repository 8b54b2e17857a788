#include "archive/selection.h"

#include <algorithm>

#include "archive/name_check.h"

namespace penstock::zip {
namespace {

std::string_view without_slash(std::string_view name) {
  if (!name.empty() && name.back() == '/') name.remove_suffix(1);
  return name;
}

}  // namespace

bool Pattern::takes(std::string_view name, bool directory) const {
  const std::string_view path = without_slash(name);
  const std::string_view plain = without_slash(text);
  if (path.starts_with(plain) && (path.size() == plain.size() || path[plain.size()] == '/'))
    return true;
  return filter.takes(path, directory);
}

Selection::Selection(const UnpackOptions& options)
    : filter_{options.include, options.exclude},
      included_{options.include, {}},
      include_matched_(options.include.empty()),
      strip_(options.strip) {
  for (const std::string& text : options.patterns) patterns_.emplace_back(text);
}

std::string_view Selection::target(const Entry& entry) const {
  return strip_components(without_slash(entry.name), strip_);
}

std::string_view Selection::path_of(const Entry& entry) const {
  const std::string_view path = without_slash(entry.name);
  const bool directory = entry.is_directory();
  const auto takes = [&](const Pattern& pattern) { return pattern.takes(path, directory); };
  if (!patterns_.empty() && std::none_of(patterns_.begin(), patterns_.end(), takes)) return {};
  if (!filter_.empty() && !filter_.takes(path, directory)) return {};
  return target(entry);
}

std::string_view Selection::match(const Entry& entry) {
  const std::string_view path = without_slash(entry.name);
  for (Pattern& pattern : patterns_)
    pattern.matched = pattern.matched || pattern.takes(path, entry.is_directory());
  include_matched_ = include_matched_ || included_.takes(path, entry.is_directory());
  return path_of(entry);
}

Status Selection::check_patterns() const {
  for (const Pattern& pattern : patterns_)
    if (!pattern.matched)
      return fail(Code::kNotFound, "nothing in the archive matches " + shown_name(pattern.text));
  if (!include_matched_)
    return fail(Code::kNotFound, "nothing in the archive matches --include " +
                                     shown_name(filter_.include.front()) +
                                     (filter_.include.size() > 1 ? " or the others" : ""));
  return {};
}

}  // namespace penstock::zip
