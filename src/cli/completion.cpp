// penstock completion
#include "cli/completion.h"

#include <array>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace penstock::cli {
namespace {

constexpr CommandText kText{
    .name = "completion",
    .operands = "bash|zsh|fish",
    .summary = "print the completion script of a shell",
    .description = "The package installs the same scripts; by hand they are read like this.",
    .examples =
        "source <(penstock completion bash)\n"
        "penstock completion fish > ~/.config/fish/completions/penstock.fish",
};

class Completion final : public Command {
 public:
  const CommandText& text() const override { return kText; }
  OptionTable options() override { return {}; }
  Complete operands() const override { return Complete::kNothing; }
  Result<int> run(const std::vector<std::string>& operands, Surroundings& around) override;
};

Result<int> Completion::run(const std::vector<std::string>& operands, Surroundings&) {
  if (operands.size() != 1) return fail(Code::kInvalid, "name one shell: bash, zsh or fish");
  const std::string script = completion_script(operands[0]);
  if (script.empty())
    return fail(Code::kInvalid,
                "there is no completion for '" + operands[0] + "': bash, zsh or fish");
  PENSTOCK_CHECK(print(script));
  return kExitDone;
}

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace penstock::cli
