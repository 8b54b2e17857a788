#include "files/once_event.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace penstock {

Result<OnceEvent> OnceEvent::create() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("make a pipe", errno);
  return OnceEvent(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

}  // namespace penstock
