// penstock push
#include "transfer/push.h"

#include <chrono>
#include <utility>

#include <unistd.h>

#include "base/quote.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/streams.h"
#include "cli/transfer_report.h"
#include "cli/transferring.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "push",
    .operands = "SRC... DEST",
    .summary = "send files and directories to a store, only what is missing there",
    .description =
        "Walks the sources, asks DEST what it has, and sends the rest with many requests at a "
        "time. DEST is s3://bucket/prefix, gs://bucket/prefix or a directory. Of one directory the "
        "contents are sent (photos/a.jpg becomes prefix/a.jpg), of several sources each under its "
        "name. Nothing is sent twice: run it again after a failure, a kill or a change, and it "
        "goes on. What could not "
        "be sent is named (exit code 1). As the only source - is standard input, sent as the "
        "object "
        "DEST, which appears, or replaces another, when all of it is there.",
    .examples =
        "penstock push photos s3://backup/photos\n"
        "penstock push site/ s3://www --delete --header 'Cache-Control: max-age=3600'\n"
        "penstock push build s3://ci/1234 --workers 20 --retries 5\n"
        "penstock push mail s3://backup/mail --bundle 32M\n"
        "penstock push archive /mnt/nas/archive --bandwidth '08:00-18:00 5M, 50M'\n"
        "pg_dump shop | penstock push - s3://backup/shop.sql",
};

// "Name: value" of a header, "name=value" of metadata.
std::function<Status(std::string_view)> into_pairs(
    std::vector<std::pair<std::string, std::string>>& out, char between, std::string_view example) {
  return [&out, between, example](std::string_view text) -> Status {
    const std::size_t at = text.find(between);
    if (at == 0 || at == std::string_view::npos)
      return fail(Code::kInvalid,
                  "'" + std::string(text) + "' is not like '" + std::string(example) + "'");
    std::string_view value = text.substr(at + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    out.emplace_back(text.substr(0, at), value);
    return {};
  };
}

class Push final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  OptionGroup selection_options();
  OptionGroup object_options();
  OptionGroup part_options();
  OptionGroup bundle_options();
  Status settle(const std::vector<std::string>& operands);
  Result<int> run_stream(Surroundings& around);
  Status clean(Store& store, std::chrono::system_clock::time_point begun, Surroundings& around);
  Status tell(const PushReport& report, const Route& route, Console& console) const;

  PushOptions push_;
  std::string place_;
  std::string links_ = "keep";
  std::string journal_;
  bool no_journal_ = false;
  bool clean_ = false;
  Transferring transfer_;
};

OptionGroup Push::selection_options() {
  return {"Selection",
          {{.name = "include",
            .value = "GLOB",
            .help = "take only what matches; may be repeated",
            .set = into_list(push_.filter.include),
            .repeats = true},
           {.name = "exclude",
            .value = "GLOB",
            .help = "leave out what matches; wins over --include",
            .set = into_list(push_.filter.exclude),
            .repeats = true},
           {.name = "files-from",
            .value = "FILE",
            .help = "push also the paths listed in FILE, one a line or NUL-separated (-: standard "
                    "input)",
            .set = into_text(push_.files_from),
            .complete = Complete::kFiles},
           {.name = "one-file-system",
            .letter = 'x',
            .help = "do not enter other file systems",
            .set = into_flag(push_.one_file_system)},
           {.name = "links",
            .value = "keep|follow|skip",
            .help = "symbolic links: keep them as links, send what they lead to, or leave them out "
                    "(default: keep)",
            .set = into_text(links_)},
           {.name = "checksum",
            .help = "read and compare contents also where size, times and the journal agree",
            .set = into_flag(push_.checksum)},
           {.name = "delete",
            .help = "remove objects that no file stands for any more, when all is sent",
            .set = into_flag(push_.delete_extra)},
           {.name = "delete-max",
            .value = "N",
            .help = "with --delete: remove nothing when it would be more than N objects (default: "
                    "1000) or half of what is there",
            .set = into_number(push_.delete_limits.most, 0, UINT64_MAX)},
           {.name = "delete-all",
            .help = "with --delete: however many it would be",
            .set = into_flag(push_.delete_limits.force)},
           {.name = "dry-run",
            .help = "compare and count requests and bytes, send nothing",
            .set = into_flag(push_.dry_run)}}};
}

