// SIGINT, SIGTERM and SIGHUP as a stop request, once somebody heeds it; a second one ends the
// process at once, and so does the first one when nobody does.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

#include <signal.h>

#include "penstock/error.h"

#include "files/once_event.h"

namespace penstock::cli {

// The handler only counts into an eventfd; a thread of its own does what follows. Interrupted calls
// of other threads are restarted (SA_RESTART). A signal that was ignored at the start, as under
// nohup, stays ignored. One at a time; destroy it when the other threads are gone: signals that
// come later are swallowed, because the work is done and its exit code must be told.
class Signals {
 public:
  static Result<std::unique_ptr<Signals>> watch();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Stopped by the first signal. Whoever asks for it promises to heed it: until then (options,
  // password files) nothing is at stake, and a signal ends the process, whatever it waits for.
  std::stop_token stop() {
    heeded_ = true;
    return stop_.get_token();
  }
  // Becomes readable with the first signal, for whoever waits in poll() (a password prompt).
  int stop_fd() {
    heeded_ = true;
    return stopped_.fd();
  }

 private:
  Signals(OnceEvent stopped, OnceEvent done)
      : stopped_(std::move(stopped)), done_(std::move(done)) {}
  void run();

  std::atomic<bool> heeded_{false};
  OnceEvent stopped_;  // to stop_fd()
  OnceEvent done_;     // the thread may end
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace penstock::cli
