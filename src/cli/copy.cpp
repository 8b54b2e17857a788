// penstock copy
#include "transfer/copy.h"

#include <optional>
#include <utility>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/transfer_report.h"
#include "cli/transferring.h"
#include "transfer/pull.h"
#include "transfer/push_scope.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "copy",
    .operands = "SOURCE DEST",
    .summary = "copy what is missing from one place to another, or between stores",
    .description =
        "Lists SOURCE and DEST (s3://bucket/prefix, gs://bucket/prefix or a directory each), and "
        "copies what DEST does not have. Between buckets of one server the server copies; else "
        "contents come through this machine's memory, never its disk, and are verified before they "
        "count. Type, metadata, times and modes go along. From a directory it is push, into a "
        "directory it is pull. Run it again after a failure or a kill, and it goes on. What could "
        "not be copied is named (exit code 1).",
    .examples =
        "penstock copy s3://old/photos s3://new/photos\n"
        "penstock copy s3://photos gs://photos --source-profile amazon\n"
        "penstock copy s3://site/draft s3://site/public --delete --dry-run",
};

// A pull as copies are told.
CopyReport as_copy(const PullReport& pulled) {
  CopyReport report;
  report.files = pulled.files + pulled.links;
  report.bytes = pulled.bytes;
  report.unchanged = pulled.skipped;
  report.failed = pulled.failed;
  report.deleted = pulled.deleted;
  report.retried = pulled.retried;
  report.elapsed = pulled.elapsed;
  return report;
}

class Copy final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  OptionGroup selection_options();
  OptionGroup part_options();
  OptionGroup source_options();
  Status settle(const std::vector<std::string>& operands);
  std::string own_journal() const;
  bool has_own_source() const {
    return !source_store_.endpoint.empty() || !source_store_.region.empty() ||
           !source_store_.profile.empty();
  }
  bool is_one_server() const;
  Status check_apart(const Place& source, const Place& destination) const;
  Result<Place> open_source(Route& route) const;
  Result<CopyReport> from_directory(Route& route, Surroundings& around);
  Result<CopyReport> into_directory(Route& route, Surroundings& around);
  Result<CopyReport> between_stores(Route& route, Surroundings& around);
  Status tell(const CopyReport& report, const Route& route, Console& console) const;

  CopyOptions copy_;
  std::string source_;
  std::string place_;
  OpenStoreOptions source_store_;  // endpoint, region and profile, where they are given
  bool no_server_copy_ = false;
  std::string journal_;
  bool no_journal_ = false;
  Transferring transfer_;
};

OptionGroup Copy::selection_options() {
  PushOptions& to = copy_.to;
  return {"Selection",
          {{.name = "include",
            .value = "GLOB",
            .help = "take only what matches; may be repeated",
            .set = into_list(to.filter.include),
            .repeats = true},
           {.name = "exclude",
            .value = "GLOB",
            .help = "leave out what matches; wins over --include",
            .set = into_list(to.filter.exclude),
            .repeats = true},
           {.name = "checksum",
            .help = "believe checksums only, not the journal and times",
            .set = into_flag(to.checksum)},
           {.name = "if-absent",
            .help = "copy only what is not there at all, and replace nothing",
            .set = into_flag(to.if_absent)},
           {.name = "delete",
            .help = "remove from DEST what SOURCE does not have, when all is copied",
            .set = into_flag(to.delete_extra)},
           {.name = "delete-max",
            .value = "N",
            .help = "with --delete: remove nothing when it would be more than N objects (default: "
                    "1000) or half of what is there",
            .set = into_number(to.delete_limits.most, 0, UINT64_MAX)},
           {.name = "delete-all",
            .help = "with --delete: however many it would be",
            .set = into_flag(to.delete_limits.force)},
           {.name = "dry-run",
            .help = "compare and count requests and bytes, copy nothing",
            .set = into_flag(to.dry_run)},
           {.name = "storage-class",
            .value = "NAME",
            .help = "of what is copied, for example STANDARD_IA",
            .set = into_text(to.storage_class)},
           {.name = "no-server-copy",
            .help = "fetch and send contents also where the server could copy by itself",
            .set = into_flag(no_server_copy_)}}};
}

