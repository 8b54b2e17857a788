// SIGINT, SIGTERM and SIGHUP as a stop request; a second one ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

#include <signal.h>

#include "penstock/error.h"

#include "files/unique_fd.h"

namespace penstock::cli {

// Blocks the signals for the whole process and waits for them on a thread of its own (signalfd: no
// handler runs, so nothing has to be async-signal-safe). A signal that was ignored at the start, as
// under nohup, stays ignored. Create one, before any other thread.
class Signals {
 public:
  static Result<std::unique_ptr<Signals>> watch();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Stopped by the first signal.
  std::stop_token stop() const { return stop_.get_token(); }
  // Becomes readable with the first signal, for whoever waits in poll() (a password prompt).
  int stop_fd() const { return stopped_.get(); }

 private:
  Signals() = default;
  void run();

  UniqueFd signals_;
  UniqueFd stopped_;  // eventfd: a signal came
  UniqueFd done_;     // eventfd: the thread may end
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace penstock::cli
