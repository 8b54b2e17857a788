// Which names a transfer answers for: those that can come from its sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "files/glob.h"

namespace penstock {

// What keys begin with below a prefix as typed: empty, or with one slash at its end.
std::string key_prefix(std::string_view typed);

class PushScope {
 public:
  // Looks at the sources; those that are not there are nothing to it. `filter` must outlive it.
  PushScope(const std::vector<std::string>& sources, const std::string& files_from,
            const Filter& filter);

  // What all names that can come begin with.
  const std::string& common() const { return common_; }
  // Whether a file of this name would have come, had there been one: it lies below a directory that
  // is a source, and the filter takes it.
  bool covers(std::string_view name) const;
  // Whether a list names sources: nothing that it leaves out can be told from what is gone.
  bool has_list() const { return has_list_; }
  // Whether names come in order: not where a source like "." gives names without a directory in
  // front, beside others.
  bool in_order() const { return in_order_; }

 private:
  void add_common(const std::string& name);

  const Filter* filter_;            // not owned
  std::vector<std::string> roots_;  // empty, or a name with a slash at its end
  std::string common_;
  bool any_ = false;
  bool has_list_ = false;
  bool in_order_ = true;
};

}  // namespace penstock
