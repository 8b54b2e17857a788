#include "cli/output_plan.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "files/test_directory.h"

namespace penstock::cli {
namespace {

class OutputPlan : public testing::Test {
 protected:
  PlannedFile becomes(std::string_view input, std::string_view output) const {
    return {dir_ / input, dir_ / output};
  }
  // The message of a refusal, or nothing.
  static std::string refusal(const std::vector<PlannedFile>& files, bool replace) {
    const Status apart = check_apart(files, replace);
    if (apart) return {};
    EXPECT_EQ(apart.error().code, Code::kInvalid);
    return apart.error().message;
  }

  const TestDirectory dir_;
};

TEST_F(OutputPlan, TwoOutputsOfOneNameAreRefusedHoweverSpelt) {
  dir_.directory("sub");
  dir_.link("way", "sub");
  for (const char* other : {"sub/x", "./sub/x", "sub//x", "sub/../sub/x", "way/x"})
    for (const bool replace : {false, true}) {
      const auto said = refusal({becomes("a.gz", "sub/x"), becomes("b.zst", other)}, replace);
      EXPECT_NE(said.find("a.gz and "), std::string::npos) << other;
      EXPECT_NE(said.find("b.zst would both become "), std::string::npos) << other;
    }
}

TEST_F(OutputPlan, OutputsThatAreOneFileAreRefused) {
  dir_.file("x");
  std::filesystem::create_hard_link(dir_ / "x", dir_ / "y");
  EXPECT_NE(refusal({becomes("a.gz", "x"), becomes("b.gz", "y")}, true), "");
}

TEST_F(OutputPlan, AnOutputThatIsAnInputIsRefusedWhenItWouldBeReplaced) {
  dir_.file("x");
  dir_.link("same", "x");
  std::filesystem::create_hard_link(dir_ / "x", dir_ / "hard");
  for (const char* other : {"x", "./x", "same", "hard"}) {
    const PlannedFile first = becomes("x.gz", "x");
    const PlannedFile second = becomes(other, "elsewhere");
    EXPECT_NE(refusal({first, second}, true).find("x.gz would replace "), std::string::npos);
    EXPECT_NE(refusal({second, first}, true), "") << other;
    EXPECT_EQ(refusal({first, second}, false), "") << other;  // it exists, so it is kept
  }
}

TEST_F(OutputPlan, AnInputThatIsOnlyMadeByTheRunIsRefused) {
  EXPECT_NE(refusal({becomes("x", "x.zst"), becomes("x.zst", "x.zst.zst")}, true), "");
}

TEST_F(OutputPlan, AnInputNamedTwiceIsSaidToBe) {
  const auto said = refusal({becomes("x", "x.zst"), becomes("x", "x.zst")}, false);
  EXPECT_TRUE(said.ends_with("x is named twice")) << said;
}

TEST_F(OutputPlan, WhatIsNoFileClashesWithNothing) {
  EXPECT_EQ(refusal({{"-", "-"}, {dir_ / "x", "-"}, {dir_ / "x", "-"}}, true), "");
  EXPECT_EQ(refusal({{dir_ / "x", ""}, {dir_ / "x", ""}}, true), "");
  const Failure nameless = fail(Code::kInvalid, "no suffix");
  EXPECT_EQ(refusal({{dir_ / "x", nameless}, {dir_ / "x", nameless}}, true), "");
}

TEST_F(OutputPlan, DifferentNamesMayMeetInOneDirectoryThatIsMissing) {
  EXPECT_EQ(refusal({becomes("a", "no/a"), becomes("b", "no/b")}, true), "");
  EXPECT_NE(refusal({becomes("a", "no/a"), becomes("b", "no/./a")}, true), "");
}

}  // namespace
}  // namespace penstock::cli