OptionGroup Push::object_options() {
  return {"Objects",
          {{.name = "header",
            .value = "'NAME: VALUE'",
            .help = "send a header with every object, for example 'Cache-Control: no-store'; may "
                    "be repeated",
            .set = into_pairs(push_.headers, ':', "Cache-Control: no-store"),
            .repeats = true},
           {.name = "metadata",
            .value = "NAME=VALUE",
            .help = "give every object a metadata entry; may be repeated",
            .set = into_pairs(push_.metadata, '=', "owner=me"),
            .repeats = true},
           {.name = "content-type",
            .value = "TYPE",
            .help = "the type of every object (default: by the name's extension)",
            .set = into_text(push_.content_type)},
           {.name = "storage-class",
            .value = "NAME",
            .help = "for example STANDARD_IA",
            .set = into_text(push_.storage_class)},
           {.name = "if-absent",
            .help = "send only what is not there at all, and replace nothing",
            .set = into_flag(push_.if_absent)}}};
}

OptionGroup Push::part_options() {
  return {"Large files",
          {{.name = "part-size",
            .value = "SIZE",
            .help = "cut into parts of SIZE (default: 8M, more for files above 80 GB)",
            .set = into_bytes(push_.part_bytes)},
           {.name = "parts",
            .value = "N",
            .help = "send N parts of a file at a time (default: 4)",
            .set = into_number(push_.parts_per_file, 1, 1000)},
           {.name = "multipart-above",
            .value = "SIZE",
            .help = "send files above SIZE in parts (default: 16M)",
            .set = into_bytes(push_.multipart_above_bytes)},
           {.name = "memory",
            .value = "SIZE",
            .help = "bound the contents in memory (default: 32M)",
            .set = into_bytes(push_.memory_bytes)},
           {.name = "journal",
            .value = "FILE",
            .help = "remember in FILE what was sent (default: below ~/.local/state/penstock)",
            .set = into_text(journal_),
            .complete = Complete::kFiles},
           {.name = "clean",
            .help = "in the end abort uploads of parts below DEST that were begun before this run: "
                    "what killed runs have left (and what others are still sending)",
            .set = into_flag(clean_)},
           {.name = "no-journal",
            .help = "remember nothing: every run compares contents, and no upload is resumed",
            .set = into_flag(no_journal_)}}};
}

OptionGroup Push::bundle_options() {
  return {"Many small files",
          {{.name = "bundle",
            .value = "SIZE",
            .help = "send small files together, in ZIP archives of SIZE (for example 32M), one "
                    "request each; pull, check and list show single files",
            .set = into_bytes(push_.bundle_bytes)}}};
}

OptionTable Push::options() {
  return {selection_options(),
          object_options(),
          bundle_options(),
          part_options(),
          transfer_.limits.options(),
          transfer_.stores.options(),
          transfer_.measured_report_options(),
          transfer_.general.options()};
}

Status Push::settle(const std::vector<std::string>& operands) {
  const std::size_t least = push_.files_from.empty() ? 2 : 1;
  if (operands.size() < least)
    return fail(Code::kInvalid, operands.empty()
                                    ? "nothing to push: name files or directories, then a place"
                                    : "the place is missing: name s3://bucket/prefix, "
                                      "gs://bucket/prefix or a directory last");
  place_ = operands.back();
  push_.sources = as_sources({operands.begin(), operands.end() - 1});
  push_.links = links_ == "follow" ? PushLinks::kFollow
                : links_ == "skip" ? PushLinks::kSkip
                                   : PushLinks::kKeep;
  if (no_journal_ && !journal_.empty())
    return fail(Code::kInvalid, "--journal and --no-journal contradict each other");
  if (!no_journal_) push_.journal_path = journal_.empty() ? journal_path(place_) : journal_;
  return {};
}

