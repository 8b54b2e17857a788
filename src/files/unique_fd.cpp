#include "files/unique_fd.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/narrow.h"

namespace penstock {
namespace {

// The most that Linux moves in one call; more is cut short anyway.
constexpr std::size_t kMostPerCall = std::size_t{1} << 30;

// Waits until a descriptor that somebody else made non-blocking is ready again.
void wait_ready(int fd, short events) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  poll(&waiting, 1, -1);
}

// Whether a call that failed with errno can be made again, having waited for `events`; for none
// nobody waits.
bool again(int fd, short events) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN || events == 0) return false;
  wait_ready(fd, events);
  return true;
}

// Calls `move(rest, done)` until all of `bytes` went through or it returns 0 (end of file).
template <class Span, class Move>
Result<std::size_t> move_all(int fd, Span bytes, short events, std::string_view what, Move move) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.subspan(done, std::min(bytes.size() - done, kMostPerCall));
    const ssize_t moved = move(rest, done);
    if (moved == 0) break;
    if (moved > 0)
      done += narrow<std::size_t>(moved);
    else if (!again(fd, events))
      return fail_errno(what, errno);
  }
  return done;
}

Status all_written(Result<std::size_t> written, std::size_t wanted, std::string_view what) {
  PENSTOCK_TRY(const std::size_t done, std::move(written));
  if (done < wanted) return fail_errno(what, ENOSPC);  // a device that takes nothing more
  return {};
}

// A file without a name in `directory`, by O_TMPFILE or by removing the name at once.
UniqueFd unnamed_file_in(const std::string& directory) {
  UniqueFd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::string name = directory + "/penstock-XXXXXX";
  file = UniqueFd(mkostemp(name.data(), O_CLOEXEC));
  if (file) unlink(name.c_str());
  return file;
}

}  // namespace

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Status UniqueFd::close() {
  const int fd = std::exchange(fd_, -1);
  // After EINTR the descriptor is closed on Linux: trying again could close somebody else's.
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return fail_errno("close", errno);
  return {};
}

Result<std::size_t> read_full(int fd, MutableBytes out, std::string_view what) {
  return move_all(fd, out, POLLIN, what, [fd](MutableBytes rest, std::size_t) {
    return ::read(fd, rest.data(), rest.size());
  });
}

Result<std::size_t> read_full_at(int fd, std::uint64_t offset, MutableBytes out,
                                 std::string_view what) {
  return move_all(fd, out, 0, what, [fd, offset](MutableBytes rest, std::size_t done) {
    return ::pread(fd, rest.data(), rest.size(), narrow<off_t>(offset + done));
  });
}

Status write_full(int fd, Bytes data, std::string_view what) {
  return all_written(
      move_all(fd, data, POLLOUT, what,
               [fd](Bytes rest, std::size_t) { return ::write(fd, rest.data(), rest.size()); }),
      data.size(), what);
}

Status write_full_at(int fd, std::uint64_t offset, Bytes data, std::string_view what) {
  return all_written(move_all(fd, data, 0, what,
                              [fd, offset](Bytes rest, std::size_t done) {
                                return ::pwrite(fd, rest.data(), rest.size(),
                                                narrow<off_t>(offset + done));
                              }),
                     data.size(), what);
}

Result<UniqueFd> unnamed_temporary_file() {
  // /var/tmp before /tmp: the latter is often memory, which is what we are running out of.
  std::string tried;
  for (const char* directory :
       {static_cast<const char*>(std::getenv("TMPDIR")), "/var/tmp", "/tmp"}) {
    if (directory == nullptr || *directory == '\0') continue;
    if (UniqueFd file = unnamed_file_in(directory)) return file;
    tried = directory;
  }
  return fail_errno("make a temporary file in " + tried, errno);
}

}  // namespace penstock
