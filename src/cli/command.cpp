#include "cli/command.h"

#include <algorithm>
#include <array>
#include <new>

#include "cli/exit_code.h"
#include "cli/help_text.h"
#include "cli/output.h"

namespace penstock::cli {
namespace {

constexpr std::array kCommands{
    CommandEntry{"pack", make_pack},
    CommandEntry{"unpack", make_unpack},
    CommandEntry{"list", make_list},
    CommandEntry{"verify", make_verify},
    CommandEntry{"compress", make_compress},
    CommandEntry{"decompress", make_decompress},
    CommandEntry{"push", make_push},
    CommandEntry{"pull", make_pull},
    CommandEntry{"copy", make_copy},
    CommandEntry{"check", make_check},
    CommandEntry{"bench", make_bench},
    CommandEntry{"help", make_help},
    CommandEntry{"completion", make_completion},
};

// Names of options that other commands have and this one may meet in a shared configuration file.
std::vector<std::string> all_option_names() {
  std::vector<std::string> names;
  for (const CommandEntry& entry : kCommands) {
    const auto command = entry.make();
    for (const OptionGroup& group : command->options())
      for (const Option& option : group.options) names.emplace_back(option.name);
  }
  return names;
}

bool asks_for_help(const std::vector<std::string>& arguments) {
  const auto end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), end,
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

Result<int> run_command(Command& command, const std::vector<std::string>& arguments,
                        const Environment& environment, Surroundings& around) {
  if (asks_for_help(arguments)) {
    PENSTOCK_CHECK(print(command_help(command)));
    return kExitDone;
  }
  const OptionTable table = command.options();
  const ParseContext context{command.text().name, environment, all_option_names};
  auto operands = parse(table, arguments, context);
  if (!operands) {
    Error error = std::move(operands).error();
    error.message.append(" (see 'penstock help ").append(command.text().name).append("')");
    return fail(std::move(error));
  }
  return command.run(*operands, around);
}

Result<int> dispatch(const std::vector<std::string>& arguments, const Environment& environment,
                     Surroundings& around) {
  if (arguments.empty()) {
    around.console.line(program_help());
    return exit_code(Code::kInvalid);
  }
  const std::string& first = arguments[0];
  if (first == "--version" || first == "-V") {
    PENSTOCK_CHECK(print("penstock " PENSTOCK_VERSION "\n"));
    return kExitDone;
  }
  const bool help = first == "--help" || first == "-h";
  const auto command = make_command(help ? "help" : first);
  if (command == nullptr) return unknown_command(first);
  around.console.set_operation(command->text().name);
  return run_command(*command, {arguments.begin() + 1, arguments.end()}, environment, around);
}

// Whatever is left of a run whose memory ran out has been given back here: outputs that were not
// complete are gone, as after any failure. (What threads run has its own net, see Crew.)
Result<int> outcome(const std::vector<std::string>& arguments, const Environment& environment,
                    Surroundings& around) {
  try {
    return dispatch(arguments, environment, around);
  } catch (const std::bad_alloc&) {
    return fail(Code::kNoSpace, "out of memory");
  }
}

}  // namespace

std::span<const CommandEntry> commands() { return kCommands; }

std::unique_ptr<Command> make_command(std::string_view name) {
  for (const CommandEntry& entry : kCommands)
    if (entry.name == name) return entry.make();
  return nullptr;
}

Failure unknown_command(std::string_view name) {
  if (name.starts_with("-"))
    return fail(Code::kInvalid, "the command comes first: penstock COMMAND " + std::string(name) +
                                    " ... (see 'penstock help')");
  std::vector<std::string_view> names;
  for (const CommandEntry& entry : kCommands) names.push_back(entry.name);
  std::string message = "there is no command '" + std::string(name) + "'";
  if (const auto meant = nearest(name, names); !meant.empty())
    message.append("; did you mean '").append(meant).append("'?");
  return fail(Code::kInvalid, message + " (see 'penstock help')");
}

int run(const std::vector<std::string>& arguments, const Environment& environment, Console& console,
        Signals& signals) {
  Surroundings around{console, signals};
  const auto result = outcome(arguments, environment, around);
  if (result) return *result;
  console.clear_bar();
  if (!is_closed_pipe(result.error())) console.error(result.error());
  return exit_code(result.error().code);
}

}  // namespace penstock::cli
