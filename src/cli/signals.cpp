#include "cli/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli/exit_code.h"
#include "cli/password.h"

namespace penstock::cli {
namespace {

constexpr std::array kWanted{SIGINT, SIGTERM, SIGHUP};

// Where the handler counts, made once and never closed: a handler may run at any time.
std::atomic<int> event_of_handler{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler reads it");

Status make_event_of_handler() {
  eventfd_t left = 0;  // what came when nobody watched any more
  if (event_of_handler >= 0) return (void)eventfd_read(event_of_handler, &left), Status();
  event_of_handler = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_of_handler < 0) return fail_errno("watch for signals", errno);
  return {};
}

// Async-signal-safe: one write(2), errno kept.
void count_signal(int) {
  const int kept = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_of_handler.load(), &one, sizeof one);
  errno = kept;
}

void set_handler(int number, void (*handler)(int)) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;  // what the parent told us to ignore
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

}  // namespace

Result<std::unique_ptr<Signals>> Signals::watch() {
  PENSTOCK_CHECK(make_event_of_handler());
  PENSTOCK_TRY(OnceEvent stopped, OnceEvent::create());
  PENSTOCK_TRY(OnceEvent done, OnceEvent::create());
  auto self = std::unique_ptr<Signals>(new Signals(std::move(stopped), std::move(done)));
  try {
    self->thread_ = std::jthread([raw = self.get()] { raw->run(); });
  } catch (const std::system_error& error) {  // as Crew does: the limit of threads is reached
    return fail_errno("start the thread that watches for signals", error.code().value());
  }
  for (const int number : kWanted) set_handler(number, count_signal);
  return self;
}

Signals::~Signals() {
  if (!thread_.joinable()) return;
  done_.happen();
}

void Signals::run() {
  const int signals = event_of_handler;
  std::array<pollfd, 2> waits{pollfd{signals, POLLIN, 0}, pollfd{done_.fd(), POLLIN, 0}};
  std::uint64_t seen = 0;
  while (true) {
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;  // EINTR
    if (waits[1].revents != 0) return;
    eventfd_t came = 0;
    if (eventfd_read(signals, &came) != 0) continue;
    seen += came;
    if (seen > 1 || !heeded_) {
      restore_terminal();
      ::_exit(kExitCancelled);
    }
    stop_.request_stop();
    stopped_.happen();
  }
}

}  // namespace penstock::cli