OptionGroup Copy::part_options() {
  PushOptions& to = copy_.to;
  return {"Large objects",
          {{.name = "part-size",
            .value = "SIZE",
            .help = "cut into parts of SIZE (default: 8M, more for objects above 80 GB)",
            .set = into_bytes(to.part_bytes)},
           {.name = "parts",
            .value = "N",
            .help = "copy N parts of an object at a time (default: 4)",
            .set = into_number(to.parts_per_file, 1, 1000)},
           {.name = "multipart-above",
            .value = "SIZE",
            .help = "copy objects above SIZE in parts (default: 16M)",
            .set = into_bytes(to.multipart_above_bytes)},
           {.name = "memory",
            .value = "SIZE",
            .help = "bound the contents in memory (default: 32M)",
            .set = into_bytes(to.memory_bytes)},
           {.name = "journal",
            .value = "FILE",
            .help = "remember in FILE what was copied (default: below ~/.local/state/penstock)",
            .set = into_text(journal_),
            .complete = Complete::kFiles},
           {.name = "no-journal",
            .help = "remember nothing: no large object is gone on with after a kill",
            .set = into_flag(no_journal_)}}};
}

OptionGroup Copy::source_options() {
  return {"Source, where it is reached otherwise than DEST",
          {{.name = "source-endpoint",
            .value = "URL",
            .help = "the server of SOURCE",
            .set = into_text(source_store_.endpoint)},
           {.name = "source-region",
            .value = "NAME",
            .help = "the region of SOURCE",
            .set = into_text(source_store_.region)},
           {.name = "source-profile",
            .value = "NAME",
            .help = "the profile of ~/.aws to take keys and region of SOURCE from",
            .set = into_text(source_store_.profile)}}};
}

OptionTable Copy::options() {
  return {selection_options(),        part_options(),
          source_options(),           transfer_.limits.options(),
          transfer_.stores.options(), transfer_.measured_report_options(),
          transfer_.general.options()};
}

Status Copy::settle(const std::vector<std::string>& operands) {
  if (operands.size() != 2)
    return fail(Code::kInvalid,
                "name two places: s3://bucket/prefix, gs://bucket/prefix or a directory each");
  source_ = operands[0];
  place_ = operands[1];
  if (no_journal_ && !journal_.empty())
    return fail(Code::kInvalid, "--journal and --no-journal contradict each other");
  if (!no_journal_) copy_.to.journal_path = journal_.empty() ? own_journal() : journal_;
  return {};
}

// From a directory it is the one of push, which then knows what copy did, and the other way round.
std::string Copy::own_journal() const {
  return journal_path(is_remote(source_) ? source_ + " " + place_ : place_);
}

// Whether both are buckets of one service, with one key.
bool Copy::is_one_server() const {
  const auto scheme = [](const std::string& place) { return place.substr(0, place.find(':')); };
  return !has_own_source() && !bucket_of(source_).empty() && !bucket_of(place_).empty() &&
         scheme(source_) == scheme(place_);
}

// What is copied must not be found again as a source, nor a source be too much at the destination.
Status Copy::check_apart(const Place& source, const Place& destination) const {
  if (!is_one_server() || bucket_of(source_) != bucket_of(place_)) return {};
  const std::string from = key_prefix(source.prefix);
  const std::string to = key_prefix(destination.prefix);
  if (to.starts_with(from))
    return fail(Code::kInvalid, place_ + " lies within " + source_ + ", which would not end");
  if (from.starts_with(to) && copy_.to.delete_extra)
    return fail(Code::kInvalid,
                source_ + " lies within " + place_ + ": --delete would remove the source");
  return {};
}

Result<Place> Copy::open_source(Route& route) const {
  OpenStoreOptions options = route.settings();
  if (!source_store_.endpoint.empty()) options.endpoint = source_store_.endpoint;
  if (!source_store_.region.empty()) options.region = source_store_.region;
  if (!source_store_.profile.empty()) {
    options.profile = source_store_.profile;
    options.endpoint = source_store_.endpoint;  // else the profile's
    options.region = source_store_.region;
  }
  return route.open(source_, std::move(options));
}

