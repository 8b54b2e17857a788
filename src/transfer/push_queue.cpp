#include "transfer/push_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace penstock {
namespace {

constexpr std::size_t kMostAtOnce = 16;

}  // namespace

bool PushQueue::push(std::vector<PushFile>& files, const std::stop_token& stop) {
  const Lock lock(mutex_);
  has_room_.wait(mutex_, stop,
                 [this]() PENSTOCK_REQUIRES(mutex_) { return files_.size() < capacity_; });
  if (stop.stop_requested()) return false;
  std::ranges::move(files, std::back_inserter(files_));
  files.clear();
  has_work_.notify_one();
  return true;
}

void PushQueue::close() {
  const Lock lock(mutex_);
  closed_ = true;
  has_work_.notify_all();
}

bool PushQueue::has_part() const {
  return std::ranges::any_of(active_,
                             [this](const Active& one) { return one.has_part(parts_per_file_); });
}

bool PushQueue::is_over() const { return closed_ && files_.empty() && busy_ == 0; }

std::optional<PushWork> PushQueue::take(const std::stop_token& stop) {
  const Lock lock(mutex_);
  const auto can_go_on = [this]() PENSTOCK_REQUIRES(mutex_) {
    return has_part() || !files_.empty() || is_over();
  };
  if (!can_go_on()) {
    idle_.fetch_add(1, std::memory_order_relaxed);
    has_work_.wait(mutex_, stop, can_go_on);
    idle_.fetch_sub(1, std::memory_order_relaxed);
  }
  if (stop.stop_requested()) return std::nullopt;
  const bool part = has_part();
  if (!part && files_.empty()) return std::nullopt;
  ++busy_;
  PushWork work = part ? next_part() : next_files();
  if (has_part() || !files_.empty()) has_work_.notify_one();
  return work;
}

PushWork PushQueue::next_part() {
  const auto found = std::ranges::find_if(
      active_, [this](const Active& one) { return one.has_part(parts_per_file_); });
  ++found->in_flight;
  return {{}, found->upload, ++found->handed_out};
}

PushWork PushQueue::next_files() {
  const std::size_t share = files_.size() / (std::size_t{2} * workers_);
  const auto count = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(share, 1, kMostAtOnce));
  PushWork work;
  work.files.assign(std::make_move_iterator(files_.begin()),
                    std::make_move_iterator(files_.begin() + count));
  files_.erase(files_.begin(), files_.begin() + count);
  has_room_.notify_one();
  return work;
}

void PushQueue::done() {
  const Lock lock(mutex_);
  --busy_;
  if (is_over()) has_work_.notify_all();
}

void PushQueue::add(std::shared_ptr<BigUpload> upload) {
  const Lock lock(mutex_);
  active_.push_back({std::move(upload)});
  has_work_.notify_one();
}

bool PushQueue::part_done(const BigUpload& upload, bool sent) {
  const Lock lock(mutex_);
  const auto found = std::ranges::find_if(
      active_, [&upload](const Active& one) { return one.upload.get() == &upload; });
  --found->in_flight;
  if (!sent) found->given_up = true;
  const bool none_left = found->given_up || found->handed_out == upload.part_count();
  if (!none_left || found->in_flight > 0) {
    has_work_.notify_one();
    return false;
  }
  active_.erase(found);
  return true;
}

}  // namespace penstock
