#include "store/aws_credentials.h"

#include <atomic>
#include <latch>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/test_directory.h"
#include "store/aws_remote_credentials.h"
#include "store/test_http_client.h"

namespace penstock {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAgentAnswer =
    R"({"AccessKeyId": "REMOTE", "SecretAccessKey": "s", "Token": "t",
        "Expiration": "2099-01-01T00:00:00Z"})";

std::string secret_of(const AwsCredentials& credentials) {
  return std::string(as_text(credentials.secret_key.expose()));
}

// An environment, a home directory and servers, all of the test's own.
class AwsChainTest : public ::testing::Test {
 protected:
  Result<AwsSettings> find(const std::string& profile = {}) {
    AwsChain chain;
    chain.profile = profile;
    chain.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
    chain.client = client_;
    chain.clock = std::make_shared<ServerClock>();
    return find_aws_settings(chain);
  }
  // The access key that is found, or why there is none.
  std::string key(const std::string& profile = {}) {
    const auto settings = find(profile);
    if (!settings) return settings.error().message;
    const auto keys = settings->credentials->get({});
    return keys ? (*keys)->access_key : keys.error().message;
  }

  TestDirectory home_;
  std::map<std::string, std::string> variables_ = {{"HOME", home_.path()}};
  Answer answer_ = [](const SeenRequest&) { return HttpResponse{404, {}, "", {}}; };
  std::shared_ptr<TestHttpClient> client_ = std::make_shared<TestHttpClient>(
      [this](const SeenRequest& request) { return answer_(request); });
};

TEST_F(AwsChainTest, TheEnvironmentGoesFirst) {
  home_.file(".aws/credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=s\n");
  variables_["AWS_ACCESS_KEY_ID"] = "E";
  variables_["AWS_SECRET_ACCESS_KEY"] = "secret";
  variables_["AWS_SESSION_TOKEN"] = "token";
  const auto settings = find();
  ASSERT_TRUE(settings) << settings.error().message;
  const auto keys = settings->credentials->get({});
  ASSERT_TRUE(keys);
  EXPECT_EQ((*keys)->access_key, "E");
  EXPECT_EQ(secret_of(**keys), "secret");
  EXPECT_EQ((*keys)->session_token, "token");
}

TEST_F(AwsChainTest, AProfileThatIsNamedGoesBeforeTheEnvironment) {
  variables_["AWS_ACCESS_KEY_ID"] = "E";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  home_.file(".aws/credentials", "[work]\naws_access_key_id=W\naws_secret_access_key=s\n");
  EXPECT_EQ(key("work"), "W");
  EXPECT_THAT(key("other"), HasSubstr("profile other is in neither"));
}

TEST_F(AwsChainTest, HalfOfAKeyIsAnErrorThatNamesTheOther) {
  variables_["AWS_ACCESS_KEY_ID"] = "E";
  EXPECT_THAT(key(), HasSubstr("AWS_SECRET_ACCESS_KEY is not set"));
  home_.file(".aws/credentials", "[work]\naws_access_key_id=W\n");
  EXPECT_THAT(key("work"), HasSubstr("only one of"));
}

TEST_F(AwsChainTest, RegionAndEndpointComeFromEnvironmentThenProfile) {
  home_.file(".aws/config",
             "[profile work]\nregion=eu-west-1\nendpoint_url=https://file.example\n");
  home_.file(".aws/credentials", "[work]\naws_access_key_id=W\naws_secret_access_key=s\n");
  variables_["AWS_PROFILE"] = "work";
  auto settings = find();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->region, "eu-west-1");
  EXPECT_EQ(settings->endpoint, "https://file.example");
  variables_["AWS_DEFAULT_REGION"] = "eu-west-2";
  variables_["AWS_ENDPOINT_URL"] = "https://all.example";
  variables_["AWS_ENDPOINT_URL_S3"] = "https://s3.example";
  settings = find();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->region, "eu-west-2");
  EXPECT_EQ(settings->endpoint, "https://s3.example");
}

