// Fan-in that restores order: results arrive under tickets 0, 1, 2, ... in any order from any thread
// and leave in ticket order. Bounded: a ticket more than `capacity` ahead of the one to leave next
// waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/mutex.h"

namespace penstock {

template <class T>
class OrderedRing {
 public:
  explicit OrderedRing(std::size_t capacity) : slots_(capacity) {}
  OrderedRing(const OrderedRing&) = delete;
  OrderedRing& operator=(const OrderedRing&) = delete;

  // Puts the result of `ticket` in (each ticket once). Waits while the ticket is `capacity` or more
  // ahead of take(). False, and the item is dropped, on a stop. No deadlock as long as tickets are
  // handed out in order and whoever holds the lowest one makes progress.
  bool put(std::uint64_t ticket, T item, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);

  // Waits for the next ticket's result. Empty after the last (see finish()) or on a stop.
  // One thread at a time.
  std::optional<T> take(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);

  // Says that tickets 0 .. end-1 are all there will be.
  void finish(std::uint64_t end) PENSTOCK_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  Condition changed_;
  std::vector<std::optional<T>> slots_ PENSTOCK_GUARDED_BY(mutex_);
  std::uint64_t next_ PENSTOCK_GUARDED_BY(mutex_) = 0;
  std::optional<std::uint64_t> end_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
