// penstock check
#include "transfer/check.h"

#include <optional>
#include <utility>

#include "base/quote.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/transfer_report.h"
#include "cli/transferring.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "check",
    .operands = "SOURCE DEST",
    .summary = "tell whether two places hold the same files",
    .description =
        "Compares SOURCE with DEST; each is a directory, s3://bucket/prefix or "
        "gs://bucket/prefix. Names what is missing, extra or different on standard output, and "
        "changes nothing. The exit code is 1 when they differ. What is of the same size and not "
        "proven to be equal by checksums is counted; --checksum reads both sides.",
    .examples =
        "penstock check photos s3://backup/photos\n"
        "penstock check s3://backup/photos /mnt/copy --checksum --json",
};

std::string_view word(CheckFinding finding) {
  switch (finding) {
    case CheckFinding::kMissing:
      return "missing";
    case CheckFinding::kExtra:
      return "extra";
    case CheckFinding::kDiffers:
      return "differs";
    case CheckFinding::kUnproven:
      return "unproven";
    case CheckFinding::kSame:
      break;
  }
  return "same";
}

class Check final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  Status settle(const std::vector<std::string>& operands);
  void found(std::string_view name, CheckFinding finding);
  Status tell(const CheckReport& report, Console& console);

  CheckOptions check_;
  std::string source_;
  std::string destination_;
  Output differences_;
  std::optional<Error> broken_;  // standard output
  Transferring transfer_;
};

OptionTable Check::options() {
  return {{"Selection",
           {{.name = "include",
             .value = "GLOB",
             .help = "compare only what matches; may be repeated",
             .set = into_list(check_.filter.include),
             .repeats = true},
            {.name = "exclude",
             .value = "GLOB",
             .help = "leave out what matches; wins over --include",
             .set = into_list(check_.filter.exclude),
             .repeats = true},
            {.name = "files-from",
             .value = "FILE",
             .help = "compare only the paths listed in FILE (-: standard input)",
             .set = into_text(check_.files_from),
             .complete = Complete::kFiles},
            {.name = "checksum",
             .help = "read both sides to their ends",
             .set = into_flag(check_.checksum)},
            {.name = "part-size",
             .value = "SIZE",
             .help = "the size of the parts that large files were sent in (default: as push)",
             .set = into_bytes(check_.part_bytes)}}},
          transfer_.limits.options(),
          transfer_.stores.options(),
          transfer_.report_options(),
          transfer_.general.options()};
}

Status Check::settle(const std::vector<std::string>& operands) {
  if (operands.size() != 2)
    return fail(Code::kInvalid,
                "name two places: directories, s3://bucket/prefix or "
                "gs://bucket/prefix");
  source_ = operands[0];
  destination_ = operands[1];
  return {};
}

// With --json standard output belongs to the report.
void Check::found(std::string_view name, CheckFinding finding) {
  const bool quiet = finding == CheckFinding::kSame || finding == CheckFinding::kUnproven;
  if ((quiet && !transfer_.general.verbose) || transfer_.report.json || broken_) return;
  differences_.buffer().append(word(finding)).append(" ");
  append_quoted_name(differences_.buffer(), name);
  differences_.buffer().append("\n");
  if (auto written = differences_.line_done(); !written) broken_ = std::move(written).error();
}

Status Check::tell(const CheckReport& report, Console& console) {
  if (broken_) return fail(*broken_);
  PENSTOCK_CHECK(differences_.flush());
  console.summary(check_summary(report, source_, destination_));
  if (!transfer_.report.json) return {};
  return print(check_json(report, source_, destination_, process_cpu_time()));
}

Result<int> Check::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(transfer_.settle(around.console));
  PENSTOCK_CHECK(settle(operands));
  Route route(transfer_.stores, transfer_.limits, around.console);
  PENSTOCK_TRY(const Place destination, route.open(destination_, false));
  Place source;
  if (is_remote(source_)) {
    PENSTOCK_TRY(source, route.open(source_, false));
    check_.source_store = source.store.get();
    check_.source_prefix = source.prefix;
  } else {
    check_.sources = as_sources({source_});
  }
  check_.prefix = destination.prefix;
  check_.workers = route.workers();
  check_.on_finding = [this](std::string_view name, CheckFinding finding) { found(name, finding); };
  auto report = transfer_.run(
      kText.name, around, [&](Observer& observer, Progress& progress, std::stop_token stop) {
        return check(check_, *destination.store, observer, progress, std::move(stop));
      });
  if (!report) return fail(std::move(report).error());
  PENSTOCK_CHECK(tell(*report, around.console));
  return report->is_equal() ? kExitDone : kExitPartial;
}

}  // namespace

std::unique_ptr<Command> make_check() { return std::make_unique<Check>(); }

}  // namespace penstock::cli
