// penstock unpack
#include "penstock/unpack.h"

#include "archive/unpack_source.h"
#include "cli/reading.h"
#include "cli/report.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "unpack",
    .operands = "ARCHIVE [-C DIR] [PATTERN...]",
    .summary = "unpack a ZIP archive into files and directories",
    .description =
        "Unpacks with all cores what pack, 7-Zip and other tools made. The archive is not "
        "trusted: names, links, overlaps and sizes are checked before the first write, and a "
        "file appears only when its checksum is right. Files that exist are not touched: the "
        "whole run is refused unless --overwrite says otherwise. PATTERN takes a part. ARCHIVE can "
        "be at a URL (s3://bucket/a.zip): only what is unpacked is fetched of it.",
    .examples =
        "penstock unpack photos.zip -C restored\n"
        "penstock unpack photos.zip '2024/*.jpg' --strip 1\n"
        "penstock unpack backup.zip --overwrite older --password-file key.txt\n"
        "penstock unpack s3://backup/photos.zip 2024/beach.jpg",
};

class Unpack final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  OptionGroup output_options();

  Reading reading_;
  std::string overwrite_;
};

OptionGroup Unpack::output_options() {
  OptionGroup group{
      "Output",
      {{.name = "directory",
        .letter = 'C',
        .value = "DIR",
        .help = "unpack into DIR, made when missing (default: the current directory)",
        .set = into_text(reading_.options.directory),
        .complete = Complete::kDirectories},
       {.name = "overwrite",
        .value = "always|older|never",
        .help = "what to do with files that exist: replace all, replace those older than "
                "the archive's, or keep them (default: refuse before anything is written)",
        .set = into_text(overwrite_)},
       {.name = "strip",
        .value = "N",
        .help = "drop N leading directories from each name",
        .set = into_number(reading_.options.strip, 0, 1000)},
       {.name = "dry-run",
        .help = "check and report, write nothing",
        .set = into_flag(reading_.options.dry_run)}}};
  reading_.add_selection_to(group);
  return group;
}

OptionTable Unpack::options() {
  OptionTable table{output_options(), reading_.password_options(), reading_.trust_options(),
                    reading_.effort_options()};
  reading_.add_url_options_to(table);
  table.push_back(reading_.report_options());
  table.push_back(reading_.general_options());
  return table;
}

Result<int> Unpack::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(reading_.settle(operands, around.console));
  if (overwrite_ == "always") reading_.options.overwrite = Overwrite::kAlways;
  if (overwrite_ == "older") reading_.options.overwrite = Overwrite::kOlder;
  if (overwrite_ == "never") reading_.options.overwrite = Overwrite::kNever;
  return reading_.run(kText.name, {unpack, zip::unpack_source}, unpack_summary, around);
}

}  // namespace

std::unique_ptr<Command> make_unpack() { return std::make_unique<Unpack>(); }

}  // namespace penstock::cli
