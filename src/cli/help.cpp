// penstock help
#include "cli/exit_code.h"
#include "cli/help_text.h"
#include "cli/output.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "tell about penstock or one of its commands",
    .description = "The same text as 'penstock COMMAND --help'.",
    .examples = "penstock help unpack",
};

class Help final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override { return {}; }
  Complete operands() const override { return Complete::kNothing; }
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;
};

Result<int> Help::run(const std::vector<std::string>& operands, Surroundings&) {
  if (operands.empty()) {
    PENSTOCK_CHECK(print(program_help()));
    return kExitDone;
  }
  if (operands.size() > 1) return fail(Code::kInvalid, "one command at a time");
  const auto command = make_command(operands[0]);
  if (command == nullptr) return unknown_command(operands[0]);
  PENSTOCK_CHECK(print(command_help(*command)));
  return kExitDone;
}

}  // namespace

std::unique_ptr<Command> make_help() { return std::make_unique<Help>(); }

}  // namespace penstock::cli
