// A bounded queue between two stages of a pipeline: Go's channel, with a stop token where Go has a
// context. The bound is the back-pressure: a fast stage waits for a slow one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"

namespace penstock {

// Any number of threads may push and pop at the same time. Items leave in the order they came.
template <class T>
class Channel {
 public:
  // Holds at most `capacity` (>= 1) items. `clock` is told who waits; it must outlive the channel.
  explicit Channel(std::size_t capacity, Clock& clock = steady_clock())
      : capacity_(std::max<std::size_t>(capacity, 1)), not_full_(clock), not_empty_(clock) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Waits for room and puts `item` in. False, and the item is dropped, when the channel is closed
  // or a stop was requested. Blocks; cancelled by `stop`.
  bool push(T item, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    not_full_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) {
      return closed_ || items_.size() < capacity_;
    });
    if (closed_ || items_.size() >= capacity_ || stop.stop_requested()) return false;
    items_.push_back(std::move(item));
    not_empty_.notify_one();
    return true;
  }

  // Waits for an item. Empty when the channel is closed and drained, or as soon as a stop was
  // requested, even if items remain. Blocks; cancelled by `stop`.
  std::optional<T> pop(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    not_empty_.wait(mutex_, stop,
                    [this]() PENSTOCK_REQUIRES(mutex_) { return closed_ || !items_.empty(); });
    if (items_.empty() || stop.stop_requested()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    not_full_.notify_one();
    return item;
  }

  // No further push succeeds; readers drain what is in. Idempotent.
  void close() PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    closed_ = true;
    not_full_.notify_all();
    not_empty_.notify_all();
  }

 private:
  const std::size_t capacity_;
  Mutex mutex_;
  WaitList not_full_ PENSTOCK_GUARDED_BY(mutex_);
  WaitList not_empty_ PENSTOCK_GUARDED_BY(mutex_);
  std::deque<T> items_ PENSTOCK_GUARDED_BY(mutex_);
  bool closed_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
