// Shows what a running operation does: its problems and notices at once, its progress now and then.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "penstock/observer.h"

#include "base/mutex.h"
#include "cli/console.h"
#include "cli/progress_line.h"
#include "flow/crew.h"

namespace penstock::cli {

enum class ProgressStyle { kNone, kBar, kPlain, kJson };
// Which counter of Progress is contents and which the archive; kMoving: there is no archive.
enum class Direction { kPacking, kUnpacking, kMoving };

// The Observer of an operation, and a thread that reads its counters until finish(). Threads: as
// Observer.
class Reporter final : public Observer {
 public:
  // Starts the thread unless `style` is kNone. All must outlive the reporter.
  Reporter(Console& console, const Progress& progress, ProgressStyle style, Direction direction,
           std::string_view operation);
  ~Reporter() override { finish(); }

  void problem(const Error& error) override {
    problems_.fetch_add(1, std::memory_order_relaxed);
    console_.error(error);
  }
  // Told so far.
  std::uint64_t problems() const { return problems_.load(std::memory_order_relaxed); }
  void notice(std::string_view text) override;
  // Releases the console's notices, then does what on_start() was given.
  Status started() override;
  void done(std::string_view name) override;
  // Before the operation begins.
  void on_start(std::function<Status()> action) { on_start_ = std::move(action); }

  // Erases the bar (json: writes the last line). Nothing is shown after it.
  void finish();
  std::chrono::nanoseconds elapsed() const { return Clock::now() - start_; }

 private:
  using Clock = std::chrono::steady_clock;
  Standing standing();
  void run(const std::stop_token& stop);
  void show();

  Console& console_;
  const Progress& progress_;
  ProgressStyle style_;
  Direction direction_;
  std::string operation_;
  std::function<Status()> on_start_;
  std::atomic<std::uint64_t> problems_{0};
  Clock::time_point start_ = Clock::now();
  RateEstimate rate_;  // the thread's, then finish()'s
  Mutex mutex_;
  Condition wake_;
  // With the one thread, if it is wanted and not yet finished.
  std::optional<Crew> crew_;
};

}  // namespace penstock::cli
