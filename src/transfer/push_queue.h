// What the workers of a push do next: parts of the large files that are begun, else new files.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/mutex.h"
#include "transfer/big_upload.h"
#include "transfer/push_file.h"

namespace penstock {

// Either files, or one part of an upload.
struct PushWork {
  std::vector<PushFile> files;
  std::shared_ptr<BigUpload> upload;
  unsigned part = 0;
};

// Files are handed out several at a time, as a hand-off costs as much as sending a small one: the
// fewer are left the fewer, so that all workers end at about the same time. Large files that were
// begun come first, which keeps few of them open. Threads: any.
class PushQueue {
 public:
  PushQueue(std::size_t capacity, unsigned workers, unsigned parts_per_file)
      : capacity_(capacity), workers_(workers), parts_per_file_(parts_per_file) {}

  // Takes what is in `files` and leaves it empty; waits while the queue is full. False on a stop.
  bool push(std::vector<PushFile>& files, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  void close() PENSTOCK_EXCLUDES(mutex_);
  // Whether a worker has nothing to do.
  bool is_hungry() const { return idle_.load(std::memory_order_relaxed) > 0; }

  // For workers. Waits for work; empty when all is done and nothing can come, or on a stop.
  std::optional<PushWork> take(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // After each work taken.
  void done() PENSTOCK_EXCLUDES(mutex_);
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

  bool has_part() const PENSTOCK_REQUIRES(mutex_);
  bool is_over() const PENSTOCK_REQUIRES(mutex_);
  PushWork next_part() PENSTOCK_REQUIRES(mutex_);
  PushWork next_files() PENSTOCK_REQUIRES(mutex_);

  const std::size_t capacity_;
  const unsigned workers_;
  const unsigned parts_per_file_;
  std::atomic<unsigned> idle_{0};
  Mutex mutex_;
  Condition has_room_;
  Condition has_work_;
  std::deque<PushFile> files_ PENSTOCK_GUARDED_BY(mutex_);
  std::vector<Active> active_ PENSTOCK_GUARDED_BY(mutex_);
  unsigned busy_ PENSTOCK_GUARDED_BY(mutex_) =
      0;  // works taken and not done: more can come of them
  bool closed_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
