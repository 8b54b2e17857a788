// What is to be pulled: the list of the store, page by page, as batches of items.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "transfer/pull_context.h"
#include "transfer/pull_extras.h"
#include "transfer/pull_queue.h"

namespace penstock {

// Finds, in keys that come in order, those that lie below another one: a name cannot be a file and
// a directory. Threads: one caller at a time.
class PathOrder {
 public:
  // The earlier path that `path` lies below; empty: none.
  std::string_view parent_of(const std::string& path);

 private:
  std::vector<std::string> open_;  // each begins with the one before it
};

// Threads: one caller at a time.
class PullPlanner {
 public:
  // `extras` may be null.
  PullPlanner(const PullContext& context, PullQueue& queue, PullExtras* extras)
      : context_(context), queue_(queue), extras_(extras) {}

  // Lists all, and closes the queue.
  Status run(const std::stop_token& stop);

 private:
  Status list(const std::stop_token& stop);
  Status take(ObjectInfo info, const std::stop_token& stop);
  Status take_path(PullItem item, const std::stop_token& stop);
  Status make_directory(const PullItem& item);
  Status take_single(const std::stop_token& stop);
  Status add(PullItem item, const std::stop_token& stop);
  bool flush(const std::stop_token& stop);

  const PullContext& context_;
  PullQueue& queue_;
  PullExtras* extras_;
  std::string prefix_;
  PathOrder order_;
  PullBatch batch_;
  std::size_t batch_items_ = 1;
  std::uint64_t seen_ = 0;
};

}  // namespace penstock
