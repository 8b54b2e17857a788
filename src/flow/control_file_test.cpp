#include "flow/control_file.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace penstock {
namespace {

// TestDirectory belongs to a room above.
class ControlFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "penstock-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/control"; }
  void write(const char* text) const { std::ofstream(path()) << text; }

 private:
  std::string directory_;
};

TEST_F(ControlFileTest, TellsAChangeOnce) {
  ControlFile file(path());
  auto nothing = file.poll();
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  write("rate 50\nbandwidth 10M\nbandwidth-down 5M\n");
  auto change = file.poll();
  ASSERT_TRUE(change && *change);
  EXPECT_EQ((*change)->rate, 50);
  EXPECT_EQ((*change)->up->at_minute(0), 10U << 20);
  EXPECT_EQ((*change)->down->at_minute(0), 5U << 20);
  change = file.poll();
  ASSERT_TRUE(change);
  EXPECT_FALSE(*change);
  write("rate off\n");
  change = file.poll();
  ASSERT_TRUE(change && *change);
  EXPECT_EQ((*change)->rate, 0);
  EXPECT_FALSE((*change)->up);
}

TEST_F(ControlFileTest, NamesTheLineItDoesNotUnderstand) {
  ControlFile file(path());
  write("# slow\n\nrate 50\nbandwith 10M\n");
  auto change = file.poll();
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().message,
            "control file " + path() +
                ": line 4: 'bandwith': expected rate, bandwidth, bandwidth-up or bandwidth-down");
}

TEST(LimitChange, SaysWhatARateIs) {
  for (const char* text : {"rate", "rate many", "rate -1", "rate 1x", "rate nan"})
    EXPECT_EQ(LimitChange::parse(text).error().code, Code::kInvalid) << text;
  EXPECT_EQ(*LimitChange::parse("  rate 0.5/s \r\n")->rate, 0.5);
}

}  // namespace
}  // namespace penstock
