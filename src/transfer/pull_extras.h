// What the tree has and the store has not: both come in the same order, so that one walk beside the
// list finds it.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "files/spill.h"
#include "files/walk.h"
#include "transfer/pull_context.h"

namespace penstock {

// Threads: one caller at a time.
class PullExtras {
 public:
  static Result<PullExtras> create(const PullContext& context, const std::stop_token& stop);

  // The store has `path`. Paths come in byte order.
  Status see(const std::string& path, const std::stop_token& stop);
  // The store has no more. Then removes what was found, as PullOptions::delete_extra says.
  Status finish(const std::stop_token& stop);

 private:
  PullExtras(const PullContext& context, Walker walker);
  Status next(const std::stop_token& stop);
  Status find(const WalkItem& item);
  Status remove_all();
  Status remove(const std::string& path);

  const PullContext* context_;
  Walker walker_;
  std::optional<WalkItem> item_;  // the walk stands here
  SpillBuffer found_;             // paths, each ended by a NUL
  std::uint64_t count_ = 0;       // without hidden files of ours
};

}  // namespace penstock
