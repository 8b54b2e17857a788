#include "cli/password.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mutex.h"
#include "crypto/random.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kMaxBytes = 1024;
constexpr std::size_t kSafeBytes = 16;

// Room for a line; wiped when it goes.
struct LineBuffer {
  std::array<std::byte, kMaxBytes + 2> bytes{};
  std::size_t size = 0;

  LineBuffer() = default;
  ~LineBuffer() { wipe(bytes); }
  LineBuffer(const LineBuffer&) = delete;
  LineBuffer& operator=(const LineBuffer&) = delete;

  MutableBytes free() { return MutableBytes(bytes).subspan(size); }
  std::string_view text() const { return as_text(Bytes(bytes).first(size)); }
  bool complete() const {
    return size == bytes.size() || text().find('\n') != std::string_view::npos;
  }
};

// The first line of what was read, as a secret.
Result<Secret> first_line(const LineBuffer& buffer, const std::string& where) {
  std::string_view line = buffer.text().substr(0, buffer.text().find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty())
    return fail(Code::kInvalid, where + ": the password (first line) is empty: give one");
  if (line.size() > kMaxBytes)
    return fail(Code::kInvalid, where + ": the password is longer than 1024 bytes");
  if (line.find('\0') != std::string_view::npos)
    return fail(Code::kInvalid, where + ": the password holds a NUL byte, which no tool accepts");
  return Secret(as_bytes(line));
}

// One read into the buffer; true when more can come.
Result<bool> read_more(int fd, LineBuffer& buffer, const std::string& where) {
  const ssize_t got = ::read(fd, buffer.free().data(), buffer.free().size());
  if (got < 0 && errno == EINTR) return true;
  if (got < 0) return fail_errno("read " + where, errno);
  buffer.size += static_cast<std::size_t>(got);
  return got > 0;
}

void warn_when_readable(int fd, const std::string& path, Console& console) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0)
    console.notice("others may read the password file " + path + ": 'chmod 600 " + path +
                   "' stops that");
}

// The terminal whose echo is off, and how it was. Threads: any.
class EchoSwitch {
 public:
  void off(int fd) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    if (closed_ || ::tcgetattr(fd, &before_) != 0) return;
    fd_ = fd;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    (void)::tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  // `for_good`: off() does nothing any more.
  void on(bool for_good) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    closed_ = closed_ || for_good;
    if (fd_ >= 0) (void)::tcsetattr(std::exchange(fd_, -1), TCSAFLUSH, &before_);
  }

 private:
  Mutex mutex_;
  int fd_ PENSTOCK_GUARDED_BY(mutex_) = -1;
  bool closed_ PENSTOCK_GUARDED_BY(mutex_) = false;
  termios before_ PENSTOCK_GUARDED_BY(mutex_){};
};

EchoSwitch& echo() {
  static EchoSwitch only;
  return only;
}

// Echo off for as long as it lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) { echo().off(fd_); }
  ~SilentTerminal() {
    echo().on(false);
    (void)write_full(fd_, as_bytes("\n"), "");
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
};

// Waits until the terminal has something; kCancelled by a signal.
Status wait_for_input(int fd, int stop_fd) {
  std::array<pollfd, 2> waits{pollfd{stop_fd, POLLIN, 0}, pollfd{fd, POLLIN, 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0)
    if (errno != EINTR) return fail_errno("wait for the terminal", errno);
  if (waits[0].revents != 0) return fail(Code::kCancelled, "cancelled at the password prompt");
  return {};
}

Result<UniqueFd> open_terminal() {
  UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal)
    return fail(Code::kInvalid,
                "a password is needed and there is no terminal to ask on: give --password-file or "
                "--password-env");
  return terminal;
}

// The value of a variable, which is wiped where it stands: children and /proc/PID/environ do not
// show it any more. Empty when there is no such variable. One without a value is an error: whoever
// set it wants a password, and must not get an archive without one.
Result<std::optional<Secret>> take_variable(const std::string& name) {
  char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::optional<Secret>();
  if (*value == '\0')
    return fail(Code::kInvalid,
                "the password in " + name + " is empty: give the variable a value or unset it");
  const std::span<char> text(value, std::strlen(value));
  Secret secret(std::as_bytes(text));
  wipe(std::as_writable_bytes(text));
  return std::optional<Secret>(std::move(secret));
}

