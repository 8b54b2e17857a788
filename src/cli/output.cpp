#include "cli/output.h"

#include <cerrno>

#include <unistd.h>

namespace penstock::cli {
namespace {

constexpr std::string_view kClosedPipe = "the reader of the standard output went away";

Status write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno == EPIPE)
      return fail(Code::kIo, std::string(kClosedPipe));
    else if (errno != EINTR)
      return fail_errno("write the standard output", errno);
  }
  return {};
}

}  // namespace

Status print(std::string_view text) { return write_all(STDOUT_FILENO, text); }

Status Output::flush() {
  const Status status = write_all(fd_, buffer_);
  buffer_.clear();
  return status;
}

bool is_closed_pipe(const Error& error) {
  return error.code == Code::kIo && std::string_view(error.message).ends_with(kClosedPipe);
}

}  // namespace penstock::cli
