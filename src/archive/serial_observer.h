// Many threads tell one Observer.
#pragma once

#include <cstdint>
#include <string_view>

#include "penstock/observer.h"

#include "base/mutex.h"

namespace penstock::zip {

// Hands calls to the caller's Observer one at a time, and counts the problems. Threads: any.
class SerialObserver {
 public:
  explicit SerialObserver(Observer& observer) : observer_(observer) {}
  void problem(const Error& error) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    ++problems_;
    observer_.problem(error);
  }
  void notice(std::string_view text) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    observer_.notice(text);
  }
  Status started() PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    return observer_.started();
  }
  void done(std::string_view name) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    observer_.done(name);
  }
  std::uint64_t problems() const PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    return problems_;
  }

 private:
  mutable Mutex mutex_;
  Observer& observer_ PENSTOCK_GUARDED_BY(mutex_);
  std::uint64_t problems_ PENSTOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace penstock::zip
