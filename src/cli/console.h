// Everything penstock tells a person while it works: messages on standard error, the progress bar
// below them, and the log file. Standard output belongs to results (archives, lists, --json).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "files/unique_fd.h"

namespace penstock::cli {

// Messages read "penstock: <operation>: <text>" and are made printable (quote.h); each is written
// with one call, above the bar, which is drawn again. Threads: any, after the setters.
class Console {
 public:
  // Writes to `fd`, which must stay open; tests give a pipe.
  explicit Console(int fd);

  void set_operation(std::string_view operation) {
    prefix_ = "penstock: " + std::string(operation) + ": ";
  }
  void set_quiet(bool quiet) { quiet_ = quiet; }
  void set_verbose(bool verbose) { verbose_ = verbose; }
  // Appends every message, with its time (UTC), whatever --quiet says.
  Status open_log(const std::string& path);

  // From here on notices wait: they are worth knowing only if the work begins. Those that are
  // never released are dropped.
  void defer_notices() PENSTOCK_EXCLUDES(mutex_);
  void release_notices() PENSTOCK_EXCLUDES(mutex_);

  void error(const Error& error);       // always shown
  void notice(std::string_view text);   // not with --quiet
  void detail(std::string_view text);   // only with --verbose
  void summary(std::string_view text);  // a notice without prefix
  void line(std::string_view text);     // as it is, always (progress lines, tables)

  bool is_terminal() const { return is_terminal_; }
  unsigned width() const;  // columns; 80 when unknown

  // Draws `text` (which must fit into width()) as the last line, replacing the bar there.
  void bar(std::string_view text) PENSTOCK_EXCLUDES(mutex_);
  void clear_bar() { bar(""); }
  // While held, the bar is away and bar() does nothing: somebody else uses the terminal.
  void hold_bar(bool held) PENSTOCK_EXCLUDES(mutex_);

 private:
  bool deferred(std::string_view notice) PENSTOCK_EXCLUDES(mutex_);
  void show(std::string_view text) PENSTOCK_EXCLUDES(mutex_);
  void log(std::string_view kind, std::string_view text) PENSTOCK_EXCLUDES(mutex_);

  int fd_;
  bool is_terminal_;
  bool quiet_ = false;
  bool verbose_ = false;
  std::string prefix_ = "penstock: ";
  UniqueFd log_;
  Mutex mutex_;
  std::string bar_ PENSTOCK_GUARDED_BY(mutex_);
  bool bar_held_ PENSTOCK_GUARDED_BY(mutex_) = false;
  bool deferring_ PENSTOCK_GUARDED_BY(mutex_) = false;
  std::vector<std::string> waiting_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock::cli
