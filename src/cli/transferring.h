// What push, pull and check share: their settings, and the run around an operation of src/transfer.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/observer.h"

#include "cli/command.h"
#include "cli/report.h"
#include "cli/reporter.h"
#include "cli/route.h"
#include "cli/settings.h"
#include "cli/transfer_settings.h"

namespace penstock::cli {

// Whether an operand is a URL and no path.
bool is_remote(const std::string& place);
// The sources of a transfer as the walk wants them: one directory alone stands for what is in it,
// as in other tools that sync; several are told apart by their names.
std::vector<std::string> as_sources(std::vector<std::string> operands);
// Where the journal of pushes to `place` lies: below $XDG_STATE_HOME or ~/.local/state, in a
// directory that only the user may enter, made here. Empty when there is no such place.
std::string journal_path(const std::string& place);

class Transferring {
 public:
  StoreSettings stores;
  LimitSettings limits;
  GeneralSettings general;
  ReportSettings report;

  OptionGroup report_options();
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
};

}  // namespace penstock::cli
