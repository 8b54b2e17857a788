// Mutex, Lock and Condition: the standard ones with the marks that let clang's -Wthread-safety
// check which lock guards which member (an error in our developer builds).
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#if defined(__clang__)
#define PENSTOCK_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PENSTOCK_THREAD_ATTRIBUTE(x)
#endif
#define PENSTOCK_CAPABILITY(x) PENSTOCK_THREAD_ATTRIBUTE(capability(x))
#define PENSTOCK_SCOPED_CAPABILITY PENSTOCK_THREAD_ATTRIBUTE(scoped_lockable)
#define PENSTOCK_GUARDED_BY(x) PENSTOCK_THREAD_ATTRIBUTE(guarded_by(x))
#define PENSTOCK_REQUIRES(...) PENSTOCK_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define PENSTOCK_EXCLUDES(...) PENSTOCK_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define PENSTOCK_ACQUIRE(...) PENSTOCK_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define PENSTOCK_RELEASE(...) PENSTOCK_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define PENSTOCK_NO_THREAD_SAFETY_ANALYSIS PENSTOCK_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace penstock {

class PENSTOCK_CAPABILITY("mutex") Mutex {
 public:
  void lock() PENSTOCK_ACQUIRE() { mutex_.lock(); }
  void unlock() PENSTOCK_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds a Mutex for the length of a scope.
class PENSTOCK_SCOPED_CAPABILITY Lock {
 public:
  explicit Lock(Mutex& mutex) PENSTOCK_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() PENSTOCK_RELEASE() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable that also wakes when a stop is requested.
class Condition {
 public:
  // Waits until `ready()` or a stop. The caller holds `mutex` before, during the calls of `ready`,
  // and after. Returns ready(): it can be true although a stop was requested too, so a caller who
  // must not go on after a stop asks the token as well. A lambda that reads guarded members says
  // so:
  // `[this]() PENSTOCK_REQUIRES(mutex_) { ... }`.
  template <class Ready>
  bool wait(Mutex& mutex, const std::stop_token& stop, Ready ready) PENSTOCK_REQUIRES(mutex)
      PENSTOCK_NO_THREAD_SAFETY_ANALYSIS {  // `ready` names its lock by another expression
    if (ready()) return true;               // the common case, without registering with the token
    return condition_.wait(mutex, stop, ready);
  }
  // The same, but for at most `time`: returns ready() as it is then.
  template <class Ready, class Duration>
  bool wait_for(Mutex& mutex, const std::stop_token& stop, Duration time, Ready ready)
      PENSTOCK_REQUIRES(mutex) {
    return condition_.wait_for(mutex, stop, time, ready);
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace penstock
