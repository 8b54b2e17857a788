// penstock verify
#include "penstock/unpack.h"

#include "archive/unpack_source.h"
#include "cli/reading.h"
#include "cli/report.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "verify",
    .operands = "ARCHIVE [PATTERN...]",
    .summary = "check an archive completely, writing nothing",
    .description =
        "Reads, decrypts and decompresses every entry and checks all that unpack checks. "
        "Prints OK and what was checked, or names each damaged entry (exit code 5). ARCHIVE can be "
        "at a URL.",
    .examples =
        "penstock verify photos.zip\n"
        "penstock verify backup.zip --password-file key.txt --json\n"
        "penstock verify s3://backup/photos.zip",
};

class Verify final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override;
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;

 private:
  Reading reading_;
};

OptionTable Verify::options() {
  OptionGroup selection{"Selection", {}};
  reading_.add_selection_to(selection);
  OptionTable table{selection, reading_.password_options(), reading_.trust_options(),
                    reading_.effort_options()};
  reading_.add_url_options_to(table);
  table.push_back(reading_.report_options());
  table.push_back(reading_.general_options());
  return table;
}

Result<int> Verify::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(reading_.settle(operands, around.console));
  return reading_.run(kText.name, {verify, zip::verify_source}, verify_summary, around);
}

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<Verify>(); }

}  // namespace penstock::cli
