// --metrics-file: what a transfer does, in the text format of Prometheus, for the textfile
// collector of its node_exporter or anything else that reads it. Names, types and units:
// docs/formats/metrics.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "base/mutex.h"
#include "cli/console.h"
#include "cli/reporter.h"
#include "cli/route.h"
#include "flow/crew.h"
#include "flow/gate.h"
#include "flow/request_tally.h"

namespace penstock::cli {

// One look at all that is told.
struct Metrics {
  std::string_view operation;
  bool running = false;
  bool succeeded = false;
  std::chrono::seconds started{};  // since 1970
  std::chrono::nanoseconds elapsed{};
  std::uint64_t files_done = 0;
  std::optional<std::uint64_t> files_unchanged = {};  // of files_done; known at the end
  std::uint64_t files_failed = 0;
  std::uint64_t files_expected = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_moved = 0;
  std::uint64_t bytes_expected = 0;
  std::uint64_t retried = 0;
  RequestTally::Seen requests;
  Gate::Snapshot gate;
};

// All lines, each with its end.
std::string metrics_text(const Metrics& metrics);

// Replaced as a whole, so that nobody reads half of it. No name, place or key is in it.
class MetricsFile {
 public:
  struct Sources {
    std::string_view operation;
    const Progress& progress;
    const Reporter& reporter;
    const Route& route;
  };

  // Without a path it does nothing. All must outlive it.
  MetricsFile(std::string path, const Sources& sources, Console& console);

  // Writes it for the first time, and then once a second, by a thread of its own.
  Status begin();
  // Writes it for the last time. What cannot be written is told, and no failure of the transfer.
  // `files_unchanged`: of a transfer that has come to its end.
  void finish(std::optional<std::uint64_t> files_unchanged);

 private:
  Metrics look() const;
  Status write(const Metrics& metrics) const;
  void run(const std::stop_token& stop);

  const std::string path_;
  const Sources sources_;
  Console& console_;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  Mutex mutex_;
  Condition wake_;
  std::optional<Crew> crew_;  // with the one thread, while it runs
};

}  // namespace penstock::cli
