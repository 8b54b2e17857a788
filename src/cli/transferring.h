// What push, pull and check share: their settings, and the run around an operation of src/transfer.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/observer.h"

#include "cli/command.h"
#include "cli/metrics_file.h"
#include "cli/report.h"
#include "cli/reporter.h"
#include "cli/route.h"
#include "cli/settings.h"
#include "cli/transfer_settings.h"
#include "transfer/pull.h"
#include "transfer/push.h"

namespace penstock::cli {

// Whether an operand is a URL and no path.
bool is_remote(const std::string& place);
// The sources of a transfer as the walk wants them: one directory alone stands for what is in it,
// as in other tools that sync; several are told apart by their names.
std::vector<std::string> as_sources(std::vector<std::string> operands);
// Where the journal of pushes to `place` lies: below $XDG_STATE_HOME or ~/.local/state, in a
// directory that only the user may enter, made here. Empty when there is no such place.
std::string journal_path(const std::string& place);

inline std::uint64_t unchanged_of(const PushReport& report) { return report.unchanged; }
inline std::uint64_t unchanged_of(const PullReport& report) { return report.skipped; }

class Transferring {
 public:
  StoreSettings stores;
  LimitSettings limits;
  GeneralSettings general;
  ReportSettings report;
  std::string metrics_file;  // --metrics-file

  OptionGroup report_options();
  // With --metrics-file.
  OptionGroup measured_report_options();
  // The settings that every run begins with.
  Status settle(Console& console) const { return general.apply(console); }
  bool measures() const { return report.stats || report.json; }

  // `operation(observer, progress, stop)` with progress shown. Its result.
  template <class Operation>
  auto run(std::string_view name, Surroundings& around, Operation operation) {
    Progress progress;
    Reporter reporter(around.console, progress, report.style(around.console, general.quiet),
                      Direction::kMoving, name);
    auto result = operation(reporter, progress, around.signals.stop());
    reporter.finish();
    return result;
  }
  // The same, and what happens on `route` is told in the metrics file, if there is to be one.
  template <class Operation>
  auto run(std::string_view name, Surroundings& around, const Route& route, Operation operation) {
    return run(
        name, around,
        [&](Reporter& reporter, Progress& progress,
            std::stop_token stop) -> decltype(operation(reporter, progress, stop)) {
          MetricsFile metrics(metrics_file, {name, progress, reporter, route}, around.console);
          PENSTOCK_CHECK(metrics.begin());
          auto result = operation(reporter, progress, std::move(stop));
          metrics.finish(result ? std::optional(unchanged_of(*result)) : std::nullopt);
          return result;
        });
  }
};

}  // namespace penstock::cli
