#include "transfer/push_file.h"

#include <cerrno>
#include <ctime>
#include <utility>

#include <fcntl.h>

namespace penstock {
namespace {

constexpr int kReadNow = O_RDONLY | O_NONBLOCK | O_NOCTTY;

Result<UniqueFd> open_fd(const PushFile& file) {
  const WalkItem& item = file.item;
  if (!file.follow) {
    auto opened = item.root->open_file(item.path, kReadNow);
    if (!opened) return fail(std::move(opened).error().within(item.shown));
    return opened;
  }
  UniqueFd fd(::openat(item.root->fd(), item.path.c_str(), kReadNow | O_CLOEXEC));
  if (!fd) return fail_errno("open " + item.shown, errno);
  return fd;
}

// File systems stamp with the coarse clock: whoever writes after this gets this time or a later
// one.
std::int64_t stamp_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return nanoseconds_of(now);
}

}  // namespace

FileIdentity OpenedFile::remembered() const {
  FileIdentity known = identity;
  if (!settled) known.ctime_ns = 0;  // matches no file: the next push reads it
  return known;
}

Result<OpenedFile> open_to_push(const PushFile& file) {
  PENSTOCK_TRY(UniqueFd fd, open_fd(file));
  OpenedFile opened{std::move(fd), {}, {}, false};
  const std::int64_t now = stamp_now();
  if (::fstat(opened.fd.get(), &opened.status) != 0)
    return fail_errno("stat " + file.item.shown, errno);
  if (!S_ISREG(opened.status.st_mode)) return changed_while_read(file.item.shown);
  opened.identity = identity_of(opened.status);
  opened.settled = opened.identity.ctime_ns < now;
  return opened;
}

Status check_same(const OpenedFile& opened, const std::string& shown) {
  struct stat now {};
  if (::fstat(opened.fd.get(), &now) != 0) return fail_errno("stat " + shown, errno);
  if (identity_of(now) != opened.identity) return changed_while_read(shown);
  return {};
}

Failure changed_while_read(const std::string& shown) {
  return fail(Code::kChanged, shown + ": changed while it was read", Retry::kLater);
}

}  // namespace penstock
