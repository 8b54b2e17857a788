#include "transfer/read_ahead.h"

#include <algorithm>
#include <utility>

#include "base/narrow.h"

namespace penstock {

ReadAhead::ReadAhead(Fetch fetch, const ReadAheadLimits& limits, std::stop_token stop)
    : fetch_(std::move(fetch)), limits_(limits), stop_(std::move(stop)), crew_(stop_) {}

ReadAhead::~ReadAhead() {
  crew_.stop();
  static_cast<void>(crew_.join());  // a failed request is its segment's
}

std::shared_ptr<void> ReadAhead::announce(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return nullptr;
  const Lock lock(mutex_);
  if (auto covering = find_covering(begin, end)) return covering;
  const auto range = ranges_.insert(ranges_.end(), {.begin = begin, .end = end, .next = begin});
  const std::shared_ptr<void> handle(static_cast<void*>(&*range),
                                     [this, range](void*) { forget(range); });
  range->handle = handle;
  start_fetchers((end - begin + limits_.segment_bytes - 1) / limits_.segment_bytes);
  wanted_.notify_all();
  return handle;
}

// Only ranges of one segment keep all of it.
std::shared_ptr<void> ReadAhead::find_covering(std::uint64_t begin, std::uint64_t end) {
  for (const Range& range : ranges_) {
    const bool is_kept = range.end - range.begin <= limits_.segment_bytes;
    if (!is_kept || begin < range.begin || end > range.end) continue;
    if (auto handle = range.handle.lock()) return handle;
  }
  return nullptr;
}

void ReadAhead::forget(Ranges::iterator range) {
  const Lock lock(mutex_);
  for (const SegmentPtr& segment : range->segments) drop(*segment);
  ranges_.erase(range);
}

// Its memory is free at once, or as soon as it has arrived.
void ReadAhead::drop(Segment& segment) {
  segment.dropped = true;
  if (!segment.fetched) return;
  in_memory_ -= segment.size();
  wanted_.notify_one();
}

// One for each piece that none is idle for.
void ReadAhead::start_fetchers(std::uint64_t pieces) {
  while (fetchers_ < limits_.requests && idle_ < pieces) {
    ++fetchers_;
    ++idle_;
    crew_.add("fetch", [this](const std::stop_token& stop) { return run(stop); });
  }
}

Status ReadAhead::run(const std::stop_token& stop) {
  for (;;) {
    SegmentPtr segment;
    {
      const Lock lock(mutex_);
      wanted_.wait(mutex_, stop, [&]() PENSTOCK_REQUIRES(mutex_) {
        segment = next_segment();
        return segment != nullptr;
      });
      if (segment == nullptr) return {};
      --idle_;
    }
    fetch(*segment, stop);
    const Lock lock(mutex_);
    ++idle_;
  }
}

// The first piece that no request was made for, if there is memory for it.
ReadAhead::SegmentPtr ReadAhead::next_segment() {
  const auto open =
      std::ranges::find_if(ranges_, [](const Range& range) { return range.next < range.end; });
  if (open == ranges_.end()) return nullptr;
  const std::uint64_t bytes =
      std::min<std::uint64_t>(limits_.segment_bytes, open->end - open->next);
  const std::size_t free = limits_.memory_bytes - std::min(limits_.memory_bytes, in_memory_);
  return bytes <= free || in_memory_ == 0 ? begin_segment(*open) : nullptr;
}

ReadAhead::SegmentPtr ReadAhead::begin_segment(Range& range) {
  const std::uint64_t end =
      range.next + std::min<std::uint64_t>(limits_.segment_bytes, range.end - range.next);
  auto segment = std::make_shared<Segment>(Segment{.begin = range.next, .end = end});
  in_memory_ += segment->size();
  range.next = end;
  range.segments.push_back(segment);
  return segment;
}

void ReadAhead::fetch(Segment& segment, const std::stop_token& stop) {
  std::vector<std::byte> bytes(segment.size());
  Status done = fetch_(segment.begin, bytes, stop);
  const Lock lock(mutex_);
  segment.bytes = std::move(bytes);
  segment.fetched = std::move(done);
  if (segment.dropped) drop(segment);
  arrived_.notify_all();
}

Result<std::size_t> ReadAhead::read(std::uint64_t offset, MutableBytes out) {
  bool is_mine = false;
  SegmentPtr segment;
  {
    const Lock lock(mutex_);
    segment = find_segment(offset, is_mine);
  }
  if (segment == nullptr) return std::size_t{0};
  if (is_mine) fetch(*segment, stop_);
  PENSTOCK_CHECK(wait_for(*segment));
  // Nobody writes to it any more: copied without the lock.
  const Bytes bytes = Bytes(segment->bytes).subspan(narrow<std::size_t>(offset - segment->begin));
  const std::size_t count = std::min(bytes.size(), out.size());
  std::ranges::copy(bytes.first(count), out.begin());
  const Lock lock(mutex_);
  drop_if_read(*segment, offset + count);
  return count;
}

Status ReadAhead::wait_for(const Segment& segment) {
  const Lock lock(mutex_);
  if (!arrived_.wait(mutex_, stop_, [&] { return segment.fetched.has_value(); }))
    return fail(Code::kCancelled, "cancelled");
  return *segment.fetched;
}

// A piece that nobody has begun to fetch becomes the reader's, who would else wait for memory that
// is free only when somebody reads.
ReadAhead::SegmentPtr ReadAhead::find_segment(std::uint64_t offset, bool& is_mine) {
  for (Range& range : ranges_) {
    const auto found =
        std::ranges::find_if(range.segments, [&](const SegmentPtr& s) { return s->holds(offset); });
    if (found != range.segments.end()) return *found;
    is_mine =
        range.next <= offset && offset < range.end && offset - range.next < limits_.segment_bytes;
    if (is_mine) return begin_segment(range);
  }
  return nullptr;
}

void ReadAhead::drop_if_read(const Segment& segment, std::uint64_t end) {
  if (end < segment.end) return;
  for (Range& range : ranges_) {
    const auto found = std::ranges::find_if(
        range.segments, [&](const SegmentPtr& s) { return s.get() == &segment; });
    if (found == range.segments.end()) continue;
    if (range.end - range.begin <= limits_.segment_bytes) return;
    drop(**found);
    range.segments.erase(found);
    return;
  }
}

}  // namespace penstock
