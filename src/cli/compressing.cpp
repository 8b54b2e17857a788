#include "cli/compressing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/narrow.h"
#include "base/units.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/report.h"

namespace penstock::cli {
namespace {

struct Suffix {
  std::string_view compressed;
  std::string_view plain;
};
constexpr std::array<Suffix, 6> kSuffixes{{{".gz", ""},
                                           {".zst", ""},
                                           {".tgz", ".tar"},
                                           {".tzst", ".tar"},
                                           {".bgz", ""},
                                           {".svgz", ".svg"}}};

const Suffix* suffix_of(const std::string& path) {
  const auto found = std::ranges::find_if(kSuffixes, [&](const Suffix& suffix) {
    // A name that is nothing but a suffix has none.
    return path.size() > suffix.compressed.size() && path.ends_with(suffix.compressed) &&
           path[path.size() - suffix.compressed.size() - 1] != '/';
  });
  return found == kSuffixes.end() ? nullptr : &*found;
}

// An Observer that keeps the problems of one file: they are failures without an end.
class Collecting final : public Observer {
 public:
  explicit Collecting(Observer& told) : told_(told) {}
  void problem(const Error& error) override {
    problems.push_back(error);
    told_.problem(error);
  }
  void notice(std::string_view text) override { told_.notice(text); }
  std::vector<Error> problems;

 private:
  Observer& told_;
};

void add(std::vector<StageReport>& all, const std::vector<StageReport>& more) {
  if (all.empty()) {
    all = more;
    return;
  }
  for (std::size_t i = 0; i < std::min(all.size(), more.size()); ++i) {
    all[i].items += more[i].items;
    all[i].bytes += more[i].bytes;
    all[i].busy += more[i].busy;
    all[i].waiting += more[i].waiting;
  }
}

double seconds(std::chrono::nanoseconds time) {
  return std::round(std::chrono::duration<double>(time).count() * 1e6) / 1e6;
}

void file_json(JsonWriter& json, const FileOutcome& file) {
  json.begin_object().member("input", file.input).member("output", file.output);
  json.member("bytes_in", file.bytes_in).member("bytes_out", file.bytes_out);
  if (file.format.empty())
    json.member("chunks", file.chunks);
  else
    json.member("format", file.format).member("parallel", file.parallel);
  json.member("elapsed_s", seconds(file.elapsed)).end_object();
}

void failure_json(JsonWriter& json, const FileFailure& failure) {
  json.begin_object().member("input", failure.input);
  json.member("code", penstock::name(failure.error.code));
  json.member("message", failure.error.message).end_object();
}

}  // namespace

std::optional<std::string> without_suffix(const std::string& path) {
  const Suffix* suffix = suffix_of(path);
  if (suffix == nullptr) return std::nullopt;
  return path.substr(0, path.size() - suffix->compressed.size()).append(suffix->plain);
}

bool has_compressed_suffix(const std::string& path) { return suffix_of(path) != nullptr; }

OptionGroup Compressing::output_options(std::string_view what) {
  return {"Output",
          {{.name = "output",
            .letter = 'o',
            .value = "OUT",
            .help = what,
            .set = into_text(output),
            .complete = Complete::kFiles},
           {.name = "stdout",
            .letter = 'c',
            .help = "write to standard output, one file behind the other",
            .set = into_flag(to_stdout)},
           {.name = "force",
            .help = "replace an output that exists, a file or a link to one (the link, not what it "
                    "leads to), once the new one is complete",
            .set = into_flag(replace)},
           {.name = "rm",
            .help = "remove each input once its output is complete (default: keep it)",
            .set = into_flag(remove_input)}}};
}

OptionGroup Compressing::report_options() {
  OptionGroup group{"Reporting", {}};
  report_.add_to(group);
  return group;
}

Status Compressing::settle(const std::vector<std::string>& inputs, bool writes, Console& console) {
  PENSTOCK_CHECK(general_.apply(console));
  writes_ = writes;
  // Where standard output is a file, the link would be taken for one to that file.
  if (output == "/dev/stdout") output = "-";
  if (inputs.empty())
    return fail(Code::kInvalid, "the input is missing: name a file, or - for standard input");
  if (std::ranges::count(inputs, "-") > 1)
    return fail(Code::kInvalid, "standard input can be read only once");
  if (!output.empty() && to_stdout) return fail(Code::kInvalid, "give -o or -c, not both");
  if (!output.empty() && output != "-" && inputs.size() > 1)
    return fail(Code::kInvalid,
                "-o names one output, but there are " + std::to_string(inputs.size()) + " inputs");
  if (output == "-") to_stdout = true;
  const bool stream = writes && writes_stdout(inputs);
  if (stream && report_.json)
    return fail(Code::kInvalid,
                "the data and the --json report cannot both go to the standard output");
  if (remove_input && stream) return fail(Code::kInvalid, "--rm needs an output that is a file");
  return {};
}

bool Compressing::writes_stdout(const std::vector<std::string>& inputs) const {
  return to_stdout || (output.empty() && std::ranges::count(inputs, "-") != 0);
}

Result<std::vector<PlannedFile>> Compressing::plan(const std::vector<std::string>& inputs,
                                                   const Named& named) const {
  std::vector<PlannedFile> files;
  for (const std::string& input : inputs) {
    if (!writes_)
      files.push_back({input, ""});
    else if (to_stdout || (output.empty() && input == "-"))
      files.push_back({input, "-"});
    else
      files.push_back({input, output.empty() ? named(input) : output});
  }
  PENSTOCK_CHECK(check_apart(files, replace));
  return files;
}

Status Compressing::tell(std::string_view name, const Tally& tally, Console& console) const {
  const auto cpu = process_cpu_time();
  std::vector<StageReport> stages;
  for (const FileOutcome& file : tally.done) add(stages, file.stages);
  if (report_.stats && !tally.done.empty()) console.line(stats_table(stages, tally.elapsed, cpu));
  return report_.json ? print(json_report(name, tally, stages, cpu)) : Status();
}

std::string Compressing::json_report(std::string_view name, const Tally& tally,
                                     const std::vector<StageReport>& stages,
                                     std::chrono::nanoseconds cpu) const {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "report").member("operation", name);
  json.key("results").begin_array();
  for (const FileOutcome& file : tally.done) {
    file_json(json, file);
    bytes_in += file.bytes_in;
    bytes_out += file.bytes_out;
  }
  json.end_array().key("failures").begin_array();
  for (const FileFailure& failure : tally.failures) failure_json(json, failure);
  json.end_array();
  json.member("files", tally.done.size()).member("failed", tally.failures.size());
  json.member("bytes_in", bytes_in).member("bytes_out", bytes_out);
  json.member("elapsed_s", seconds(tally.elapsed)).member("cpu_s", seconds(cpu));
  stages_json(json, stages);
  json.end_object();
  return out + "\n";
}

