// penstock pull
#include "transfer/pull.h"

#include <utility>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/streams.h"
#include "cli/transfer_report.h"
#include "cli/transferring.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "pull",
    .operands = "SOURCE DIR",
    .summary = "bring what is missing from a store into a directory",
    .description =
        "Lists SOURCE (s3://bucket/prefix, gs://bucket/prefix or a directory), compares with DIR, "
        "and brings the rest with many requests at a time. A file appears under its name only when "
        "it is complete and its checksum is right. An interrupted pull goes on where it was. What "
        "could not be brought is named (exit code 1). Files that push --bundle has sent together "
        "come as single ones. As DIR - is standard output, which gets the "
        "one object SOURCE; that its checksum is right shows in the end, by the exit code.",
    .examples =
        "penstock pull s3://backup/photos photos\n"
        "penstock pull s3://backup/photos photos --include '2024/**' --overwrite never\n"
        "penstock pull gs://models/v3 /srv/models --workers 32 --delete\n"
        "penstock pull s3://backup/shop.sql - | psql shop",
};

class Pull final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  OptionGroup tree_options();
  OptionGroup part_options();
  Status settle(const std::vector<std::string>& operands);
  Result<int> run_stream(Surroundings& around);
  Status tell(const PullReport& report, const Route& route, Console& console) const;

  PullOptions pull_;
  std::string place_;
  std::string overwrite_ = "always";
  std::string links_ = "refuse";
  Transferring transfer_;
};

OptionGroup Pull::tree_options() {
  return {"Selection",
          {{.name = "include",
            .value = "GLOB",
            .help = "take only what matches; may be repeated",
            .set = into_list(pull_.filter.include),
            .repeats = true},
           {.name = "exclude",
            .value = "GLOB",
            .help = "leave out what matches; wins over --include",
            .set = into_list(pull_.filter.exclude),
            .repeats = true},
           {.name = "overwrite",
            .value = "always|older|never|refuse",
            .help = "files that exist and differ: replace them, replace those older than the "
                    "object, keep them, or name each as failed (default: always)",
            .set = into_text(overwrite_)},
           {.name = "links",
            .value = "refuse|skip|all",
            .help = "symbolic links that lead out of DIR: name them as failed, leave them out, or "
                    "make them (default: refuse)",
            .set = into_text(links_)},
           {.name = "checksum",
            .help = "read and compare contents also where sizes and times agree",
            .set = into_flag(pull_.checksum)},
           {.name = "delete",
            .help = "remove files of DIR that SOURCE does not have, when all is there",
            .set = into_flag(pull_.delete_extra)},
           {.name = "delete-max",
            .value = "N",
            .help = "with --delete: remove nothing when it would be more than N files (default: "
                    "1000)",
            .set = into_number(pull_.most_deletes, 0, UINT64_MAX)},
           {.name = "dry-run",
            .help = "compare and count, write nothing",
            .set = into_flag(pull_.dry_run)}}};
}

OptionGroup Pull::part_options() {
  return {"Large objects",
          {{.name = "part-size",
            .value = "SIZE",
            .help = "bring large objects in ranges of SIZE, several at a time (default: 8M)",
            .set = into_bytes(pull_.part_bytes)},
           {.name = "ranges-above",
            .value = "SIZE",
            .help = "which ones: those above SIZE (default: 32M)",
            .set = into_bytes(pull_.range_above_bytes)}}};
}

OptionTable Pull::options() {
  return {tree_options(),
          part_options(),
          transfer_.limits.options(),
          transfer_.stores.options(),
          transfer_.measured_report_options(),
          transfer_.general.options()};
}

Status Pull::settle(const std::vector<std::string>& operands) {
  if (operands.size() != 2)
    return fail(Code::kInvalid,
                "name what to pull (s3://bucket/prefix, gs://bucket/prefix or a "
                "directory), then the directory to bring it into");
  place_ = operands[0];
  pull_.directory = operands[1];
  if (is_remote(pull_.directory))
    return fail(Code::kInvalid, pull_.directory +
                                    " is no directory: pull brings files to this "
                                    "machine; push sends them");
  pull_.overwrite = overwrite_ == "always"  ? Overwrite::kAlways
                    : overwrite_ == "older" ? Overwrite::kOlder
                    : overwrite_ == "never" ? Overwrite::kNever
                                            : Overwrite::kRefuse;
  if (links_ == "skip") pull_.links = LinkPolicy::kSkip;
  if (links_ == "all") pull_.links = LinkPolicy::kAll;
  return {};
}

Status Pull::tell(const PullReport& report, const Route& route, Console& console) const {
  const auto cpu = process_cpu_time();
  console.summary(pull_summary(report, pull_, place_));
  if (transfer_.report.stats) console.line(route.explain());
  return transfer_.report.json ? print(pull_json(report, pull_, place_, cpu)) : Status();
}

// One object to standard output.
Result<int> Pull::run_stream(Surroundings& around) {
  PENSTOCK_CHECK(check_stream_place(place_));
  if (transfer_.report.json || pull_.delete_extra || pull_.dry_run)
    return fail(Code::kInvalid,
                "--json, --delete and --dry-run do not go with standard output, which gets the "
                "object");
  Route route(transfer_.stores, transfer_.limits, around.console);
  PENSTOCK_TRY(const Place place, route.open(place_, false));
  auto report = transfer_.run(
      kText.name, around, route, [&](Observer&, Progress& progress, std::stop_token stop) {
        return pull_to_standard_output(pull_, place, progress, std::move(stop));
      });
  if (!report) return fail(std::move(report).error());
  PENSTOCK_CHECK(tell(*report, route, around.console));
  return kExitDone;
}

Result<int> Pull::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(transfer_.settle(around.console));
  PENSTOCK_CHECK(settle(operands));
  if (pull_.directory == "-") return run_stream(around);
  Route route(transfer_.stores, transfer_.limits, around.console);
  PENSTOCK_TRY(const Place place, route.open(place_, false));
  pull_.source = place.store.get();
  pull_.prefix = place.prefix;
  pull_.workers = route.workers();
  pull_.tell_done = transfer_.general.verbose;
  auto report = transfer_.run(kText.name, around, route,
                              [&](Observer& observer, Progress& progress, std::stop_token stop) {
                                return pull(pull_, observer, progress, std::move(stop));
                              });
  if (!report) return fail(std::move(report).error());
  PENSTOCK_CHECK(tell(*report, route, around.console));
  return report->failed == 0 ? kExitDone : kExitPartial;
}

}  // namespace

std::unique_ptr<Command> make_pull() { return std::make_unique<Pull>(); }

}  // namespace penstock::cli
