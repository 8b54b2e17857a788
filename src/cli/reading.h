// What unpack and verify share: opening an archive nobody vouches for.
#pragma once

#include <functional>
#include <string>

#include "penstock/unpack.h"

#include "cli/archive_url.h"
#include "cli/password.h"
#include "cli/settings.h"

namespace penstock::cli {

// The options of both, and the run from password to report.
class Reading {
 public:
  // The same for an archive that is a file and for one that is open already.
  struct Operation {
    Result<UnpackReport> (*of_file)(const UnpackOptions&, Observer&, Progress&, std::stop_token);
    Result<UnpackReport> (*of_source)(const ByteSource&, const UnpackOptions&, Observer&, Progress&,
                                      const std::stop_token&);
  };

  UnpackOptions options;  // what the command itself adds to

  OptionGroup password_options();
  OptionGroup trust_options();
  void add_selection_to(OptionGroup& group);
  OptionGroup effort_options() { return effort_.options(); }
  OptionGroup report_options();
  OptionGroup general_options() { return general_.options(); }
  void add_url_options_to(OptionTable& table) { urls_.add_to(table); }

  // Quiet, verbose, log file; the first operand as the archive, the others as patterns.
  Status settle(const std::vector<std::string>& operands, Console& console);
  // Runs `operation` with progress, then prints `summary`, and what --stats and --json ask for.
  // The exit code: that of the first damage, else 1 when items failed.
  Result<int> run(std::string_view name, Operation operation,
                  std::string (*summary)(const UnpackReport&, const UnpackOptions&),
                  Surroundings& around);

 private:
  Result<Secret> ask(Surroundings& around) const;
  Result<UnpackReport> perform(const Operation& operation, Observer& observer, Progress& progress,
                               Surroundings& around);
  Status tell(std::string_view name, const UnpackReport& report, std::string_view summary,
              Console& console) const;

  std::string links_ = "refuse";
  UrlSettings urls_;
  std::string explained_;  // of the way to an archive at a URL, for --stats
  PasswordSettings password_;
  EffortSettings effort_;
  ReportSettings report_;
  GeneralSettings general_;
};

}  // namespace penstock::cli
