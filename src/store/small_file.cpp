#include "store/small_file.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/narrow.h"
#include "base/quote.h"
#include "files/unique_fd.h"

namespace penstock {

Result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  const std::string step = "read " + printable(path);
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail_errno(step, errno);
  std::string content(kMostBytes + 1, '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = read(file.get(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(step, errno);
    if (got == 0) break;
    filled += to_u64(got);
  }
  if (filled > kMostBytes) return fail(Code::kInvalid, step + ": it has more than 1 MiB");
  content.resize(filled);
  return content;
}

}  // namespace penstock
