#include "files/list_reader.h"

#include <cerrno>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "files/stoppable_fd.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::size_t kLongestListedPath = std::size_t{1} << 20;

class Lines {
 public:
  Lines(const std::string& list, const std::function<Status(std::string_view)>& use)
      : list_(list), use_(use) {}

  Status take(std::string_view text) {
    if (!separator_) separator_ = text.find('\0') == std::string_view::npos ? '\n' : '\0';
    for (;;) {
      const std::size_t end = text.find(*separator_);
      if (end == std::string_view::npos) return keep(text);
      PENSTOCK_CHECK(finish(text.substr(0, end)));
      text.remove_prefix(end + 1);
    }
  }
  Status end() { return finish({}); }

 private:
  Status keep(std::string_view part) {
    if (begun_.size() + part.size() > kLongestListedPath)
      return fail(Code::kInvalid, "read " + list_ + ": a line is over 1 MiB");
    begun_ += part;
    return {};
  }
  Status finish(std::string_view rest) {
    PENSTOCK_CHECK(keep(rest));
    std::string_view line = begun_;
    if (separator_ == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\0') != std::string_view::npos)
      return fail(Code::kInvalid, "read " + list_ + ": a NUL in a line");
    const Status used = line.empty() ? Status() : use_(line);
    begun_.clear();
    return used;
  }

  const std::string& list_;
  const std::function<Status(std::string_view)>& use_;
  std::optional<char> separator_;
  std::string begun_;  // what came of a path so far
};

}  // namespace

Status read_list(const std::string& list, const std::stop_token& stop,
                 const std::function<Status(std::string_view)>& use) {
  UniqueFd file;
  if (list != "-") {
    // Opening a named pipe would wait for its writer, and no stop would end that.
    file = UniqueFd(::open(list.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return fail_errno("open " + list, errno);
  }
  PENSTOCK_TRY(StoppableFd input, StoppableFd::create(file ? file.get() : STDIN_FILENO, stop));
  std::vector<std::byte> buffer(kReadBytes);
  Lines lines(list, use);
  for (;;) {
    // What uses a path takes its time, too: a file's status over a network, say.
    if (stop.stop_requested()) return fail(Code::kCancelled, "read " + list + ": cancelled");
    PENSTOCK_TRY(const std::size_t got, input.read_full(buffer, "read " + list));
    if (got == 0) return lines.end();
    PENSTOCK_CHECK(lines.take(as_text(Bytes(buffer).first(got))));
  }
}

}  // namespace penstock
