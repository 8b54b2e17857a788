#include "cli/settings.h"

#include "flow/effort.h"

namespace penstock::cli {

OptionGroup GeneralSettings::options() {
  return {
      "General",
      {{.name = "quiet", .letter = 'q', .help = "say nothing but errors", .set = into_flag(quiet)},
       {.name = "verbose",
        .letter = 'v',
        .help = "say more: name each entry when it is done",
        .set = into_flag(verbose)},
       {.name = "log-file",
        .value = "FILE",
        .help = "append every message to FILE, with its time",
        .set = into_text(log_file),
        .complete = Complete::kFiles},
       {.name = "config",
        .value = "FILE",
        .help = "read options from FILE: lines 'option = value', [command] sections",
        .set = into_text(config),
        .complete = Complete::kFiles},
       {.name = "help",
        .letter = 'h',
        .help = "show this text",
        .set = into_flag(help),
        .from_environment = false}}};
}

Status GeneralSettings::apply(Console& console) const {
  console.set_quiet(quiet);
  console.set_verbose(verbose);
  return log_file.empty() ? Status() : console.open_log(log_file);
}

void ReportSettings::add_to(OptionGroup& group) {
  group.options.push_back({.name = "progress",
                           .value = "auto|bar|plain|json|none",
                           .help = "how to show progress on standard error; auto: a bar on a "
                                   "terminal, else none",
                           .set = into_text(progress)});
  group.options.push_back({.name = "json",
                           .help = "print a report for programs on standard output at the end",
                           .set = into_flag(json)});
  group.options.push_back({.name = "stats",
                           .help = "show time, bytes and waiting of every stage at the end",
                           .set = into_flag(stats)});
}

ProgressStyle ReportSettings::style(const Console& console, bool quiet) const {
  if (progress == "bar") return ProgressStyle::kBar;
  if (progress == "plain") return ProgressStyle::kPlain;
  if (progress == "json") return ProgressStyle::kJson;
  if (progress == "none" || quiet || !console.is_terminal()) return ProgressStyle::kNone;
  return ProgressStyle::kBar;
}

OptionGroup EffortSettings::options(std::string_view memory_help) {
  return {
      "Effort",
      {{.name = "threads",
        .value = "N",
        .help = "work with N threads (default: one per core)",
        .set = into_number(threads, 1, kMostThreads)},
       {.name = "memory", .value = "SIZE", .help = memory_help, .set = into_bytes(memory_bytes)}}};
}

}  // namespace penstock::cli
