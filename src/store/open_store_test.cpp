#include "store/open_store.h"

#include <map>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock {
namespace {

using ::testing::HasSubstr;

OpenStoreOptions with(std::map<std::string, std::string> variables) {
  OpenStoreOptions options;
  options.environment =
      [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  return options;
}

OpenStoreOptions with_aws() {
  return with({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "s"}});
}

TEST(OpenStore, TakesABucketAndAPrefixApart) {
  for (const auto& [place, name, prefix] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"s3://bucket", "s3://bucket", ""},
           {"s3://bucket/", "s3://bucket", ""},
           {"s3://bucket/a/b", "s3://bucket", "a/b"},
           {"s3://bucket/a%20b?c#d/", "s3://bucket", "a%20b?c#d/"},
           {"gs://bucket/a", "gs://bucket", "a"}}) {
    const auto opened = open_store(place, with_aws());
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->store->name(), name);
    EXPECT_EQ(opened->prefix, prefix);
  }
}

TEST(OpenStore, SaysWhatIsWrongWithAPlace) {
  for (const char* place : {"s3://", "s3:///key", "s3://a b/c", "ftp://x/y", "s3:bucket"}) {
    const auto opened = open_store(place, with_aws());
    ASSERT_FALSE(opened) << place;
    EXPECT_EQ(opened.error().code, Code::kInvalid);
    EXPECT_THAT(opened.error().message, HasSubstr("open \"" + std::string(place)));
  }
}

TEST(OpenStore, WithoutKeysSaysWhatToSet) {
  const auto opened = open_store("s3://bucket", with({{"AWS_EC2_METADATA_DISABLED", "true"}}));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kDenied);
  EXPECT_THAT(opened.error().message, HasSubstr("AWS_ACCESS_KEY_ID"));
}

TEST(OpenStore, GoogleHasKeysOfItsOwn) {
  const auto opened =
      open_store("gs://bucket", with({{"GS_ACCESS_KEY_ID", "G"}, {"GS_SECRET_ACCESS_KEY", "s"}}));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(opened->store->traits().put_if_absent);
  EXPECT_THAT(open_store("gs://bucket", with({{"GS_ACCESS_KEY_ID", "G"}})).error().message,
              HasSubstr("GS_SECRET_ACCESS_KEY is not set"));
}

}  // namespace
}  // namespace penstock
