// What unpack and verify share: opening an archive nobody vouches for.
#pragma once

#include <functional>
#include <string>

#include "penstock/unpack.h"

#include "cli/password.h"
#include "cli/settings.h"

namespace penstock::cli {

// The options of both, and the run from password to report.
class Reading {
 public:
  using Operation = Result<UnpackReport> (*)(const UnpackOptions&, Observer&, Progress&,
                                             std::stop_token);

  UnpackOptions options;  // what the command itself adds to

  OptionGroup password_options();
  OptionGroup trust_options();
  void add_selection_to(OptionGroup& group);
  OptionGroup effort_options() { return effort_.options(); }
  OptionGroup report_options();
  OptionGroup general_options() { return general_.options(); }

  // Quiet, verbose, log file; the first operand as the archive, the others as patterns.
  Status settle(const std::vector<std::string>& operands, Console& console);
  // Runs `operation` with progress, then prints `summary`, and what --stats and --json ask for.
  // The exit code: that of the first damage, else 1 when items failed.
  Result<int> run(std::string_view name, Operation operation,
                  std::string (*summary)(const UnpackReport&, const UnpackOptions&),
                  Surroundings& around);

 private:
  Result<Secret> ask(Surroundings& around) const;
  Status tell(std::string_view name, const UnpackReport& report, std::string_view summary,
              Console& console) const;

  std::string links_ = "refuse";
  PasswordSettings password_;
  EffortSettings effort_;
  ReportSettings report_;
  GeneralSettings general_;
};

}  // namespace penstock::cli
