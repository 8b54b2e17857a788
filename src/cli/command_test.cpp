// The whole program short of main(): arguments in, exit code and messages out. And the texts that
// must not fall behind the options: help, completion, manual.
#include "cli/command.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/completion.h"
#include "cli/help_text.h"
#include "cli/testing.h"

namespace penstock::cli {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code;
  std::string said;
};

Outcome run_with(const std::vector<std::string>& arguments) {
  TextPipe pipe;
  Console console(pipe.fd());
  auto signals = Signals::watch();
  if (!signals) std::abort();
  const int code = run(
      arguments, [](const std::string&) { return static_cast<const char*>(nullptr); }, console,
      **signals);
  return {code, pipe.text()};
}

struct Case {
  std::vector<std::string> arguments;
  int code;
  const char* says;
};
// Names the case in lists of tests; without it they show bytes of addresses.
void PrintTo(const Case& one, std::ostream* out) {
  *out << "penstock";
  for (const std::string& argument : one.arguments) *out << ' ' << argument;
}
class Arguments : public testing::TestWithParam<Case> {};

TEST_P(Arguments, GiveTheExitCodeAndTheReason) {
  const Outcome outcome = run_with(GetParam().arguments);
  EXPECT_EQ(outcome.code, GetParam().code);
  EXPECT_THAT(outcome.said, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Run, Arguments,
    testing::Values(
        Case{{}, 2, "usage: penstock COMMAND"},
        Case{{"pakc"}, 2, "penstock: there is no command 'pakc'; did you mean 'pack'?"},
        Case{{"--level", "3"}, 2, "the command comes first"},
        Case{{"pack"}, 2, "penstock: pack: nothing to pack"},
        Case{{"pack", "src"}, 2, "penstock: pack: the output is missing"},
        Case{{"pack", "src", "-o", "out.zip", "--level", "0"}, 2, "--level: '0'"},
        Case{{"pack", "src", "-o", "out.zip", "--level", "12"},
             2,
             "only --codec zstd has levels up to 19"},
        Case{{"pack", "src", "-o", "out.zip", "--codec", "rar"},
             2,
             "none of deflate, huffman, store, zstd"},
        Case{{"pack", "src", "-o", "out.zip", "--password", "x"}, 2, "did you mean --password-"},
        Case{{"pack", "src", "-o", "out.zip", "--aes", "192"}, 2, "none of 128, 256"},
        Case{{"pack", "a", "b", "-o", "out/"}, 2, "cannot be named after several sources"},
        Case{{"pack", "src", "-o", "-", "--json"}, 2, "cannot both go to the standard output"},
        Case{{"pack", "--files-from", "-", "--password-file", "-", "-o", "x.zip"},
             2,
             "standard input"},
        Case{{"pack", "src", "-o", "/etc"}, 2, "is a directory: write /etc/"},
        Case{{"pack", "src", "-o", "/etc/passwd"}, 2, "/etc/passwd exists; --force"},
        Case{{"unpack"}, 2, "penstock: unpack: the archive is missing"},
        Case{{"unpack", "-"}, 5, "cannot be read from a pipe"},
        Case{{"unpack", "x.zip", "--overwrite", "maybe"}, 2, "none of always, older, never"},
        Case{{"unpack", "x.zip", "--links", "follow"}, 2, "none of refuse, skip, all"},
        Case{{"unpack", "x.zip", "--max-output", "lots"}, 2, "--max-output: 'lots' is no size"},
        Case{{"verify"}, 2, "the archive is missing"},
        Case{{"verify", "x.zip", "--strip", "1"}, 2, "there is no option --strip"},
        Case{{"list"}, 2, "the archive is missing"},
        Case{{"list", "x.zip", "--json", "-0"}, 2, "not both"},
        Case{{"help", "pakc"}, 2, "did you mean 'pack'?"},
        Case{{"completion"}, 2, "name one shell"},
        Case{{"completion", "tcsh"}, 2, "no completion for 'tcsh'"}));

// Runs `body` for each option of each command.
template <class Body>
void for_each_option(Body body) {
  for (const CommandEntry& entry : commands()) {
    const auto command = entry.make();
    for (const OptionGroup& group : command->options())
      for (const Option& option : group.options) body(entry.name, option);
  }
}

TEST(Options, EachHasATextASetterAndANameOfItsOwn) {
  std::vector<std::string> seen;
  for_each_option([&](std::string_view command, const Option& option) {
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_TRUE(option.set) << option.name;
    EXPECT_FALSE(option.is_choice() && option.complete != Complete::kNothing) << option.name;
    std::string id(command);
    id.append(" --").append(option.name);
    EXPECT_EQ(std::ranges::count(seen, id), 0) << id;
    seen.push_back(id);
  });
}

TEST(HelpText, NamesEveryOptionAndFitsATerminal) {
  for_each_option([](std::string_view name, const Option& option) {
    const std::string text = command_help(*make_command(name));
    EXPECT_THAT(text, HasSubstr("--" + std::string(option.name)));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  });
}

TEST(HelpText, NamesEveryCommand) {
  for (const CommandEntry& entry : commands())
    EXPECT_THAT(program_help(), HasSubstr("\n  " + std::string(entry.name) + " "));
}

std::string source_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(PENSTOCK_SOURCE_DIR "/" + path).rdbuf();
  return text.str();
}

TEST(Completion, TheInstalledScriptsAreTheOnesThatAreMade) {
  for (const std::string shell : {"bash", "zsh", "fish"})
    EXPECT_EQ(source_file("completions/penstock." + shell), completion_script(shell))
        << "run: penstock completion " << shell << " > completions/penstock." << shell;
}

TEST(Completion, OffersEveryOption) {
  for_each_option([](std::string_view, const Option& option) {
    EXPECT_THAT(completion_script("bash"), HasSubstr(" --" + std::string(option.name)));
    EXPECT_THAT(completion_script("zsh"), HasSubstr("--" + std::string(option.name) + "["));
    EXPECT_THAT(completion_script("fish"), HasSubstr("-l " + std::string(option.name)));
  });
}

// roff writes a dash that can be copied as "\-".
std::string in_roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

TEST(Manual, DescribesEveryCommandAndEveryOption) {
  const std::string page = source_file("docs/man/penstock.1");
  ASSERT_FALSE(page.empty());
  for (const CommandEntry& entry : commands())
    EXPECT_THAT(page, HasSubstr("\n.SS penstock " + std::string(entry.name))) << entry.name;
  for_each_option([&](std::string_view, const Option& option) {
    EXPECT_THAT(page, HasSubstr(in_roff("--" + std::string(option.name)) + "\\fR")) << option.name;
    const std::string letter = std::string("\\fB\\-") + option.letter + "\\fR";
    EXPECT_TRUE(option.letter == 0 || page.find(letter) != std::string::npos) << option.name;
  });
}

TEST(Manual, NamesNoOptionThatDoesNotExist) {
  std::vector<std::string> known;
  for_each_option([&](std::string_view, const Option& option) { known.emplace_back(option.name); });
  const std::string page = source_file("docs/man/penstock.1");
  for (std::size_t at = 0; (at = page.find("\\fB\\-\\-", at)) != std::string::npos;) {
    at += 7;
    std::string name = page.substr(at, page.find("\\fR", at) - at);
    std::erase(name, '\\');
    EXPECT_TRUE(name == "version" || std::ranges::count(known, name) != 0) << name;
  }
}

}  // namespace
}  // namespace penstock::cli