namespace {

// Totals of what will be read. Of contents to come out of compressed files nobody knows them.
void expect(Progress& progress, Direction direction, const std::vector<PlannedFile>& files) {
  progress.files_total.store(files.size(), std::memory_order_relaxed);
  if (direction != Direction::kPacking) return;
  std::uint64_t bytes = 0;
  for (const PlannedFile& file : files) {
    struct stat status {};
    const int found =
        file.input == "-" ? fstat(STDIN_FILENO, &status) : ::stat(file.input.c_str(), &status);
    if (found != 0 || !S_ISREG(status.st_mode)) return;
    bytes += to_u64(status.st_size);
  }
  progress.bytes_total.store(bytes, std::memory_order_relaxed);
  progress.totals_final.store(true, std::memory_order_release);
}

}  // namespace

void Compressing::Tally::add(FileFailure failure, int code) {
  failures.push_back(std::move(failure));
  exit_codes.push_back(code);
}

int Compressing::Tally::exit_code() const {
  if (exit_codes.empty()) return kExitDone;
  // All for one cause is that cause; anything else is a mix.
  const bool same =
      done.empty() && std::ranges::count(exit_codes, exit_codes.front()) == std::ssize(exit_codes);
  return same ? exit_codes.front() : kExitPartial;
}

Result<int> Compressing::run(std::string_view name, Direction direction,
                             const std::vector<PlannedFile>& files, const One& one, Summary summary,
                             Surroundings& around) {
  Progress progress;
  expect(progress, direction, files);
  Reporter reporter(around.console, progress, report_.style(around.console, general_.quiet),
                    direction, name);
  Tally tally;
  for (const PlannedFile& file : files) {
    Collecting observer(reporter);
    auto outcome = file.output
                       ? one(file.input, *file.output, observer, progress, around.signals.stop())
                       : Result<FileOutcome>(fail(file.output.error()));
    for (const Error& problem : observer.problems) tally.add({file.input, problem}, kExitPartial);
    if (!outcome && outcome.error().code == Code::kExists)
      outcome.error().message += "; --force replaces it";
    if (!outcome && outcome.error().code == Code::kCancelled) {
      reporter.finish();
      return fail(std::move(outcome).error());
    }
    if (!outcome) {
      // The error of the only file is the command's.
      if (files.size() > 1) reporter.problem(outcome.error());
      tally.add({file.input, outcome.error()}, exit_code(outcome.error().code));
      continue;
    }
    around.console.summary(summary(*outcome));
    tally.done.push_back(*std::move(outcome));
  }
  reporter.finish();
  tally.elapsed = reporter.elapsed();
  PENSTOCK_CHECK(tell(name, tally, around.console));
  if (files.size() == 1 && tally.done.empty()) return fail(tally.failures.front().error);
  return tally.exit_code();
}

}  // namespace penstock::cli
