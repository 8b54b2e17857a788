// Fan-in that restores order: results arrive under tickets 0, 1, 2, ... in any order from any
// thread and leave in ticket order. Bounded: a ticket more than `capacity` ahead of the one to
// leave next waits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace penstock {

template <class T>
class OrderedRing {
 public:
  explicit OrderedRing(std::size_t capacity)
      : capacity_(std::max<std::size_t>(capacity, 1)), slots_(capacity_) {}
  OrderedRing(const OrderedRing&) = delete;
  OrderedRing& operator=(const OrderedRing&) = delete;

  // Puts the result of `ticket` in (each ticket once). Waits while the ticket is `capacity` or more
  // ahead of take(). False, and the item is dropped, on a stop. No deadlock as long as tickets are
  // handed out in order and whoever holds the lowest one makes progress.
  bool put(std::uint64_t ticket, T item, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    const bool fits = room_.wait(mutex_, stop, [this, ticket]() PENSTOCK_REQUIRES(mutex_) {
      return ticket < next_ + capacity_;
    });
    if (!fits || stop.stop_requested()) return false;
    slot(ticket).emplace(std::move(item));
    if (ticket == next_) ready_.notify_all();
    return true;
  }

  // Waits for the next ticket's result. Empty after the last (see finish()) or on a stop.
  // One thread at a time.
  std::optional<T> take(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    ready_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) {
      return slot(next_).has_value() || (end_ && next_ >= *end_);
    });
    if (stop.stop_requested() || !slot(next_)) return std::nullopt;
    std::optional<T> item = std::exchange(slot(next_), std::nullopt);
    ++next_;
    room_.notify_all();  // each waiter waits for a ticket of its own
    return item;
  }

  // Says that tickets 0 .. end-1 are all there will be.
  void finish(std::uint64_t end) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    end_ = end;
    ready_.notify_all();
  }

 private:
  std::optional<T>& slot(std::uint64_t ticket) PENSTOCK_REQUIRES(mutex_) {
    return slots_[static_cast<std::size_t>(ticket % capacity_)];
  }

  const std::size_t capacity_;
  Mutex mutex_;
  Condition ready_;  // the next ticket has come, or there is none
  Condition room_;   // the window has moved on
  std::vector<std::optional<T>> slots_ PENSTOCK_GUARDED_BY(mutex_);
  std::uint64_t next_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::optional<std::uint64_t> end_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
