// Sets the process up and hands over to cli::run().
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/exit_code.h"

namespace {

// Walks and wide extractions hold many directories open at a time.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// A standard descriptor that the caller had closed must not become one of our own: messages and
// data would go where nobody means them to. Opened so, reading ends at once and writing fails.
void fill_standard_descriptors() {
  int fd = ::open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDONLY);
  if (fd >= 0) ::close(fd);
}

void set_up_process() {
  fill_standard_descriptors();
  raise_open_files();
  // A reader that went away is an error of write(), told as such.
  std::signal(SIGPIPE, SIG_IGN);
  // One arena per thread would keep tens of MiB that nobody uses; big blocks come from a pool
  // anyway.
  mallopt(M_ARENA_MAX, 2);
}

const char* variable(const std::string& name) { return std::getenv(name.c_str()); }

}  // namespace

int main(int argc, char** argv) {
  set_up_process();
  penstock::cli::Console console(STDERR_FILENO);
  const auto signals = penstock::cli::Signals::watch();
  if (!signals) {
    console.error(signals.error());
    return penstock::cli::exit_code(signals.error().code);
  }
  return penstock::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc}, variable, console, **signals);
}
