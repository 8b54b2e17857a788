#include "cli/reading.h"

#include "base/quote.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/transferring.h"

namespace penstock::cli {
namespace {

// Who chooses a ratio means it; one small file that compresses well is still no bomb.
constexpr std::uint64_t kFreeBytesOfChosenRatio = std::uint64_t{1} << 20;

}  // namespace

OptionGroup Reading::password_options() {
  OptionGroup group{"Password (asked for when the archive needs one)", {}};
  password_.add_to(group);
  return group;
}

OptionGroup Reading::trust_options() {
  return {"Trust",
          {{.name = "links",
            .value = "refuse|skip|all",
            .help = "symbolic links that are absolute or leave the tree (default: refuse the "
                    "archive before anything is written)",
            .set = into_text(links_)},
           {.name = "lenient",
            .help = "let headers that disagree pass, and say so; never unsafe names or checksums",
            .set = into_flag(options.lenient)},
           {.name = "max-output",
            .value = "SIZE",
            .help = "refuse archives that unpack to more (default: 100G)",
            .set = into_bytes(options.limits.max_output_bytes)},
           {.name = "max-entries",
            .value = "N",
            .help = "refuse archives of more entries (default: 100000000)",
            .set = into_number(options.limits.max_entries, 1, UINT64_MAX)},
           {.name = "max-ratio",
            .value = "N",
            .help = "refuse archives that grow more than N times, to more than 1 MiB (default: "
                    "2000 times, to more than 1 GiB)",
            .set = [this, set_ratio = into_number(options.limits.max_ratio, 1, UINT64_MAX)](
                       std::string_view text) {
              options.limits.ratio_free_bytes = kFreeBytesOfChosenRatio;
              return set_ratio(text);
            }}}};
}

void Reading::add_selection_to(OptionGroup& group) {
  group.options.push_back({.name = "include",
                           .value = "GLOB",
                           .help = "take only what matches; may be repeated",
                           .set = into_list(options.include),
                           .repeats = true});
  group.options.push_back({.name = "exclude",
                           .value = "GLOB",
                           .help = "leave out what matches; wins over everything else",
                           .set = into_list(options.exclude),
                           .repeats = true});
}

OptionGroup Reading::report_options() {
  OptionGroup group{"Reporting", {}};
  report_.add_to(group);
  return group;
}

Status Reading::settle(const std::vector<std::string>& operands, Console& console) {
  PENSTOCK_CHECK(general_.apply(console));
  if (operands.empty()) return fail(Code::kInvalid, "the archive is missing: name a ZIP file");
  options.archive = operands[0];
  options.patterns.assign(operands.begin() + 1, operands.end());
  if (options.archive == "-")
    return fail(Code::kUnsupported,
                "an archive cannot be read from a pipe, its directory stands at the end: save it "
                "to a file first");
  if (links_ == "skip") options.links = LinkPolicy::kSkip;
  if (links_ == "all") options.links = LinkPolicy::kAll;
  return {};
}

Status Reading::tell(std::string_view name, const UnpackReport& report, std::string_view summary,
                     Console& console) const {
  const auto cpu = process_cpu_time();
  console.summary(summary);
  if (report_.stats) console.line(stats_table(report.stages, report.elapsed, cpu) + explained_);
  return report_.json ? print(unpack_json(name, report, options, cpu)) : Status();
}

// The bar would be drawn over the question, so it waits.
Result<Secret> Reading::ask(Surroundings& around) const {
  around.console.hold_bar(true);
  auto secret = ask_password("Password for " + quoted_name(options.archive) + ": ", around);
  around.console.hold_bar(false);
  // Here a missing password means that the archive stays shut; it is no wrong use.
  if (!secret && secret.error().code == Code::kInvalid) secret.error().code = Code::kDenied;
  return secret;
}

Result<UnpackReport> Reading::perform(const Operation& operation, Observer& observer,
                                      Progress& progress, Surroundings& around) {
  const std::stop_token stop = around.signals.stop();
  if (!is_remote(options.archive)) return operation.of_file(options, observer, progress, stop);
  ArchiveUrl url(urls_, options.archive, around.console);
  PENSTOCK_TRY(const auto source, url.open(stop));
  auto report = operation.of_source(*source, options, observer, progress, stop);
  explained_ = url.explain();
  if (!report) return fail(std::move(report).error().within(options.archive));
  return report;
}

Result<int> Reading::run(std::string_view name, Operation operation,
                         std::string (*summary)(const UnpackReport&, const UnpackOptions&),
                         Surroundings& around) {
  around.console.defer_notices();
  PENSTOCK_TRY(const auto password, password_.given(around));
  options.password = password ? &*password : nullptr;
  options.ask_password = [&] { return ask(around); };
  options.threads = effort_.threads;
  options.memory_bytes = effort_.memory_bytes;
  options.measure_stages = report_.stats || report_.json;
  options.tell_done = general_.verbose;
  Progress progress;
  Reporter reporter(around.console, progress, report_.style(around.console, general_.quiet),
                    Direction::kUnpacking, name);
  const auto report = perform(operation, reporter, progress, around);
  reporter.finish();
  if (!report) return fail(report.error());
  PENSTOCK_CHECK(tell(name, *report, summary(*report, options), around.console));
  // Told when it was met: only the exit code is left to say.
  if (report->damage) return exit_code(report->damage->code);
  return report->failed + report->plain_in_encrypted == 0 ? kExitDone : kExitPartial;
}

}  // namespace penstock::cli