TEST_F(AwsChainTest, FilesAreReadFromWhereTheEnvironmentSays) {
  home_.file("elsewhere", "[default]\naws_access_key_id=X\naws_secret_access_key=s\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = home_ / "elsewhere";
  EXPECT_EQ(key(), "X");
}

TEST_F(AwsChainTest, WaysThatAreNotSupportedAreRefusedByName) {
  for (const char* way : {"role_arn", "sso_session", "credential_process"}) {
    home_.file(".aws/config", std::string("[profile work]\n") + way + " = canary\n");
    const std::string said = key("work");
    EXPECT_THAT(said, HasSubstr(std::string("uses ") + way + ", which is not supported"));
    EXPECT_THAT(said, Not(HasSubstr("canary")));
  }
}

TEST_F(AwsChainTest, ATokenOfAWebIdentityIsExchangedAtSts) {
  home_.file("token", "the-token\n");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ / "token";
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/x";
  variables_["AWS_REGION"] = "eu-west-1";
  answer_ = [](const SeenRequest&) {
    return HttpResponse{200,
                        {},
                        "<AssumeRoleWithWebIdentityResponse xmlns='urn:x'>"
                        "<AssumeRoleWithWebIdentityResult><Credentials>"
                        "<AccessKeyId>STS</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                        "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z"
                        "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                        "</AssumeRoleWithWebIdentityResponse>",
                        {}};
  };
  EXPECT_EQ(key(), "STS");
  const auto seen = client_->seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_THAT(seen[0].body, HasSubstr("WebIdentityToken=the-token"));
  EXPECT_THAT(seen[0].body, HasSubstr("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"));
}

TEST_F(AwsChainTest, ARefusalOfStsIsToldWithoutTheToken) {
  home_.file("token", "the-token");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ / "token";
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/x";
  answer_ = [](const SeenRequest&) {
    return HttpResponse{400,
                        {},
                        "<ErrorResponse><Error><Code>InvalidIdentityToken</Code>"
                        "<Message>No provider</Message></Error></ErrorResponse>",
                        {}};
  };
  EXPECT_EQ(key(), "take the role arn:aws:iam::1:role/x: 400 InvalidIdentityToken: No provider");
}

TEST_F(AwsChainTest, AContainersAgentIsAskedWithItsToken) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:9000/keys";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "agent-token";
  answer_ = [](const SeenRequest&) { return HttpResponse{200, {}, kAgentAnswer, {}}; };
  EXPECT_EQ(key(), "REMOTE");
  EXPECT_EQ(client_->seen().at(0).header("Authorization"), "agent-token");
  variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/keys";
  EXPECT_EQ(key(), "REMOTE");
  EXPECT_EQ(client_->seen().at(1).url, "http://169.254.170.2/v2/keys");
}

TEST_F(AwsChainTest, AnAgentElsewhereIsNotAsked) {
  for (const char* url : {"http://example.com/", "http://127.example.com/",
                          "http://169.254.169.254/", "ftp://127.0.0.1/", "nonsense"}) {
    variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    const auto settings = find();
    ASSERT_FALSE(settings) << url;
    EXPECT_EQ(settings.error().code, Code::kInvalid);
  }
  EXPECT_TRUE(client_->seen().empty());
  EXPECT_TRUE(check_container_url("https://example.com/"));
}

TEST_F(AwsChainTest, TheMachinesMetadataIsAskedWithATokenOfItsOwn) {
  answer_ = [](const SeenRequest& request) {
    if (request.method == "PUT") return HttpResponse{200, {}, "metadata-token", {}};
    if (request.header("X-aws-ec2-metadata-token") != "metadata-token")
      return HttpResponse{401, {}, "", {}};
    const bool names_role = request.url.ends_with("/my%20role");
    return HttpResponse{200, {}, names_role ? kAgentAnswer : "my role", {}};
  };
  EXPECT_EQ(key(), "REMOTE");
  EXPECT_EQ(client_->seen().at(0).url, "http://169.254.169.254/latest/api/token");
}

