// A command of penstock: its words for people, its options, and what it does. One file per command.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "cli/console.h"
#include "cli/options.h"
#include "cli/signals.h"

namespace penstock::cli {

struct CommandText {
  std::string_view name;
  std::string_view operands;     // "SRC... -o OUT.zip"
  std::string_view summary;      // one line
  std::string_view description;  // sentences, without line breaks
  std::string_view examples;     // lines "command  # what it does"
};

// What a command works with beside its operands.
struct Surroundings {
  Console& console;
  Signals& signals;
};

class Command {
 public:
  virtual ~Command() = default;
  virtual const CommandText& text() const = 0;
  // Its options, bound to this object, which must outlive the table.
  virtual OptionTable options() = 0;
  // Whether the shell should offer files for operands.
  virtual Complete operands() const { return Complete::kFiles; }
  // Prints the results; the exit code, or the Error that ended it.
  virtual Result<int> run(const std::vector<std::string>& operands, Surroundings& around) = 0;
};

// One maker per file of a command.
std::unique_ptr<Command> make_pack();
std::unique_ptr<Command> make_unpack();
std::unique_ptr<Command> make_list();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_compress();
std::unique_ptr<Command> make_decompress();
std::unique_ptr<Command> make_push();
std::unique_ptr<Command> make_pull();
std::unique_ptr<Command> make_copy();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_bench();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_help();

struct CommandEntry {
  std::string_view name;
  std::unique_ptr<Command> (*make)();
};
// In the order in which the help names them.
std::span<const CommandEntry> commands();
// Null when there is none of that name.
std::unique_ptr<Command> make_command(std::string_view name);
// kInvalid for a name that is no command, with the one that was probably meant.
Failure unknown_command(std::string_view name);

// The whole program after process set-up: `arguments` without the program's name. The exit code.
int run(const std::vector<std::string>& arguments, const Environment& environment, Console& console,
        Signals& signals);

}  // namespace penstock::cli
