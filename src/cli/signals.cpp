#include "cli/signals.h"

#include <array>
#include <cerrno>
#include <memory>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/exit_code.h"

namespace penstock::cli {
namespace {

// Those of our signals that the parent did not tell us to ignore: a blocked signal would reach a
// signalfd although it is ignored.
sigset_t wanted_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, number);
  }
  return set;
}

void raise_event(const UniqueFd& event) { (void)eventfd_write(event.get(), 1); }

}  // namespace

Result<std::unique_ptr<Signals>> Signals::watch() {
  auto self = std::unique_ptr<Signals>(new Signals);
  const sigset_t set = wanted_signals();
  self->signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
  self->stopped_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  self->done_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!self->signals_ || !self->stopped_ || !self->done_)
    return fail_errno("watch for signals", errno);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0)
    return fail_errno("block signals", error);
  self->thread_ = std::jthread([raw = self.get()] { raw->run(); });
  return self;
}

Signals::~Signals() {
  if (thread_.joinable()) raise_event(done_);
}

void Signals::run() {
  std::array<pollfd, 2> waits{pollfd{signals_.get(), POLLIN, 0}, pollfd{done_.get(), POLLIN, 0}};
  while (true) {
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;  // EINTR
    if (waits[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
    if (!stop_.request_stop()) ::_exit(kExitCancelled);  // the second one
    raise_event(stopped_);
  }
}

}  // namespace penstock::cli
