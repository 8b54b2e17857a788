// `penstock bench files`: trees of made-up files.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "penstock/error.h"

namespace penstock::cli {

struct TreePlan {
  std::string directory;  // made when it is missing
  std::uint64_t files = 0;
  std::uint64_t least_bytes = 0;
  std::uint64_t most_bytes = 0;
  std::uint64_t seed = 1;
};

// Makes the files, a thousand in a directory; names, sizes, contents and times follow from the plan
// alone. Small sizes are as likely as big ones: each power of two between the bounds is. Returns
// the bytes written. Fails with kExists when the directory is not empty, and as files do; with
// kCancelled too what was made so far stays.
Result<std::uint64_t> make_tree(const TreePlan& plan, const std::stop_token& stop);

// The size of file `number`.
std::uint64_t planned_bytes(const TreePlan& plan, std::uint64_t number);

// "4K..1M", or one size.
Status parse_sizes(std::string_view text, TreePlan& plan);

}  // namespace penstock::cli
