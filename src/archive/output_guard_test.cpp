#include "archive/output_guard.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::zip {
namespace {

namespace fs = std::filesystem;

class OutputGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("penstock_guard_" + std::to_string(::getpid()));
    fs::create_directories(root_ / "in" / "deep");
    fs::create_directories(root_ / "out");
  }
  void TearDown() override { fs::remove_all(root_); }

  Code verdict(const fs::path& output, const fs::path& source) {
    auto guard = OutputGuard::create(output.string());
    EXPECT_TRUE(guard);
    const Status status = guard->admit_sources({source.string()});
    return status ? Code::kInternal : status.error().code;
  }
  fs::path root_;
};

TEST_F(OutputGuardTest, RefusesAnOutputAnywhereBelowASource) {
  EXPECT_EQ(verdict(root_ / "in" / "x.zip", root_ / "in"), Code::kInvalid);
  EXPECT_EQ(verdict(root_ / "in" / "deep" / "x.zip", root_ / "in"), Code::kInvalid);
  EXPECT_EQ(verdict(root_ / "in" / "deep" / "x.zip", root_ / "out" / ".." / "in"), Code::kInvalid);
}

TEST_F(OutputGuardTest, AnOutputWithoutADirectoryIsWrongUseAndTheCureIsTold) {
  std::ofstream(root_ / "file") << "x";
  for (const char* output : {"missing/x.zip", "missing/too/x.zip", "file/x.zip", "file/y/x.zip"}) {
    const auto guard = OutputGuard::create(root_ / output);
    ASSERT_FALSE(guard) << output;
    EXPECT_EQ(guard.error().code, Code::kInvalid) << output;
    EXPECT_NE(guard.error().message.find("make the directory first"), std::string::npos);
  }
}

TEST_F(OutputGuardTest, SeesThroughLinksInTheOutputsPath) {
  fs::create_directory_symlink(root_ / "in", root_ / "alias");
  EXPECT_EQ(verdict(root_ / "alias" / "x.zip", root_ / "in"), Code::kInvalid);
}

TEST_F(OutputGuardTest, RefusesTheOutputItselfAsASource) {
  std::ofstream(root_ / "out" / "x.zip") << "old";
  EXPECT_EQ(verdict(root_ / "out" / "x.zip", root_ / "out" / "x.zip"), Code::kInvalid);
}

TEST_F(OutputGuardTest, AdmitsNeighbours) {
  EXPECT_EQ(verdict(root_ / "out" / "x.zip", root_ / "in"), Code::kInternal);
  EXPECT_EQ(verdict(root_ / "x.zip", root_ / "in"), Code::kInternal);
}

}  // namespace
}  // namespace penstock::zip
