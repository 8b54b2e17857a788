#include "store/s3_config.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

S3Config config_of(std::string bucket, std::string endpoint = {}) {
  S3Config config;
  config.bucket = std::move(bucket);
  config.endpoint = std::move(endpoint);
  return config;
}

TEST(S3Config, AddressesAmazonByTheHostAndOthersByThePath) {
  EXPECT_EQ(s3_url_prefix(config_of("b"), "eu-west-1"), "https://b.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(s3_url_prefix(config_of("b"), "cn-north-1"),
            "https://b.s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(s3_url_prefix(config_of("b.c"), "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/b.c");
  EXPECT_EQ(s3_url_prefix(config_of("b", "http://127.0.0.1:8000/"), "x"),
            "http://127.0.0.1:8000/b");
}

TEST(S3Config, FollowsTheStyleThatWasAskedFor) {
  S3Config config = config_of("b");
  config.path_style = true;
  EXPECT_EQ(s3_url_prefix(config, "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/b");
  config = config_of("b", "https://store.example:9000");
  config.path_style = false;
  EXPECT_EQ(s3_url_prefix(config, "x"), "https://b.store.example:9000");
}

TEST(S3Config, RefusesNamesThatWouldLeaveTheirPlaceInTheUrl) {
  EXPECT_TRUE(check_config(config_of("my-bucket.x")));
  for (const char* bucket : {"", "a/b", "..", "a?b", "a#b", "a@b", "a b", "-a"})
    EXPECT_FALSE(check_config(config_of(bucket))) << bucket;
  S3Config config = config_of("b");
  for (const char* region : {"", "evil.example/", "EU", "a.b"}) {
    config.region = region;
    EXPECT_FALSE(check_config(config)) << region;
  }
}

TEST(S3Config, RefusesAnUnsignedPayloadThatSomebodyCouldChange) {
  S3Config config = config_of("b", "http://store.example");
  EXPECT_TRUE(check_config(config));
  config.payload = S3Payload::kUnsigned;
  EXPECT_FALSE(check_config(config));
  for (const char* safe :
       {"", "https://store.example", "http://127.0.0.1:8000", "http://[::1]:1"}) {
    config.endpoint = safe;
    EXPECT_TRUE(check_config(config)) << safe;
  }
  config.endpoint = "http://127.example.com";
  EXPECT_FALSE(check_config(config)) << "a name that looks like an address";
}

TEST(S3Config, RefusesEndpointsThatAreNone) {
  for (const char* endpoint :
       {"store.example", "ftp://store.example", "https://u:p@x", "https://x?y=1"})
    EXPECT_FALSE(check_config(config_of("b", endpoint))) << endpoint;
}

}  // namespace
}  // namespace penstock