TEST_F(AwsChainTest, WithoutAnyKeysTheErrorSaysWhatToSet) {
  EXPECT_THAT(key(), HasSubstr("no keys for S3: set AWS_ACCESS_KEY_ID"));
  variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  const std::size_t asked = client_->seen().size();
  EXPECT_THAT(key(), HasSubstr("no keys for S3: set AWS_ACCESS_KEY_ID"));
  EXPECT_EQ(client_->seen().size(), asked);
}

TEST_F(AwsChainTest, AnAnswerThatIsNoneIsNotQuoted) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:9000/keys";
  for (const char* body : {"canary", R"({"AccessKeyId": "canary"})", "{\"canary\": "}) {
    answer_ = [&](const SeenRequest&) { return HttpResponse{200, {}, body, {}}; };
    const std::string said = key();
    EXPECT_THAT(said, HasSubstr("ask the container's agent for keys: "));
    EXPECT_THAT(said, Not(HasSubstr("canary")));
  }
}

// ---- Refreshing

AwsCredentials expiring(std::string access, std::chrono::sys_seconds when) {
  return {std::move(access), Secret(std::string("s")), {}, when};
}

TEST(RefreshedCredentials, AreFetchedOnceByManyWhoAskAtTheSameTime) {
  const auto clock = std::make_shared<ServerClock>();
  std::atomic<int> fetches{0};
  const auto source = make_refreshed_credentials(
      [&](const std::stop_token&) -> Result<AwsCredentials> {
        return expiring("K" + std::to_string(++fetches), clock->now() + minutes(60));
      },
      clock);
  std::latch begin(16);
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 16; ++i)
      askers.emplace_back([&] {
        begin.arrive_and_wait();
        const auto got = source->get({});
        ASSERT_TRUE(got);
        EXPECT_EQ((*got)->access_key, "K1");
      });
  }
  EXPECT_EQ(fetches, 1);
}

TEST(RefreshedCredentials, AreFetchedAgainBeforeTheyExpire) {
  const auto clock = std::make_shared<ServerClock>();
  const auto begin = clock->now();
  int fetches = 0;
  const auto source = make_refreshed_credentials(
      [&](const std::stop_token&) -> Result<AwsCredentials> {
        return expiring("K" + std::to_string(++fetches), clock->now() + minutes(60));
      },
      clock);
  EXPECT_EQ((*source->get({}))->access_key, "K1");
  clock->correct(begin + minutes(50));
  EXPECT_EQ((*source->get({}))->access_key, "K1");
  clock->correct(begin + minutes(57));
  EXPECT_EQ((*source->get({}))->access_key, "K2");
}

TEST(RefreshedCredentials, ServeOnWhileTheyAreValidWhenAFetchFails) {
  const auto clock = std::make_shared<ServerClock>();
  const auto begin = clock->now();
  int fetches = 0;
  const auto source = make_refreshed_credentials(
      [&](const std::stop_token&) -> Result<AwsCredentials> {
        if (++fetches > 1) return fail(Code::kIo, "no answer", Retry::kLater);
        return expiring("K1", begin + minutes(60));
      },
      clock);
  ASSERT_TRUE(source->get({}));
  clock->correct(begin + minutes(57));
  EXPECT_EQ((*source->get({}))->access_key, "K1");
  EXPECT_EQ((*source->get({}))->access_key, "K1");
  EXPECT_EQ(fetches, 2) << "after a failure nobody asks for half a minute";
  clock->correct(begin + minutes(61));
  const auto late = source->get({});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "no answer");
}

TEST(RefreshedCredentials, AWaitForAnothersFetchEndsWithAStop) {
  std::latch fetching(1);
  std::latch go_on(1);
  const auto source = make_refreshed_credentials(
      [&](const std::stop_token&) -> Result<AwsCredentials> {
        fetching.count_down();
        go_on.wait();
        return expiring("K1", {});
      },
      std::make_shared<ServerClock>());
  std::jthread fetcher([&] { EXPECT_TRUE(source->get({})); });
  fetching.wait();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(source->get(stop.get_token()).error().code, Code::kCancelled);
  go_on.count_down();
}

}  // namespace
}  // namespace penstock
