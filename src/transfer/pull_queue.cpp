#include "transfer/pull_queue.h"

#include <utility>

namespace penstock {

bool PullQueue::push(PullBatch batch, const std::stop_token& stop) {
  const Lock lock(mutex_);
  not_full_.wait(mutex_, stop,
                 [this]() PENSTOCK_REQUIRES(mutex_) { return batches_.size() < capacity_; });
  if (stop.stop_requested()) return false;
  batches_.push_back(std::move(batch));
  changed_.notify_one();
  return true;
}

void PullQueue::close() {
  const Lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void PullQueue::add(std::shared_ptr<LargePull> file) {
  const Lock lock(mutex_);
  files_.push_back(std::move(file));
  changed_.notify_all();
}

// Also forgets files of which no part is left.
bool PullQueue::has_work() {
  while (!files_.empty() && !files_.front()->has_part()) files_.pop_front();
  return !files_.empty() || !batches_.empty();
}

std::optional<PullWork> PullQueue::take() {
  ++at_work_;
  if (!files_.empty()) return PullPart{files_.front(), files_.front()->take_part()};
  PullBatch batch = std::move(batches_.front());
  batches_.pop_front();
  not_full_.notify_one();
  return batch;
}

std::optional<PullWork> PullQueue::next(const std::stop_token& stop) {
  const Lock lock(mutex_);
  changed_.wait(mutex_, stop,
                [this]() PENSTOCK_REQUIRES(mutex_) { return has_work() || is_over(); });
  if (stop.stop_requested() || !has_work()) return std::nullopt;
  return take();
}

void PullQueue::done() {
  const Lock lock(mutex_);
  --at_work_;
  if (at_work_ == 0) changed_.notify_all();
}

}  // namespace penstock
