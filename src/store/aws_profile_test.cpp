#include "store/aws_profile.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(AwsProfile, ReadsBothFilesAndTheFirstDecides) {
  AwsProfiles profiles;
  ASSERT_TRUE(read_aws_profiles("[default]\naws_access_key_id = A\n[work]\nregion=credentials\n",
                                "credentials", profiles));
  ASSERT_TRUE(read_aws_profiles(
      "[default]\nregion = eu-west-1\n[profile work]\r\nregion = config\r\n", "config", profiles));
  EXPECT_EQ(profiles["default"]["aws_access_key_id"], "A");
  EXPECT_EQ(profiles["default"]["region"], "eu-west-1");
  EXPECT_EQ(profiles["work"]["region"], "credentials");
}

TEST(AwsProfile, SkipsCommentsAndNestedSettings) {
  AwsProfiles profiles;
  ASSERT_TRUE(read_aws_profiles("# c\n; c\n\n[default] # c\nRegion = r#x ; c\ns3 =\n  max = 1\n",
                                "config", profiles));
  EXPECT_EQ(profiles["default"]["region"], "r#x");
  EXPECT_FALSE(profiles["default"].contains("max"));
}

TEST(AwsProfile, NamesFileAndLineOfWhatIsWrongButNotItsText) {
  for (const char* text : {"\n[default\n", "\nkey = before\n", "[d]\nsecret-without-equals\n"}) {
    AwsProfiles profiles;
    const Status status = read_aws_profiles(text, "file", profiles);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().code, Code::kInvalid);
    EXPECT_TRUE(status.error().message.starts_with("file: line 2 ")) << status.error().message;
    EXPECT_EQ(status.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace penstock
