#include "transfer/push_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace penstock {
namespace {

constexpr std::size_t kMostAtOnce = 16;
constexpr std::size_t kMostBundles = 3;

}  // namespace

// Work has come, or was left: whether a worker has to be started for it, as none is free. Those who
// take work look for the next one, so that one at a time is enough.
bool PushQueue::lacks_worker() {
  if (has_work_.notify_one() || begun_.load(std::memory_order_relaxed) >= most_workers())
    return false;
  begun_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void PushQueue::start_worker() {
  if (!options_.start_worker()) begun_.store(options_.workers, std::memory_order_relaxed);
}

bool PushQueue::push(std::vector<PushFile>& files, const std::stop_token& stop) {
  bool one_more = false;
  {
    const Lock lock(mutex_);
    has_room_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) {
      return files_.size() < options_.capacity;
    });
    if (stop.stop_requested()) return false;
    std::ranges::move(files, std::back_inserter(files_));
    files.clear();
    one_more = lacks_worker();
  }
  if (one_more) start_worker();
  return true;
}

bool PushQueue::push_bundle(std::vector<PushFile> files, const std::stop_token& stop) {
  bool one_more = false;
  {
    const Lock lock(mutex_);
    has_room_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) {
      return bundles_under_way_ < kMostBundles;
    });
    if (stop.stop_requested()) return false;
    ++bundles_under_way_;
    bundles_.push_back(std::move(files));
    one_more = lacks_worker();
  }
  if (one_more) start_worker();
  return true;
}

void PushQueue::close() {
  const Lock lock(mutex_);
  closed_ = true;
  has_work_.notify_all();
}

bool PushQueue::has_memory(std::uint64_t bytes) const {
  return held_bytes_ == 0 ||
         bytes <= options_.most_held_bytes - std::min(held_bytes_, options_.most_held_bytes);
}

bool PushQueue::can_hand_out(const Active& one) const {
  return one.has_part(options_.parts_per_file) && has_memory(one.upload->held_bytes());
}

bool PushQueue::has_part() const {
  return std::ranges::any_of(
      active_, [this](const Active& one) PENSTOCK_REQUIRES(mutex_) { return can_hand_out(one); });
}

bool PushQueue::has_file() const {
  return !bundles_.empty() || (!files_.empty() && has_memory(files_.front().held_bytes));
}

bool PushQueue::is_over() const { return closed_ && !has_files() && busy_ == 0; }

std::optional<PushWork> PushQueue::take(const std::stop_token& stop) {
  bool one_more = false;
  std::optional<PushWork> work = wait_and_take(stop, one_more);
  if (one_more) start_worker();
  return work;
}

std::optional<PushWork> PushQueue::wait_and_take(const std::stop_token& stop, bool& one_more) {
  const Lock lock(mutex_);
  const auto can_go_on = [this]() PENSTOCK_REQUIRES(mutex_) {
    return has_part() || has_file() || is_over();
  };
  if (!can_go_on()) {
    idle_.fetch_add(1, std::memory_order_relaxed);
    has_work_.wait(mutex_, stop, can_go_on);
    idle_.fetch_sub(1, std::memory_order_relaxed);
  }
  if (stop.stop_requested()) return std::nullopt;
  const bool part = has_part();
  if (!part && !has_file()) return std::nullopt;
  ++busy_;
  PushWork work = part ? next_part() : next_files();
  held_bytes_ += work.held_bytes;
  if (has_part() || has_file()) one_more = lacks_worker();
  return work;
}

PushWork PushQueue::next_part() {
  const auto found = std::ranges::find_if(
      active_, [this](const Active& one) PENSTOCK_REQUIRES(mutex_) { return can_hand_out(one); });
  ++found->in_flight;
  return {{}, found->upload, ++found->handed_out, found->upload->held_bytes(), false};
}

PushWork PushQueue::next_files() {
  if (!bundles_.empty()) {
    PushWork bundle{std::move(bundles_.front()), nullptr, 0, 0, true};
    bundles_.pop_front();
    return bundle;
  }
  const std::size_t share = files_.size() / (std::size_t{2} * options_.workers);
  auto count = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(share, 1, kMostAtOnce));
  PushWork work;
  work.held_bytes = files_.front().held_bytes;  // one after the other: the most of them
  for (std::ptrdiff_t i = 1; i < count; ++i) {
    const std::uint64_t next = files_[static_cast<std::size_t>(i)].held_bytes;
    if (next > work.held_bytes && !has_memory(next)) count = i;
    if (i < count) work.held_bytes = std::max(work.held_bytes, next);
  }
  work.files.assign(std::make_move_iterator(files_.begin()),
                    std::make_move_iterator(files_.begin() + count));
  files_.erase(files_.begin(), files_.begin() + count);
  has_room_.notify_one();
  return work;
}

void PushQueue::done(std::uint64_t held_bytes, bool was_bundle) {
  const Lock lock(mutex_);
  --busy_;
  held_bytes_ -= held_bytes;
  if (was_bundle) {
    --bundles_under_way_;
    has_room_.notify_all();
  }
  if (is_over())
    has_work_.notify_all();
  else if (held_bytes > 0)
    has_work_.notify_one();
}

void PushQueue::add(std::shared_ptr<BigUpload> upload) {
  bool one_more = false;
  {
    const Lock lock(mutex_);
    active_.push_back({std::move(upload)});
    one_more = lacks_worker();
  }
  if (one_more) start_worker();
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