Result<Secret> ask_twice(Surroundings& around) {
  PENSTOCK_TRY(Secret first, ask_password("Password for the archive: ", around));
  PENSTOCK_TRY(const Secret second, ask_password("The same again: ", around));
  if (!std::ranges::equal(first.expose(), second.expose()))
    return fail(Code::kInvalid, "the two passwords differ: nothing was packed");
  return first;
}

}  // namespace

void PasswordSettings::add_to(OptionGroup& group) {
  group.options.push_back(
      {.name = "password-file",
       .value = "FILE",
       .help = "take the password from the first line of FILE (-: standard input)",
       .set = into_text(file),
       .needs_value = true,
       .complete = Complete::kFiles});
  group.options.push_back({.name = "password-env",
                           .value = "NAME",
                           .help =
                               "take the password from the environment variable NAME "
                               "(PENSTOCK_PASSWORD, when set, is taken without being asked for)",
                           .set = into_text(variable),
                           .needs_value = true});
}

Status PasswordSettings::check_one_source() const {
  const int sources = (file.empty() ? 0 : 1) + (variable.empty() ? 0 : 1) + (generate ? 1 : 0);
  if (sources > 1)
    return fail(Code::kInvalid,
                "give one of --password-file, --password-env and --generate-password, not several");
  return {};
}

Result<std::optional<Secret>> PasswordSettings::given(Surroundings& around) const {
  PENSTOCK_CHECK(check_one_source());
  forbid_core_dumps();
  if (!file.empty()) {
    PENSTOCK_TRY(Secret secret, read_password_file(file, around.console));
    return std::optional<Secret>(std::move(secret));
  }
  if (variable.empty()) return take_variable(std::string(kPasswordVariable));
  PENSTOCK_TRY(auto secret, take_variable(variable));
  if (!secret)
    return fail(Code::kInvalid, "--password-env: the variable " + variable +
                                    " is not set: set it, or give --password-file");
  return secret;
}

Result<std::optional<Secret>> PasswordSettings::for_packing(Surroundings& around) const {
  PENSTOCK_CHECK(check_one_source());
  if (generate) {
    forbid_core_dumps();
    PENSTOCK_TRY(Secret made, generate_password());
    return std::optional<Secret>(std::move(made));
  }
  PENSTOCK_TRY(std::optional<Secret> secret, given(around));
  if (!secret && encrypt) {
    PENSTOCK_TRY(secret, ask_twice(around));
  }
  if (secret && !weakness(secret->size()).empty()) around.console.notice(weakness(secret->size()));
  return secret;
}

Result<Secret> read_password_file(const std::string& path, Console& console) {
  const std::string where = "the password file " + path;
  UniqueFd opened;
  if (path != "-") {
    opened = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return fail_errno("open " + where, errno);
    warn_when_readable(opened.get(), path, console);
  }
  LineBuffer buffer;
  for (bool more = true; more && !buffer.complete();) {
    PENSTOCK_TRY(more, read_more(opened ? opened.get() : STDIN_FILENO, buffer, where));
  }
  return first_line(buffer, where);
}

Result<Secret> ask_password(const std::string& question, Surroundings& around) {
  forbid_core_dumps();
  PENSTOCK_TRY(const UniqueFd terminal, open_terminal());
  // Silent before the question is seen: an answer may come at once.
  const SilentTerminal silent(terminal.get());
  PENSTOCK_CHECK(write_full(terminal.get(), as_bytes(question), "ask for the password"));
  LineBuffer buffer;
  for (bool more = true; more && !buffer.complete();) {
    PENSTOCK_CHECK(wait_for_input(terminal.get(), around.signals.stop_fd()));
    PENSTOCK_TRY(more, read_more(terminal.get(), buffer, "the password"));
  }
  return first_line(buffer, "the terminal");
}

Status show_generated(const Secret& password) {
  std::string text = "penstock: the password, shown only once: ";
  // Never reallocated from here on: no unwiped copy stays behind.
  text.reserve(text.size() + password.size() + 1);
  text.append(as_text(password.expose())).push_back('\n');
  const Secret line(std::move(text));
  return write_full(STDERR_FILENO, line.expose(), "show the password");
}

std::string weakness(std::size_t password_bytes) {
  if (password_bytes >= kSafeBytes) return {};
  return "the password is short (" + std::to_string(password_bytes) +
         " bytes): AES ZIP makes each guess cost only 1,000 rounds of SHA-1, so use 20 random "
         "signs "
         "or --generate-password for what must stay secret";
}

void restore_terminal() { echo().on(true); }

void forbid_core_dumps() {
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  // A core pattern that pipes to a program is not bound by the limit.
  (void)::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace penstock::cli
