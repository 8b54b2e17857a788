// penstock verify
#include "penstock/unpack.h"

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
        "Prints OK and what was checked, or names each damaged entry (exit code 5).",
    .examples =
        "penstock verify photos.zip\n"
        "penstock verify backup.zip --password-file key.txt --json",
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
  return {selection,
          reading_.password_options(),
          reading_.trust_options(),
          reading_.effort_options(),
          reading_.report_options(),
          reading_.general_options()};
}

Result<int> Verify::run(const std::vector<std::string>& operands, Surroundings& around) {
  PENSTOCK_CHECK(reading_.settle(operands, around.console));
  return reading_.run(kText.name, verify, verify_summary, around);
}

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<Verify>(); }

}  // namespace penstock::cli
