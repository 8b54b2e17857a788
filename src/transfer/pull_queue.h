// The work of a pull: batches of items, and the parts of large files that a worker has begun. Parts
// come first, so that few large files are open at a time and all workers help with the last one.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "transfer/pull_large.h"

namespace penstock {

using PullBatch = std::vector<PullItem>;

struct PullPart {
  std::shared_ptr<LargePull> file;
  unsigned number = 0;
};

using PullWork = std::variant<PullBatch, PullPart>;

// Threads: any.
class PullQueue {
 public:
  // Holds at most `capacity` batches.
  explicit PullQueue(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room. False on a stop.
  bool push(PullBatch batch, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // No further batch comes.
  void close() PENSTOCK_EXCLUDES(mutex_);
  // A large file whose parts are to be fetched; by a worker in the middle of its work.
  void add(std::shared_ptr<LargePull> file) PENSTOCK_EXCLUDES(mutex_);

  // Waits for work. Empty when there is none left and none can come any more, or on a stop.
  std::optional<PullWork> next(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // What next() gave is done.
  void done() PENSTOCK_EXCLUDES(mutex_);

 private:
  bool has_work() PENSTOCK_REQUIRES(mutex_);
  bool is_over() const PENSTOCK_REQUIRES(mutex_) { return closed_ && at_work_ == 0; }
  std::optional<PullWork> take() PENSTOCK_REQUIRES(mutex_);

  const std::size_t capacity_;
  Mutex mutex_;
  Condition not_full_;
  Condition changed_;
  std::deque<PullBatch> batches_ PENSTOCK_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<LargePull>> files_ PENSTOCK_GUARDED_BY(mutex_);
  std::size_t at_work_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  bool closed_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
