// One large object that several workers fetch at the same time, in ranges of one version.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "transfer/pull_context.h"
#include "transfer/pull_partial.h"

namespace penstock {

// Threads: any, as said at each function.
class LargePull {
 public:
  // Asks what the object is now, and begins its file or goes on with one. Empty: it has no version
  // that could be held on to (no ETag), and must come in one piece.
  static Result<std::shared_ptr<LargePull>> begin(const PullContext& context, const PullItem& item,
                                                  LocalTreeWriter& writer,
                                                  const std::stop_token& stop);

  ~LargePull();  // what nothing has come of leaves nothing
  LargePull(const LargePull&) = delete;
  LargePull& operator=(const LargePull&) = delete;

  // The next part that nobody has taken. Threads: one at a time (PullQueue's lock).
  bool has_part() const { return next_ < wanted_.size() && !failed_; }
  unsigned take_part() { return wanted_[next_++]; }

  // Fetches a part that was taken. By whom the last one is done, or the first one fails, has the
  // outcome to tell: `over` says so. Threads: any.
  struct Done {
    bool over = false;
    Status status;
  };
  Done fetch(unsigned part, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // When there is no part to be fetched: the last run had all of them.
  bool has_nothing_to_fetch() const { return wanted_.empty(); }
  Status finish() PENSTOCK_EXCLUDES(mutex_);

  const PullItem& item() const { return item_; }
  std::uint64_t arrived_bytes() const { return arrived_; }

 private:
  LargePull(const PullContext& context, PullItem item, PartialFile file);
  Status fetch_range(unsigned part, const std::stop_token& stop);
  Status verify(int fd) const;
  Done failed(Error error) PENSTOCK_EXCLUDES(mutex_);
  std::uint64_t begin_of(unsigned part) const;
  std::uint64_t end_of(unsigned part) const;

  const PullContext& context_;
  const PullItem item_;
  const std::uint64_t part_bytes_;
  std::vector<unsigned> wanted_;
  std::size_t next_ = 0;
  std::atomic<std::size_t> left_;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> arrived_{0};
  const int fd_;
  Mutex mutex_;
  PartialFile file_ PENSTOCK_GUARDED_BY(mutex_);
  bool over_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