Result<CopyReport> Copy::from_directory(Route& route, Surroundings& around) {
  PENSTOCK_TRY(const Place place, route.open(place_, !copy_.to.dry_run));
  copy_.to.prefix = place.prefix;
  copy_.to.sources = as_sources({source_});
  copy_.to.count_ahead =
      transfer_.report.style(around.console, transfer_.general.quiet) != ProgressStyle::kNone;
  return transfer_.run(
      kText.name, around, route,
      [&](Observer& observer, Progress& progress, std::stop_token stop) -> Result<CopyReport> {
        PENSTOCK_TRY(PushReport report,
                     push(copy_.to, *place.store, observer, progress, std::move(stop)));
        return CopyReport{std::move(report)};
      });
}

Result<CopyReport> Copy::into_directory(Route& route, Surroundings& around) {
  PENSTOCK_TRY(const Place source, open_source(route));
  PullOptions pull;
  pull.source = source.store.get();
  pull.prefix = source.prefix;
  pull.directory = place_;
  pull.filter = copy_.to.filter;
  pull.checksum = copy_.to.checksum;
  pull.overwrite = copy_.to.if_absent ? Overwrite::kNever : Overwrite::kAlways;
  pull.delete_extra = copy_.to.delete_extra;
  pull.most_deletes = copy_.to.delete_limits.force ? UINT64_MAX : copy_.to.delete_limits.most;
  pull.dry_run = copy_.to.dry_run;
  pull.workers = route.workers();
  pull.tell_done = transfer_.general.verbose;
  if (copy_.to.part_bytes != 0) pull.part_bytes = copy_.to.part_bytes;
  return transfer_.run(
      kText.name, around, route,
      [&](Observer& observer, Progress& progress, std::stop_token stop) -> Result<CopyReport> {
        PENSTOCK_TRY(const PullReport report,
                     penstock::pull(pull, observer, progress, std::move(stop)));
        return as_copy(report);
      });
}

Result<CopyReport> Copy::between_stores(Route& route, Surroundings& around) {
  PENSTOCK_TRY(const Place source, open_source(route));
  OpenStoreOptions options = route.settings();
  if (is_one_server()) options.copy_bucket = bucket_of(source_);
  PENSTOCK_TRY(const Place place, route.open(place_, std::move(options)));
  PENSTOCK_CHECK(check_apart(source, place));
  copy_.source = source.store.get();
  copy_.source_prefix = source.prefix;
  copy_.to.prefix = place.prefix;
  copy_.by_server = is_one_server() && !no_server_copy_ && place.store->traits().server_copy;
  return transfer_.run(kText.name, around, route,
                       [&](Observer& observer, Progress& progress, std::stop_token stop) {
                         return copy(copy_, *place.store, observer, progress, std::move(stop));
                       });
}

Status Copy::tell(const CopyReport& report, const Route& route, Console& console) const {
  const auto cpu = process_cpu_time();
  console.summary(copy_summary(report, source_, place_, copy_.to.dry_run));
  if (transfer_.report.stats)
    console.line(stats_table(report.stages, report.elapsed, cpu) + latency_line(report.latency) +
                 route.explain());
  if (report.delete_refused != 0)
    console.notice("--delete would remove " + format_count(report.delete_refused) +
                   " objects: nothing was removed; --delete-max N or --delete-all allow it");
  if (!transfer_.report.json) return {};
  return print(copy_json(report, source_, place_, copy_.to.dry_run, cpu));
}

Result<int> Copy::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(transfer_.settle(around.console));
  PENSTOCK_CHECK(settle(operands));
  Route route(transfer_.stores, transfer_.limits, around.console);
  copy_.to.workers = route.workers();
  copy_.to.useful_workers = [&route] { return route.limit(); };
  copy_.to.measure_stages = transfer_.measures();
  if (transfer_.general.verbose)
    copy_.to.on_object = [&](const PushedObject& object) {
      around.console.detail(describe(object, "copied"));
    };
  auto report = !is_remote(source_)  ? from_directory(route, around)
                : !is_remote(place_) ? into_directory(route, around)
                                     : between_stores(route, around);
  if (!report) return fail(std::move(report).error());
  if (is_remote(place_)) report->retried += route.retried();
  PENSTOCK_CHECK(tell(*report, route, around.console));
  return report->failed + report->delete_refused == 0 ? kExitDone : kExitPartial;
}

}  // namespace

std::unique_ptr<Command> make_copy() { return std::make_unique<Copy>(); }

}  // namespace penstock::cli
