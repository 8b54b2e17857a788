#include "transfer/push_scope.h"

#include <algorithm>

#include "files/walk_roots.h"

namespace penstock {

PushScope::PushScope(const std::vector<std::string>& sources, const std::string& files_from,
                     const Filter& filter)
    : filter_(&filter), has_list_(!files_from.empty()) {
  for (const std::string& typed : sources) {
    const NamedPath path = NamedPath::parse(typed);
    const auto status = path.status();
    if (!status) continue;  // the walk tells
    const bool is_directory = S_ISDIR(status->st_mode);
    const std::string name = path.leaf.empty() || !is_directory ? path.leaf : path.leaf + "/";
    if (is_directory) roots_.push_back(name);
    add_common(name);
  }
  if (has_list_) common_.clear();
  const bool nameless = std::ranges::find(roots_, "") != roots_.end();
  in_order_ = !nameless || (sources.size() == 1 && !has_list_);
}

std::string key_prefix(std::string_view typed) {
  const std::size_t begin = std::min(typed.find_first_not_of('/'), typed.size());
  std::string prefix(typed.substr(begin));
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix.empty() ? prefix : prefix + '/';
}

void PushScope::add_common(const std::string& name) {
  if (!any_) {
    any_ = true;
    common_ = name;
    return;
  }
  const auto [end, ignored] = std::ranges::mismatch(common_, name);
  common_.erase(end, common_.end());
  common_.erase(common_.rfind('/') + 1);  // npos + 1 is 0; never through a character
}

bool PushScope::covers(std::string_view name) const {
  return std::ranges::any_of(roots_, [&](std::string_view root) {
    if (!name.starts_with(root) || name.size() == root.size()) return false;
    const std::string_view source = root.substr(0, root.empty() ? 0 : root.size() - 1);
    return filter_->takes(name.substr(root.size()), false, source);
  });
}

}  // namespace penstock
