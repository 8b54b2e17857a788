// Objects that are made when needed and kept for the next one who needs one.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace penstock {

// The one given back last is taken first: it is the warmest, and the others can grow old. Threads:
// any.
template <class T>
class FreeList {
 public:
  // Null when there is none.
  std::unique_ptr<T> take() PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    if (free_.empty()) return nullptr;
    std::unique_ptr<T> taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }
  void give_back(std::unique_ptr<T> object) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    free_.push_back(std::move(object));
  }

 private:
  Mutex mutex_;
  std::vector<std::unique_ptr<T>> free_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
