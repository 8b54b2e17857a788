// Crew: the threads of one job, structured. What goroutines + WaitGroup + context + errgroup are in
// Go: the first error stops all, join() waits for all and tells the truth.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "penstock/error.h"

#include "base/clock.h"
#include "base/mutex.h"

namespace penstock {

// Threads: stop() and join() by the owner; add() and try_add() also by the crew's own threads;
// token() by any.
class Crew {
 public:
  using Work = std::function<Status(std::stop_token)>;

  // A stop of `outer` stops the crew. Its threads take part in `clock`, which must outlive it.
  explicit Crew(std::stop_token outer = {}, Clock& clock = steady_clock());
  ~Crew();  // stops and joins what still runs
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Runs `work` in a thread named `name` (its first 15 bytes show in debuggers). When it fails, or
  // throws (a bug, reported as kInternal), the crew stops and that first error is kept, with the
  // name in front only for kInternal. A thread that cannot be started counts as one that failed.
  // The thread takes no signals (except for its own faults): they go to the threads outside the
  // crew.
  void add(const std::string& name, Work work) PENSTOCK_EXCLUDES(mutex_);
  // For threads that are welcome, but not needed: one that cannot be started is told to the caller,
  // and the crew goes on.
  Status try_add(const std::string& name, Work work) PENSTOCK_EXCLUDES(mutex_);

  // The token that work should heed; also given to each Work.
  std::stop_token token() const { return stop_.get_token(); }
  void stop() { stop_.request_stop(); }

  // Waits until every thread has ended. The first error; else kCancelled when a stop was requested
  // (by stop() or from outside); else success. Further calls give the same answer.
  Status join() PENSTOCK_EXCLUDES(mutex_);

 private:
  struct StopOnRequest {
    std::stop_source& source;
    void operator()() const { source.request_stop(); }
  };

  void run(const std::string& name, const Work& work) noexcept;
  void record(const std::string& name, Error error) PENSTOCK_EXCLUDES(mutex_);
  void join_all() PENSTOCK_EXCLUDES(mutex_);

  Clock& clock_;
  std::stop_source stop_;
  std::stop_callback<StopOnRequest> outer_link_;
  Mutex mutex_;
  std::optional<Error> first_error_ PENSTOCK_GUARDED_BY(mutex_);
  std::optional<Status> answer_;  // of join(), once given
  std::vector<std::thread> threads_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
