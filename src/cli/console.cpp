#include "cli/console.h"

#include <array>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/quote.h"

namespace penstock::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

// What cannot be told to anybody is dropped: a full or closed standard error must not stop the
// work.
void write_quietly(int fd, std::string_view text) { (void)write_full(fd, as_bytes(text), ""); }

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

Console::Console(int fd) : fd_(fd), is_terminal_(::isatty(fd) == 1) {}

Status Console::open_log(const std::string& path) {
  log_ = UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!log_) return fail_errno("open the log file " + path, errno);
  return {};
}

void Console::error(const Error& error) {
  const std::string text = prefix_ + printable(error.message);
  log("error", text);
  show(text);
}

void Console::defer_notices() {
  Lock lock(mutex_);
  deferring_ = true;
}

void Console::release_notices() {
  std::vector<std::string> released;
  {
    Lock lock(mutex_);
    deferring_ = false;
    released.swap(waiting_);
  }
  for (const std::string& text : released) notice(text);
}

bool Console::deferred(std::string_view notice) {
  Lock lock(mutex_);
  if (deferring_) waiting_.emplace_back(notice);
  return deferring_;
}

void Console::notice(std::string_view text) {
  if (deferred(text)) return;
  const std::string whole = prefix_ + printable(text);
  log("notice", whole);
  if (!quiet_) show(whole);
}

void Console::detail(std::string_view text) {
  const std::string whole = prefix_ + printable(text);
  log("detail", whole);
  if (verbose_ && !quiet_) show(whole);
}

void Console::summary(std::string_view text) {
  const std::string whole = printable(text);
  log("summary", whole);
  if (!quiet_) show(whole);
}

void Console::line(std::string_view text) { show(text); }

unsigned Console::width() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void Console::show(std::string_view text) {
  Lock lock(mutex_);
  std::string out;
  if (!bar_.empty()) out += kEraseLine;
  out.append(text).push_back('\n');
  out += bar_;
  write_quietly(fd_, out);
}

void Console::bar(std::string_view text) {
  Lock lock(mutex_);
  if (bar_held_ || text == bar_) return;
  bar_ = text;
  write_quietly(fd_, std::string(kEraseLine).append(text));
}

void Console::hold_bar(bool held) {
  Lock lock(mutex_);
  bar_held_ = held;
  if (!held || bar_.empty()) return;
  bar_.clear();
  write_quietly(fd_, kEraseLine);
}

void Console::log(std::string_view kind, std::string_view text) {
  if (!log_) return;
  std::string out = utc_now();
  out.append(" ").append(kind).append(" ").append(text).push_back('\n');
  Lock lock(mutex_);
  write_quietly(log_.get(), out);
}

}  // namespace penstock::cli
