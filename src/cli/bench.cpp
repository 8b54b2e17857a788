// penstock bench
#include <charconv>
#include <cmath>
#include <system_error>
#include <thread>

#include "base/json.h"
#include "base/units.h"
#include "cli/bench_files.h"
#include "cli/bench_report.h"
#include "cli/bench_sample.h"
#include "cli/bench_tasks.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "flow/effort.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "bench",
    .operands = "[files N DIR]",
    .summary = "measure this machine, or make sample files",
    .description =
        "Measures what penstock is made of on this machine: codecs, ciphers, hashes, key "
        "derivation and memory, on generated data that is the same everywhere. The Weissman "
        "score is a wink: ratio and speed against zlib 6 in one number. With 'files' it makes N "
        "files of --size in the empty directory DIR instead, the same ones each time.",
    .examples =
        "penstock bench\n"
        "penstock bench --threads 1 --json > machine.json\n"
        "penstock bench files 10000 --size 1K..1M sample # a tree to try things on",
};

constexpr std::size_t kSampleBytes = std::size_t{1} << 20;

Result<double> parse_seconds(std::string_view text) {
  constexpr double kMost = 3600;
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds > 0) || seconds > kMost)
    return fail(Code::kInvalid,
                "'" + std::string(text) + "' is no time: seconds above 0, up to 3600");
  return seconds;
}

class Bench final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  Result<int> machine(Surroundings& around);
  Result<int> files(const std::vector<std::string>& operands, Surroundings& around);
  Result<TreePlan> plan(const std::vector<std::string>& operands) const;

  double seconds_ = 0.2;
  unsigned threads_ = 0;
  bool json_ = false;
  std::string size_;
  GeneralSettings general_;
};

OptionTable Bench::options() {
  const OptionGroup measuring{
      "Measuring",
      {{.name = "seconds",
        .value = "N",
        .help = "measure each row for N seconds (default: 0.2)",
        .set = [this](std::string_view text) -> Status {
          PENSTOCK_TRY(seconds_, parse_seconds(text));
          return {};
        }},
       {.name = "threads",
        .value = "N",
        .help = "work with N threads, each on data of its own (default: one per core)",
        .set = into_number(threads_, 1, kMostThreads)}}};
  const OptionGroup files{"Files",
                          {{.name = "size",
                            .value = "A..B",
                            .help = "how large the files are: from A to B, or A; each power of two "
                                    "in between is as likely (default: 1K..1M)",
                            .set = into_text(size_)}}};
  const OptionGroup report{
      "Report", {{.name = "json", .help = "print a report for programs", .set = into_flag(json_)}}};
  return {measuring, files, report, general_.options()};
}

Result<int> Bench::machine(Surroundings& around) {
  const auto data = mixed_sample(kSampleBytes);
  const BenchEffort effort{
      .threads = threads_ != 0 ? threads_ : std::max(1U, std::thread::hardware_concurrency()),
      .time = std::chrono::duration<double>(seconds_)};
  BenchReport report{.processor = processor_name(),
                     .threads = effort.threads,
                     .seconds = seconds_,
                     .sample_bytes = data.size(),
                     .rows = {}};
  const std::stop_token stop = around.signals.stop();
  for (const BenchTask& task : bench_tasks(data, effort.threads)) {
    if (around.console.is_terminal() && !general_.quiet)
      around.console.bar("measuring " + task.name);
    PENSTOCK_TRY(BenchRow row, measure(task, effort, stop));
    report.rows.push_back(std::move(row));
  }
  around.console.clear_bar();
  PENSTOCK_CHECK(print(json_ ? bench_json(report) : bench_table(report)));
  return kExitDone;
}

// "files N DIR".
Result<TreePlan> Bench::plan(const std::vector<std::string>& operands) const {
  constexpr std::uint64_t kMostFiles = 100'000'000;
  if (operands.size() != 3)
    return fail(Code::kInvalid,
                "write: penstock bench files N DIR, with the number of files and where they go");
  TreePlan plan{.directory = operands[2]};
  PENSTOCK_TRY(plan.files, parse_number(operands[1], 1, kMostFiles));
  PENSTOCK_CHECK(parse_sizes(size_.empty() ? "1K..1M" : size_, plan));
  return plan;
}

Result<int> Bench::files(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_TRY(const TreePlan tree, plan(operands));
  PENSTOCK_TRY(const std::uint64_t bytes, make_tree(tree, around.signals.stop()));
  if (!json_) {
    around.console.summary("made " + format_count(tree.files) + " files (" + format_bytes(bytes) +
                           ") in " + tree.directory);
    return kExitDone;
  }
  std::string text;
  JsonWriter(text)
      .begin_object()
      .member("type", "report")
      .member("operation", "bench files")
      .member("directory", tree.directory)
      .member("files", tree.files)
      .member("bytes", bytes)
      .end_object();
  PENSTOCK_CHECK(print(text + "\n"));
  return kExitDone;
}

Result<int> Bench::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(general_.apply(around.console));
  if (!operands.empty() && operands[0] == "files") return files(operands, around);
  if (!operands.empty())
    return fail(Code::kInvalid,
                "'" + operands[0] + "' is nothing to bench: leave it out, or write 'files N DIR'");
  if (!size_.empty()) return fail(Code::kInvalid, "--size is for 'penstock bench files'");
  return machine(around);
}

}  // namespace

std::unique_ptr<Command> make_bench() { return std::make_unique<Bench>(); }

}  // namespace penstock::cli
