// SIGINT, SIGTERM and SIGHUP as a stop request; a second one ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

#include <signal.h>

#include "penstock/error.h"

#include "files/unique_fd.h"

namespace penstock::cli {

// The handler only counts into an eventfd; a thread of its own does what follows. Interrupted calls
// of other threads are restarted (SA_RESTART). A signal that was ignored at the start, as under
// nohup, stays ignored. One at a time; destroy it when the other threads are gone.
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

  // eventfds:
  UniqueFd signals_;  // from the handler: how many came
  UniqueFd stopped_;  // to stop_fd()
  UniqueFd done_;     // the thread may end
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace penstock::cli
