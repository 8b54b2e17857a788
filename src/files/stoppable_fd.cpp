#include "files/stoppable_fd.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <functional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/narrow.h"
#include "files/once_event.h"
#include "files/unique_fd.h"

namespace penstock {

namespace {

// A descriptor that is ready takes so much without blocking (pipe(7)).
constexpr std::size_t kSafeBytes = PIPE_BUF;

}  // namespace

struct StoppableFd::State {
  State(int watched, OnceEvent stop_event, std::stop_token token)
      : fd(watched),
        stopped(std::move(stop_event)),
        stop(std::move(token)),
        on_stop(stop, [this] { cancel(); }) {}

  void cancel() {
    if (!cancelled.test_and_set()) stopped.happen();
  }

  // Until `fd` is ready for `events`, or broken (which the next call will tell).
  Status wait(short events, std::string_view what) const;

  int fd;
  UniqueFd own;  // see own_description(); then it is fd
  OnceEvent stopped;
  std::atomic_flag cancelled;
  std::stop_token stop;
  bool waits = true;  // not a regular file or block device
  std::stop_callback<std::function<void()>> on_stop;
};

Status StoppableFd::State::wait(short events, std::string_view what) const {
  std::array<pollfd, 2> both{pollfd{stopped.fd(), POLLIN, 0}, pollfd{fd, events, 0}};
  while (::poll(both.data(), both.size(), -1) < 0)
    if (errno != EINTR) return fail_errno(what, errno);
  if (both[0].revents != 0) return fail(Code::kCancelled, std::string(what) + ": cancelled");
  return {};
}

namespace {

// The same pipe or device, opened once more for us alone, so that writes may be non-blocking
// without others seeing it, and of any size: PIPE_BUF at a time costs a system call or two for
// every 4 KiB. Nothing where that cannot be had (a socket, another user's pipe, no /proc), and not
// for reading: who opens a named pipe after its last writer has gone is never told of its end, and
// a read() takes what is there without blocking anyway.
UniqueFd own_description(int fd, const struct stat& status) {
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return {};
  const int mode = ::fcntl(fd, F_GETFL) & O_ACCMODE;
  if (mode != O_WRONLY) return {};  // also both ends of a FIFO, or a terminal
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return UniqueFd(::open(path.c_str(), mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

StoppableFd::StoppableFd(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoppableFd::~StoppableFd() = default;
StoppableFd::StoppableFd(StoppableFd&&) noexcept = default;
StoppableFd& StoppableFd::operator=(StoppableFd&&) noexcept = default;

Result<StoppableFd> StoppableFd::create(int fd, std::stop_token stop) {
  PENSTOCK_TRY(OnceEvent event, OnceEvent::create());
  auto state = std::make_unique<State>(fd, std::move(event), std::move(stop));
  struct stat status {};
  if (::fstat(fd, &status) == 0)
    state->waits = !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode);
  state->own = own_description(fd, status);
  if (state->own) state->fd = state->own.get();
  return StoppableFd(std::move(state));
}

void StoppableFd::cancel() { state_->cancel(); }

Result<std::size_t> StoppableFd::read_least(std::size_t least, MutableBytes out,
                                            std::string_view what) {
  if (!state_->waits) return penstock::read_full(state_->fd, out, what);
  std::size_t done = 0;
  while (done < least) {
    PENSTOCK_CHECK(state_->wait(POLLIN, what));
    const MutableBytes rest = out.subspan(done);
    const ssize_t got = ::read(state_->fd, rest.data(), rest.size());
    if (got == 0) break;
    if (got > 0)
      done += narrow<std::size_t>(got);
    else if (errno != EINTR && errno != EAGAIN)
      return fail_errno(what, errno);
  }
  return done;
}

Status StoppableFd::write_full(Bytes data, std::string_view what) {
  if (!state_->waits) return penstock::write_full(state_->fd, data, what);
  while (!data.empty()) {
    PENSTOCK_CHECK(state_->wait(POLLOUT, what));
    const std::size_t most = state_->own ? data.size() : std::min(data.size(), kSafeBytes);
    const ssize_t written = ::write(state_->fd, data.data(), most);
    if (written == 0) return fail_errno(what, ENOSPC);
    if (written > 0)
      data = data.subspan(narrow<std::size_t>(written));
    else if (errno != EINTR && errno != EAGAIN)
      return fail_errno(what, errno);
  }
  return {};
}

}  // namespace penstock
