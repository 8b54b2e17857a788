// The options of one command: a table that says how each is written, what it means to a person and
// where its value goes. Parsing, help texts, shell completion and the manual's test all read it.
//
// Where a value comes from, the first that has one: the command line, PENSTOCK_<OPTION> in the
// environment, the file named by --config. Arguments are bytes and are never rewritten: that is why
// no general library parses them (docs/decisions tells more).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

namespace penstock::cli {

// What a shell offers for a value.
enum class Complete { kNothing, kFiles, kDirectories };

struct Option {
  std::string_view name{};   // without dashes
  char letter = 0;           // 0: no short form
  std::string_view value{};  // what the help calls the value; empty: a flag. "a|b|c" is a choice
  std::string_view help{};   // one or two sentences for people, without line breaks
  // Takes the text of the value; for a flag "yes" or "no". Called at most once, but once for each
  // value of a `repeats` option. Fails with kInvalid; the option's name is put in front by the
  // caller.
  std::function<Status(std::string_view)> set{};
  bool repeats = false;
  bool from_environment = true;  // also PENSTOCK_<OPTION> and --config
  // PENSTOCK_<OPTION> that is set but empty is wrong use, not as if it were not set: where taking
  // the default in silence would cost a secret.
  bool needs_value = false;
  Complete complete = Complete::kNothing;

  bool is_flag() const { return value.empty(); }
  bool is_choice() const { return value.find('|') != std::string_view::npos; }
  std::vector<std::string_view> choices() const;
  std::string variable() const;  // "PENSTOCK_MAX_OUTPUT"
};

// Setters for the common kinds; each writes to `out`, which must outlive the option.
std::function<Status(std::string_view)> into_text(std::string& out);
std::function<Status(std::string_view)> into_list(std::vector<std::string>& out);
std::function<Status(std::string_view)> into_flag(bool& out);

// A group of options under one heading of the help text.
struct OptionGroup {
  std::string_view title;
  std::vector<Option> options;
};
using OptionTable = std::vector<OptionGroup>;

// Looks up a variable of the environment; null when it is not set.
using Environment = std::function<const char*(const std::string&)>;

// What to read beside the arguments themselves. `elsewhere` names the options of other commands, so
// that one configuration file serves all of them.
struct ParseContext {
  std::string_view command;  // the section "[command]" of a configuration file
  Environment environment;
  std::function<std::vector<std::string>()> elsewhere;
};

// Calls the setters for `arguments` (without program and command) and returns the operands in
// order.
// "-" is an operand, after "--" everything is; options and operands mix. kInvalid names the option
// and says which one was probably meant.
Result<std::vector<std::string>> parse(const OptionTable& table,
                                       const std::vector<std::string>& arguments,
                                       const ParseContext& context);

// The known name that `typed` was probably meant to be, else empty.
std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known);

}  // namespace penstock::cli
