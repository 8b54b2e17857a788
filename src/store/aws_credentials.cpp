#include "store/aws_credentials.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "base/mutex.h"
#include "base/quote.h"
#include "net/url.h"
#include "store/aws_profile.h"
#include "store/aws_remote_credentials.h"
#include "store/small_file.h"

namespace penstock {
namespace {

using SharedCredentials = std::shared_ptr<const AwsCredentials>;

class FixedCredentials final : public AwsCredentialSource {
 public:
  explicit FixedCredentials(AwsCredentials credentials)
      : credentials_(std::make_shared<const AwsCredentials>(std::move(credentials))) {}
  Result<SharedCredentials> get(const std::stop_token&) override { return credentials_; }

 private:
  SharedCredentials credentials_;
};

class RefreshedCredentials final : public AwsCredentialSource {
 public:
  RefreshedCredentials(FetchCredentials fetch, std::shared_ptr<const ServerClock> clock)
      : fetch_(std::move(fetch)), clock_(std::move(clock)) {}

  Result<SharedCredentials> get(const std::stop_token& stop) override {
    PENSTOCK_TRY(SharedCredentials usable, usable_or_turn(stop));
    if (usable) return usable;
    return keep(fetch_(stop));
  }

 private:
  static constexpr std::chrono::minutes kAhead{5};
  static constexpr std::chrono::seconds kMargin{10};  // a request on its way must still be valid
  static constexpr std::chrono::seconds kPauseAfterFailure{30};

  bool valid_for(std::chrono::seconds time) const PENSTOCK_REQUIRES(mutex_) {
    if (!current_) return false;
    const bool expires = current_->expires != std::chrono::sys_seconds();
    return !expires || clock_->now() + time < current_->expires;
  }
  // Those in hand; none when it is this caller's turn to fetch.
  Result<SharedCredentials> usable_or_turn(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    const bool may_fetch = !is_fetching_ && clock_->now() >= next_fetch_;
    if (valid_for(kAhead) || (valid_for(kMargin) && !may_fetch)) return current_;
    if (!is_fetching_) {
      is_fetching_ = true;
      return SharedCredentials();
    }
    return result_of_other(stop);
  }
  // What the fetch that is under way brings; a turn when its caller was stopped.
  Result<SharedCredentials> result_of_other(const std::stop_token& stop) PENSTOCK_REQUIRES(mutex_) {
    changed_.wait(mutex_, stop, [this]() PENSTOCK_REQUIRES(mutex_) { return !is_fetching_; });
    if (stop.stop_requested()) return fail(Code::kCancelled, "wait for credentials: cancelled");
    if (valid_for(kMargin)) return current_;
    if (last_error_.code != Code::kCancelled) return fail(last_error_);
    is_fetching_ = true;
    return SharedCredentials();
  }
  Result<SharedCredentials> keep(Result<AwsCredentials> fetched) PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    is_fetching_ = false;
    changed_.notify_all();
    if (fetched) {
      current_ = std::make_shared<const AwsCredentials>(*std::move(fetched));
      return current_;
    }
    last_error_ = std::move(fetched).error();
    next_fetch_ = clock_->now() + kPauseAfterFailure;
    if (valid_for(kMargin)) return current_;
    return fail(last_error_);
  }

  const FetchCredentials fetch_;
  const std::shared_ptr<const ServerClock> clock_;
  Mutex mutex_;
  Condition changed_;
  SharedCredentials current_ PENSTOCK_GUARDED_BY(mutex_);
  Error last_error_ PENSTOCK_GUARDED_BY(mutex_);
  std::chrono::sys_seconds next_fetch_ PENSTOCK_GUARDED_BY(mutex_){};
  bool is_fetching_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

// The first of the variables that is set and not empty.
std::string first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto value = environment(name); value && !value->empty()) return *std::move(value);
  return {};
}

