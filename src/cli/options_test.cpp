#include "cli/options.h"

#include <cstdio>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/settings.h"
#include "files/test_directory.h"

namespace penstock::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A small command's options and what a parse made of them.
struct Fixture {
  std::string output;
  std::vector<std::string> globs;
  bool force = false;
  bool verbose = false;
  int level = 0;
  std::string codec = "deflate";
  std::string config;
  std::map<std::string, std::string> variables;
  std::vector<std::string> operands;

  OptionTable table() {
    return {
        {"All",
         {{.name = "output", .letter = 'o', .value = "OUT", .help = "", .set = into_text(output)},
          {.name = "include",
           .value = "GLOB",
           .help = "",
           .set = into_list(globs),
           .repeats = true},
          {.name = "force", .letter = 'f', .help = "", .set = into_flag(force)},
          {.name = "verbose", .letter = 'v', .help = "", .set = into_flag(verbose)},
          {.name = "level", .value = "N", .help = "", .set = into_number(level, 1, 9)},
          {.name = "codec", .value = "deflate|store", .help = "", .set = into_text(codec)},
          {.name = "config", .value = "FILE", .help = "", .set = into_text(config)}}}};
  }

  // The error's message; "" when the parse succeeds.
  std::string parse(const std::vector<std::string>& arguments) {
    const ParseContext context{"pack",
                               [this](const std::string& name) -> const char* {
                                 const auto found = variables.find(name);
                                 return found == variables.end() ? nullptr : found->second.c_str();
                               },
                               [] { return std::vector<std::string>{"strip"}; }};
    auto result = cli::parse(table(), arguments, context);
    if (!result) {
      EXPECT_EQ(result.error().code, Code::kInvalid);
      return result.error().message;
    }
    operands = *result;
    return {};
  }
};

TEST(Options, MixWithOperandsInAnyOrderAndSpelling) {
  Fixture f;
  EXPECT_EQ(f.parse({"a", "-o", "x", "b", "--level=3", "-fv", "--include", "*.c", "--include=*.h"}),
            "");
  EXPECT_THAT(f.operands, ElementsAre("a", "b"));
  EXPECT_EQ(f.output, "x");
  EXPECT_EQ(f.level, 3);
  EXPECT_TRUE(f.force);
  EXPECT_TRUE(f.verbose);
  EXPECT_THAT(f.globs, ElementsAre("*.c", "*.h"));
}

TEST(Options, ArgumentsAreNeverRewritten) {
  Fixture f;
  EXPECT_EQ(
      f.parse({"[a,b]", "++", "-", "", "a=b", "-o[x,y]", "--include", "[a-c]", "--", "-o", "--"}),
      "");
  EXPECT_THAT(f.operands, ElementsAre("[a,b]", "++", "-", "", "a=b", "-o", "--"));
  EXPECT_EQ(f.output, "[x,y]");
  EXPECT_THAT(f.globs, ElementsAre("[a-c]"));
}

TEST(Options, AValueMayBeginWithADashOrHoldAnEqualsSign) {
  Fixture f;
  EXPECT_EQ(f.parse({"-o", "-", "--include", "-x", "--include=a=b"}), "");
  EXPECT_EQ(f.output, "-");
  EXPECT_THAT(f.globs, ElementsAre("-x", "a=b"));
}

TEST(Options, AFlagCanBeTurnedOffByName) {
  Fixture f;
  f.variables["PENSTOCK_FORCE"] = "1";
  EXPECT_EQ(f.parse({"--force=no"}), "");
  EXPECT_FALSE(f.force);
}

struct Refusal {
  std::vector<std::string> arguments;
  const char* message;
};
// Names the case in lists of tests; without it they show bytes of addresses.
void PrintTo(const Refusal& refusal, std::ostream* out) {
  for (const std::string& argument : refusal.arguments) *out << argument << ' ';
}
class Refuses : public testing::TestWithParam<Refusal> {};

TEST_P(Refuses, WrongUse) {
  Fixture f;
  EXPECT_THAT(f.parse(GetParam().arguments), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Options, Refuses,
    testing::Values(
        Refusal{{"--ouptut", "x"}, "there is no option --ouptut; did you mean --output?"},
        Refusal{{"--lev", "3"}, "did you mean --level?"},
        Refusal{{"--zzzzzzzz"}, "there is no option --zzzzzzzz"},
        Refusal{{"-z"}, "there is no option -z"}, Refusal{{"-o"}, "-o needs a value: OUT"},
        Refusal{{"--output"}, "--output needs a value: OUT"},
        Refusal{{"--output="}, "--output: the value is empty"},
        Refusal{{"--level", "10"}, "--level: '10' is no number of 1 to 9"},
        Refusal{{"--level", "0"}, "--level: '0'"}, Refusal{{"--level", "3x"}, "--level: '3x'"},
        Refusal{{"--codec", "rar"}, "--codec: 'rar' is none of deflate, store"},
        Refusal{{"--force=perhaps"}, "--force: 'perhaps' is neither yes nor no"},
        Refusal{{"-o", "a", "-o", "b"}, "-o is given twice"}));

TEST(Options, TheCommandLineWinsOverTheEnvironmentAndThatOverTheFile) {
  const TestDirectory directory;
  const std::string path = directory / "penstock.conf";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs(
      "# ours\nlevel = 7\n codec=store \nverbose\noutput = from file\n[unpack]\nlevel = x\n"
      "[pack]\ninclude = *.c\ninclude = *.h\n",
      file);
  std::fclose(file);
  Fixture f;
  f.variables = {{"PENSTOCK_CODEC", "deflate"}, {"PENSTOCK_LEVEL", "5"}, {"PENSTOCK_INCLUDE", ""}};
  EXPECT_EQ(f.parse({"--level", "2", "--config", path}), "");
  EXPECT_EQ(f.level, 2);
  EXPECT_EQ(f.codec, "deflate");
  EXPECT_EQ(f.output, "from file");
  EXPECT_TRUE(f.verbose);
  EXPECT_THAT(f.globs, ElementsAre("*.c", "*.h"));
}

TEST(Options, AVariableWithABadValueIsNamed) {
  Fixture f;
  f.variables["PENSTOCK_LEVEL"] = "ten";
  EXPECT_THAT(f.parse({}), HasSubstr("PENSTOCK_LEVEL: 'ten' is no number"));
}

TEST(Options, AConfigurationMayHoldOptionsOfOtherCommandsButNoUnknownOnes) {
  const TestDirectory directory;
  const std::string path = directory / "penstock.conf";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("strip = 3\nlevell = 7\n", file);
  std::fclose(file);
  Fixture f;
  EXPECT_EQ(f.parse({"--config", path}),
            path + ":2: there is no option --levell; did you mean --level?");
}

TEST(Options, NearestNamesOnlyWhatIsNear) {
  EXPECT_EQ(nearest("pakc", {"pack", "unpack", "list"}), "pack");
  EXPECT_EQ(nearest("verfiy", {"pack", "verify"}), "verify");
  EXPECT_THAT(nearest("encrypt", {"pack", "list"}), IsEmpty());
}

}  // namespace
}  // namespace penstock::cli
