// What compress and decompress share: several files one after the other, each named when it fails,
// and the names of what is made of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/compress.h"

#include "cli/output_plan.h"
#include "cli/settings.h"

namespace penstock::cli {

// "x.tar.zst" -> "x.tar", "x.tgz" -> "x.tar"; nothing when the name has no suffix we know.
std::optional<std::string> without_suffix(const std::string& path);
bool has_compressed_suffix(const std::string& path);

// What was done to one file.
struct FileOutcome {
  std::string input;
  std::string output;  // "-": standard output; empty: verified only
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t chunks = 0;  // compress only
  std::string format{};      // decompress only
  bool parallel = true;
  std::chrono::nanoseconds elapsed{};
  std::vector<StageReport> stages;
};

struct FileFailure {
  std::string input;
  Error error;
};

// The options and the run of both commands.
class Compressing {
 public:
  std::string output;  // of -o
  bool to_stdout = false;
  bool replace = false;
  bool remove_input = false;

  // -o, -c, --force, --rm.
  OptionGroup output_options(std::string_view what);
  OptionGroup effort_options(std::string_view memory_help) { return effort_.options(memory_help); }
  OptionGroup report_options();
  OptionGroup general_options() { return general_.options(); }

  unsigned threads() const { return effort_.threads; }
  std::size_t memory_bytes() const { return effort_.memory_bytes; }
  bool measure_stages() const { return report_.stats || report_.json; }

  // Quiet, verbose, log file; wrong use of the options above.
  Status settle(const std::vector<std::string>& inputs, bool writes, Console& console);
  // Whether any output goes to standard output.
  bool writes_stdout(const std::vector<std::string>& inputs) const;
  // The name of an output was typed, not made up: it may be a pipe or a device.
  bool output_is_typed() const { return !output.empty(); }
  // Where each input goes: -o, -c, else what `named` makes of its name. kInvalid when one would be
  // lost to another (check_apart()).
  using Named = std::function<Result<std::string>(const std::string& input)>;
  Result<std::vector<PlannedFile>> plan(const std::vector<std::string>& inputs,
                                        const Named& named) const;

  // Does `one` to every file, tells what came of it, and gives the exit code.
  using One = std::function<Result<FileOutcome>(const std::string& input, const std::string& output,
                                                Observer&, Progress&, std::stop_token)>;
  using Summary = std::string (*)(const FileOutcome&);
  Result<int> run(std::string_view name, Direction direction, const std::vector<PlannedFile>& files,
                  const One& one, Summary summary, Surroundings& around);

 private:
  bool writes_ = true;

  // What came of a run.
  struct Tally {
    std::vector<FileOutcome> done;
    std::vector<FileFailure> failures;
    std::vector<int> exit_codes;  // of the failures
    std::chrono::nanoseconds elapsed{};

    void add(FileFailure failure, int code);
    int exit_code() const;
  };
  Status tell(std::string_view name, const Tally& tally, Console& console) const;
  std::string json_report(std::string_view name, const Tally& tally,
                          const std::vector<StageReport>& stages,
                          std::chrono::nanoseconds cpu) const;

  EffortSettings effort_;
  ReportSettings report_;
  GeneralSettings general_;
};

}  // namespace penstock::cli
