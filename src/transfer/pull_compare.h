// Whether the tree has an object already, asked in the order of what it costs.
#pragma once

#include <optional>
#include <stop_token>

#include <sys/stat.h>

#include "penstock/error.h"

#include "transfer/local_tree.h"
#include "transfer/pull_context.h"

namespace penstock {

enum class PullVerdict {
  kFetch,
  kKeep,  // it is the same, or is kept as the policy says
};

// Threads: one caller at a time.
class PullCompare {
 public:
  // Both must outlive it.
  PullCompare(const PullContext& context, LocalTreeWriter& writer)
      : context_(context), writer_(writer) {}

  // kExists as Overwrite::kRefuse says; kInvalid where something is that is never replaced.
  Result<PullVerdict> judge(const PullItem& item, const std::stop_token& stop);

 private:
  Result<bool> is_same(const PullItem& item, const struct stat& local, const std::stop_token& stop);
  Result<bool> is_same_file(const PullItem& item, const std::stop_token& stop);
  Result<bool> is_same_link(const PullItem& item);
  Result<bool> is_older(const PullItem& item, const struct stat& local,
                        const std::stop_token& stop);
  // With its metadata: from the list, or by asking.
  Result<ObjectInfo> whole_info(const PullItem& item, const std::stop_token& stop);

  const PullContext& context_;
  LocalTreeWriter& writer_;
};

}  // namespace penstock
