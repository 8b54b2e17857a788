// What the workers of a push do next: parts of the large files that are begun, else new files.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"
#include "transfer/big_upload.h"
#include "transfer/push_file.h"

namespace penstock {

// Either files, each an object or all one bundle, or one part of an upload.
struct PushWork {
  std::vector<PushFile> files;
  std::shared_ptr<BigUpload> upload = nullptr;
  unsigned part = 0;
  std::uint64_t held_bytes = 0;  // of memory, until done()
  bool is_bundle = false;
};

// Files are handed out several at a time, as a hand-off costs as much as sending a small one: the
// fewer are left the fewer, so that all workers end at about the same time. Large files that were
// begun come first, which keeps few of them open. Workers are asked for one by one, when there is
// work that none is free for. Threads: any.
class PushQueue {
 public:
  struct Options {
    std::size_t capacity = 0;  // files
    unsigned workers = 1;      // asked for at most,
    // and no more than are of use now; null: all of them.
    std::function<unsigned()> useful_workers;
    unsigned parts_per_file = 1;
    // Of memory, by all that is handed out and not done, but for one work that takes more alone.
    std::uint64_t most_held_bytes = UINT64_MAX;
    // Starts one more worker, that takes from this queue; false: there can be no more. By the
    // thread that brings work, or takes it, without a lock.
    std::function<bool()> start_worker;
  };

  // `clock` must outlive it.
  PushQueue(Options options, Clock& clock)
      : options_(std::move(options)), has_room_(clock), has_work_(clock) {}

  // Takes what is in `files` and leaves it empty; waits while the queue is full. False on a stop.
  bool push(std::vector<PushFile>& files, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // Files for one bundle; waits while as many bundles are under way as memory has room for.
  bool push_bundle(std::vector<PushFile> files, const std::stop_token& stop)
      PENSTOCK_EXCLUDES(mutex_);
  void close() PENSTOCK_EXCLUDES(mutex_);
  // Whether a worker has nothing to do, or one more can be had.
  bool is_hungry() const {
    return idle_.load(std::memory_order_relaxed) > 0 ||
           begun_.load(std::memory_order_relaxed) < most_workers();
  }

  // For workers. Waits for work; empty when all is done and nothing can come, or on a stop.
  std::optional<PushWork> take(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // After each work taken, with what it says of itself.
  void done(std::uint64_t held_bytes, bool was_bundle = false) PENSTOCK_EXCLUDES(mutex_);
  // By a worker, before done(): an upload whose parts are handed out from now on.
  void add(std::shared_ptr<BigUpload> upload) PENSTOCK_EXCLUDES(mutex_);
  // A part was sent, or failed and no other one is wanted. True when no part is left or being sent:
  // the caller finishes the upload.
  bool part_done(const BigUpload& upload, bool sent) PENSTOCK_EXCLUDES(mutex_);

 private:
  struct Active {
    std::shared_ptr<BigUpload> upload;
    unsigned handed_out = 0;
    unsigned in_flight = 0;
    bool given_up = false;

    bool has_part(unsigned most) const {
      return !given_up && in_flight < most && handed_out < upload->part_count();
    }
  };

  unsigned most_workers() const {
    return options_.useful_workers ? std::min(options_.useful_workers(), options_.workers)
                                   : options_.workers;
  }
  bool has_part() const PENSTOCK_REQUIRES(mutex_);
  bool has_files() const PENSTOCK_REQUIRES(mutex_) { return !files_.empty() || !bundles_.empty(); }
  bool has_file() const PENSTOCK_REQUIRES(mutex_);
  bool can_hand_out(const Active& one) const PENSTOCK_REQUIRES(mutex_);
  bool has_memory(std::uint64_t bytes) const PENSTOCK_REQUIRES(mutex_);
  bool is_over() const PENSTOCK_REQUIRES(mutex_);
  PushWork next_part() PENSTOCK_REQUIRES(mutex_);
  PushWork next_files() PENSTOCK_REQUIRES(mutex_);
  std::optional<PushWork> wait_and_take(const std::stop_token& stop, bool& one_more)
      PENSTOCK_EXCLUDES(mutex_);
  bool lacks_worker() PENSTOCK_REQUIRES(mutex_);
  void start_worker() PENSTOCK_EXCLUDES(mutex_);

  const Options options_;
  std::atomic<unsigned> idle_{0};
  std::atomic<unsigned> begun_{0};
  Mutex mutex_;
  WaitList has_room_ PENSTOCK_GUARDED_BY(mutex_);
  WaitList has_work_ PENSTOCK_GUARDED_BY(mutex_);
  std::deque<PushFile> files_ PENSTOCK_GUARDED_BY(mutex_);
  std::deque<std::vector<PushFile>> bundles_ PENSTOCK_GUARDED_BY(mutex_);
  std::size_t bundles_under_way_ PENSTOCK_GUARDED_BY(mutex_) = 0;  // waiting or being sent
  std::vector<Active> active_ PENSTOCK_GUARDED_BY(mutex_);
  unsigned busy_ PENSTOCK_GUARDED_BY(mutex_) =
      0;  // works taken and not done: more can come of them
  std::uint64_t held_bytes_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  bool closed_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