std::string setting(const AwsProfile& profile, const std::string& name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

// Reads one of the two files; that it is not there is no failure.
Status add_file(const std::string& path, AwsProfiles& profiles) {
  auto text = read_small_file(path);
  if (!text && text.error().code == Code::kNotFound) return {};
  PENSTOCK_TRY(const std::string content, std::move(text));
  return read_aws_profiles(content, printable(path), profiles);
}

Result<AwsProfiles> read_files(const Environment& environment) {
  const std::string home = first_set(environment, {"HOME"});
  const auto path = [&](const char* variable, const char* name) {
    const std::string set = first_set(environment, {variable});
    return set.empty() && !home.empty() ? home + "/.aws/" + name : set;
  };
  AwsProfiles profiles;
  for (const std::string& file :
       {path("AWS_SHARED_CREDENTIALS_FILE", "credentials"), path("AWS_CONFIG_FILE", "config")})
    if (!file.empty()) PENSTOCK_CHECK(add_file(file, profiles));
  return profiles;
}

// One look through the chain.
class Search {
 public:
  explicit Search(const AwsChain& chain) : chain_(chain) {
    named_ = !chain.profile.empty() ? chain.profile : first_set(chain.environment, {"AWS_PROFILE"});
    shown_ = "profile " + quoted_name(named_.empty() ? "default" : named_);
  }

  Result<AwsSettings> run() {
    PENSTOCK_CHECK(find_profile());
    AwsSettings settings;
    settings.region = variable({"AWS_REGION", "AWS_DEFAULT_REGION"});
    if (settings.region.empty()) settings.region = setting(profile_, "region");
    settings.endpoint = variable({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
    if (settings.endpoint.empty()) settings.endpoint = setting(profile_, "endpoint_url");
    region_ = settings.region.empty() ? "us-east-1" : settings.region;
    PENSTOCK_TRY(settings.credentials, find_credentials());
    return settings;
  }

 private:
  using Source = std::shared_ptr<AwsCredentialSource>;

  std::string variable(std::initializer_list<const char*> names) const {
    return first_set(chain_.environment, names);
  }

  Status find_profile() {
    PENSTOCK_TRY(AwsProfiles profiles, read_files(chain_.environment));
    const auto found = profiles.find(named_.empty() ? "default" : named_);
    if (found != profiles.end()) profile_ = std::move(found->second);
    if (found != profiles.end() || named_.empty()) return {};
    return fail(Code::kNotFound, shown_ + " is in neither ~/.aws/credentials nor ~/.aws/config");
  }

  // The first that has keys; each gives none when it is not configured.
  Result<Source> find_credentials() const {
    if (!chain_.profile.empty()) {
      PENSTOCK_TRY(Source named, from_profile());
      if (named) return named;
      return fail(Code::kInvalid, shown_ + " holds no keys");
    }
    for (const auto look : {&Search::from_environment, &Search::from_web_identity,
                            &Search::from_profile, &Search::from_container}) {
      PENSTOCK_TRY(Source found, (this->*look)());
      if (found) return found;
    }
    return from_instance();
  }

  Result<Source> from_environment() const {
    const std::string access = variable({"AWS_ACCESS_KEY_ID"});
    std::string secret = variable({"AWS_SECRET_ACCESS_KEY"});
    if (access.empty() && secret.empty()) return Source();
    if (access.empty()) return fail(Code::kInvalid, "AWS_ACCESS_KEY_ID is not set");
    if (secret.empty()) return fail(Code::kInvalid, "AWS_SECRET_ACCESS_KEY is not set");
    return make_fixed_credentials(
        {access, Secret(std::move(secret)), variable({"AWS_SESSION_TOKEN"}), {}});
  }

  Result<Source> from_web_identity() const {
    const std::string file = variable({"AWS_WEB_IDENTITY_TOKEN_FILE"});
    return file.empty() ? Source() : web_identity(file, variable({"AWS_ROLE_ARN"}));
  }

  Result<Source> web_identity(const std::string& token_file, const std::string& role) const {
    if (role.empty())
      return fail(Code::kInvalid, "a web identity token needs a role (AWS_ROLE_ARN)");
    WebIdentity identity;
    identity.token_file = token_file;
    identity.role_arn = role;
    if (const auto name = variable({"AWS_ROLE_SESSION_NAME"}); !name.empty())
      identity.session_name = name;
    identity.endpoint = variable({"AWS_ENDPOINT_URL_STS"});
    if (identity.endpoint.empty())
      identity.endpoint =
          "https://sts." + region_ + ".amazonaws.com" + (region_.starts_with("cn-") ? ".cn" : "");
    return make_refreshed_credentials(fetch_web_identity(std::move(identity), chain_.client),
                                      chain_.clock);
  }

  Result<Source> from_profile() const {
    const std::string access = setting(profile_, "aws_access_key_id");
    std::string secret = setting(profile_, "aws_secret_access_key");
    if (!access.empty() && !secret.empty())
      return make_fixed_credentials(
          {access, Secret(std::move(secret)), setting(profile_, "aws_session_token"), {}});
    if (!access.empty() || !secret.empty())
      return fail(Code::kInvalid, shown_ +
                                      " has only one of aws_access_key_id and "
                                      "aws_secret_access_key");
    const std::string token_file = setting(profile_, "web_identity_token_file");
    if (!token_file.empty()) return web_identity(token_file, setting(profile_, "role_arn"));
    return refuse_other_ways();
  }

  // What a profile may ask for that is not done here.
  Result<Source> refuse_other_ways() const {
    for (const auto* name : {"role_arn", "sso_session", "sso_start_url", "credential_process"})
      if (profile_.contains(name))
        return fail(Code::kUnsupported,
                    shown_ + " uses " + name +
                        ", which is not supported: put keys into the environment, e.g. by "
                        "eval \"$(aws configure export-credentials --format env)\"");
    return Source();
  }

  Result<Source> from_container() const {
    ContainerAgent agent;
    if (const auto path = variable({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}); !path.empty())
      agent.url = "http://169.254.170.2" + path;
    else
      agent.url = variable({"AWS_CONTAINER_CREDENTIALS_FULL_URI"});
    if (agent.url.empty()) return Source();
    PENSTOCK_CHECK(check_container_url(agent.url));
    agent.token_file = variable({"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"});
    agent.token = variable({"AWS_CONTAINER_AUTHORIZATION_TOKEN"});
    return make_refreshed_credentials(fetch_from_container(std::move(agent), chain_.client),
                                      chain_.clock);
  }

  // The last resort, whose failure has to say what else there was.
  Result<Source> from_instance() const {
    static constexpr std::string_view kCure =
        "no keys for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile "
        "(AWS_PROFILE)";
    if (variable({"AWS_EC2_METADATA_DISABLED"}) == "true")
      return fail(Code::kDenied, std::string(kCure));
    std::string endpoint = variable({"AWS_EC2_METADATA_SERVICE_ENDPOINT"});
    while (endpoint.ends_with('/')) endpoint.pop_back();
    if (endpoint.empty()) endpoint = "http://169.254.169.254";
    auto fetch = [inner = fetch_from_instance(std::move(endpoint), chain_.client)](
                     const std::stop_token& stop) -> Result<AwsCredentials> {
      auto credentials = inner(stop);
      if (credentials || credentials.error().code == Code::kCancelled) return credentials;
      Error error = std::move(credentials).error().within(kCure);
      return fail(Code::kDenied, std::move(error.message));
    };
    return make_refreshed_credentials(std::move(fetch), chain_.clock);
  }

  const AwsChain& chain_;
  std::string named_;
  std::string shown_;
  std::string region_;
  AwsProfile profile_;
};

}  // namespace

std::shared_ptr<AwsCredentialSource> make_fixed_credentials(AwsCredentials credentials) {
  return std::make_shared<FixedCredentials>(std::move(credentials));
}

std::shared_ptr<AwsCredentialSource> make_refreshed_credentials(
    FetchCredentials fetch, std::shared_ptr<const ServerClock> clock) {
  return std::make_shared<RefreshedCredentials>(std::move(fetch), std::move(clock));
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Result<AwsSettings> find_aws_settings(const AwsChain& chain) { return Search(chain).run(); }

}  // namespace penstock