Status Push::clean(Store& store, std::chrono::system_clock::time_point begun,
                   Surroundings& around) {
  const auto before = std::chrono::floor<std::chrono::seconds>(begun);
  PENSTOCK_TRY(const std::uint64_t aborted,
               clean_uploads(store, push_.prefix, before, around.signals.stop()));
  if (aborted != 0)
    around.console.notice("aborted " + count_of(aborted, "upload", "uploads") +
                          " that an earlier run had left");
  return {};
}

Status Push::tell(const PushReport& report, const Route& route, Console& console) const {
  const auto cpu = process_cpu_time();
  console.summary(push_summary(report, place_, push_.dry_run));
  if (transfer_.report.stats)
    console.line(stats_table(report.stages, report.elapsed, cpu) + latency_line(report.latency) +
                 route.explain());
  if (report.delete_refused != 0)
    console.notice("--delete would remove " + format_count(report.delete_refused) +
                   " objects: nothing was removed; --delete-max N or --delete-all allow it");
  return transfer_.report.json ? print(push_json(report, place_, push_.dry_run, cpu)) : Status();
}

// Standard input into one object.
Result<int> Push::run_stream(Surroundings& around) {
  PENSTOCK_CHECK(check_stream_place(place_));
  if (push_.delete_extra || push_.dry_run)
    return fail(Code::kInvalid, "--delete and --dry-run are not for standard input");
  if (::isatty(STDIN_FILENO) == 1)
    return fail(Code::kInvalid, "standard input is a terminal: redirect it, or name a file");
  Route route(transfer_.stores, transfer_.limits, around.console);
  PENSTOCK_TRY(const Place place, route.open(place_, false));
  auto report = transfer_.run(kText.name, around, route,
                              [&](Observer&, Progress& progress, std::stop_token stop) {
                                return push_standard_input(push_, place, progress, std::move(stop));
                              });
  if (!report) return fail(std::move(report).error());
  report->retried = route.retried();
  PENSTOCK_CHECK(tell(*report, route, around.console));
  return kExitDone;
}

Result<int> Push::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(transfer_.settle(around.console));
  PENSTOCK_CHECK(settle(operands));
  if (push_.sources == std::vector<std::string>{"-"}) return run_stream(around);
  Route route(transfer_.stores, transfer_.limits, around.console, place_);
  PENSTOCK_TRY(const Place place, route.open(place_, !push_.dry_run));
  push_.prefix = place.prefix;
  const auto begun = std::chrono::system_clock::now();
  push_.workers = route.workers(kMostPushWorkers);
  push_.useful_workers = [&route] { return route.limit(); };
  push_.clock = &route.clock();
  push_.measure_stages = transfer_.measures();
  push_.count_ahead =
      transfer_.report.style(around.console, transfer_.general.quiet) != ProgressStyle::kNone;
  if (transfer_.general.verbose)
    push_.on_object = [&](const PushedObject& object) {
      around.console.detail(describe(object, "sent"));
    };
  auto report = transfer_.run(
      kText.name, around, route, [&](Observer& observer, Progress& progress, std::stop_token stop) {
        return push(push_, *place.store, observer, progress, std::move(stop));
      });
  if (!report) return fail(std::move(report).error());
  report->retried += route.retried();
  if (clean_ && !push_.dry_run) PENSTOCK_CHECK(clean(*place.store, begun, around));
  PENSTOCK_CHECK(tell(*report, route, around.console));
  return report->failed + report->delete_refused == 0 ? kExitDone : kExitPartial;
}

}  // namespace

std::unique_ptr<Command> make_push() { return std::make_unique<Push>(); }

}  // namespace penstock::cli
