// Ranges that are fetched in the background before somebody reads them: several requests at a time,
// in the order in which the ranges were announced, within a budget of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/mutex.h"
#include "flow/crew.h"

namespace penstock {

struct ReadAheadLimits {
  unsigned requests = 16;
  std::size_t segment_bytes = std::size_t{4} << 20;  // of one request at most
  // Fetched and not yet read. A segment more for each reader that waits for one, so that nobody
  // waits for memory.
  std::size_t memory_bytes = std::size_t{32} << 20;
};

// Threads: announce() and read() from any number at the same time.
class ReadAhead {
 public:
  // Fills all of `out` from `offset`; called by several threads at the same time.
  using Fetch =
      std::function<Status(std::uint64_t offset, MutableBytes out, const std::stop_token& stop)>;

  ReadAhead(Fetch fetch, const ReadAheadLimits& limits, std::stop_token stop);
  ~ReadAhead();  // ends the requests that are being made
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Begins to fetch [begin, end); what is fetched goes when the handle does, which must be before
  // this goes. Of a range of more than one segment each goes once it was read to its end; a range
  // of one stays, and another one within it is not fetched again.
  std::shared_ptr<void> announce(std::uint64_t begin, std::uint64_t end) PENSTOCK_EXCLUDES(mutex_);

  // Bytes from `offset` on, at the front of `out`: how many. 0 when they were not announced, or are
  // gone already. Waits for those on their way; cancelled by the stop of the constructor.
  Result<std::size_t> read(std::uint64_t offset, MutableBytes out) PENSTOCK_EXCLUDES(mutex_);

 private:
  struct Segment {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::vector<std::byte> bytes = {};
    std::optional<Status> fetched = {};  // empty: being fetched
    bool dropped = false;                // nobody wants it any more

    std::size_t size() const { return static_cast<std::size_t>(end - begin); }
    bool holds(std::uint64_t offset) const { return begin <= offset && offset < end; }
  };
  using SegmentPtr = std::shared_ptr<Segment>;
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t next = 0;  // where the part begins that no request was made for
    std::list<SegmentPtr> segments = {};
    std::weak_ptr<void> handle = {};
  };
  using Ranges = std::list<Range>;

  std::shared_ptr<void> find_covering(std::uint64_t begin, std::uint64_t end)
      PENSTOCK_REQUIRES(mutex_);
  void forget(Ranges::iterator range) PENSTOCK_EXCLUDES(mutex_);
  void start_fetchers(std::uint64_t pieces) PENSTOCK_REQUIRES(mutex_);
  Status run(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  SegmentPtr next_segment() PENSTOCK_REQUIRES(mutex_);
  SegmentPtr begin_segment(Range& range) PENSTOCK_REQUIRES(mutex_);
  void fetch(Segment& segment, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  Status wait_for(const Segment& segment) PENSTOCK_EXCLUDES(mutex_);
  SegmentPtr find_segment(std::uint64_t offset, bool& is_mine) PENSTOCK_REQUIRES(mutex_);
  void drop(Segment& segment) PENSTOCK_REQUIRES(mutex_);
  void drop_if_read(const Segment& segment, std::uint64_t end) PENSTOCK_REQUIRES(mutex_);

  const Fetch fetch_;
  const ReadAheadLimits limits_;
  const std::stop_token stop_;
  Mutex mutex_;
  Condition wanted_;   // for fetchers: a range, or memory
  Condition arrived_;  // for readers
  Ranges ranges_ PENSTOCK_GUARDED_BY(mutex_);
  std::size_t in_memory_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  unsigned fetchers_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  unsigned idle_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  Crew crew_;
};

}  // namespace penstock
