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

// The options and the run of both commands.
class Compressing {
 public:
  std::string output;  // of -o
  bool to_stdout = false;
  bool replace = false;
  bool remove_input = false;

  // -o, -c, --force, --rm.
  OptionGroup output_options(std::string_view what);
  OptionGroup effort_options() { return effort_.options(); }
  OptionGroup report_options();
  OptionGroup general_options() { return general_.options(); }

  unsigned threads() const { return effort_.threads; }
  std::size_t memory_bytes() const { return effort_.memory_bytes; }
  bool measure_stages() const { return report_.stats || report_.json; }

  // Quiet, verbose, log file; wrong use of the options above.
  Status settle(const std::vector<std::string>& inputs, bool writes, Console& console);
  // Whether any output goes to standard output.
  bool writes_stdout(const std::vector<std::string>& inputs) const;
  // Where `input` goes: -o, -c, else what `named` makes of its name.
  Result<std::string> output_for(const std::string& input,
                                 const std::function<Result<std::string>()>& named) const;

  // Does `one` to every input, tells what came of it, and gives the exit code.
  using One = std::function<Result<FileOutcome>(const std::string& input, Observer&, Progress&,
                                                std::stop_token)>;
  using Summary = std::string (*)(const FileOutcome&);
  Result<int> run(std::string_view name, Direction direction,
                  const std::vector<std::string>& inputs, const One& one, Summary summary,
                  Surroundings& around);

 private:
  Status tell(std::string_view name, const std::vector<FileOutcome>& done, std::uint64_t failed,
              std::chrono::nanoseconds elapsed, Console& console) const;

  EffortSettings effort_;
  ReportSettings report_;
  GeneralSettings general_;
};

}  // namespace penstock::cli
