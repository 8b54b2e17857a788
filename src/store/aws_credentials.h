// Where the keys for S3 come from: the chain that Amazon's own tools look through, in their order.
//
//   1. the environment      AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//   2. a web identity       AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, exchanged at STS
//   3. a profile            AWS_PROFILE, or "default", in ~/.aws/credentials and ~/.aws/config
//                           (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE)
//   4. a container's agent  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI
//   5. the machine's role   instance metadata, version 2 (AWS_EC2_METADATA_DISABLED)
//
// A profile that the user names on the command line goes before 1. Profiles that take a role
// (role_arn), sign in (sso_*) or run a program (credential_process) are refused by name: nothing
// here runs programs that a file names.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "net/http.h"
#include "net/sigv4.h"

namespace penstock {

// Threads: any number at the same time.
class AwsCredentialSource {
 public:
  virtual ~AwsCredentialSource() = default;
  // Valid now. Blocks while they are fetched, cancelled by `stop`. kDenied says where they were
  // looked for.
  virtual Result<std::shared_ptr<const AwsCredentials>> get(const std::stop_token& stop) = 0;
};

// Always these.
std::shared_ptr<AwsCredentialSource> make_fixed_credentials(AwsCredentials credentials);

// What `fetch` gives, fetched again by one caller before they expire: from five minutes before,
// while others go on with those they have; whoever has none waits. When a fetch fails the old ones
// serve as long as they are valid, and the next fetch is half a minute later.
using FetchCredentials = std::function<Result<AwsCredentials>(const std::stop_token& stop)>;
std::shared_ptr<AwsCredentialSource> make_refreshed_credentials(
    FetchCredentials fetch, std::shared_ptr<const ServerClock> clock);

// The variable's value, nothing when it is not set. getenv() but in tests.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

struct AwsChain {
  std::string profile;  // instead of AWS_PROFILE
  Environment environment = process_environment();
  // For STS and metadata; without a proxy.
  std::shared_ptr<HttpClient> client;
  std::shared_ptr<const ServerClock> clock;
};

// What the environment and the profile say about S3; empty where they say nothing.
struct AwsSettings {
  std::string region;    // AWS_REGION, AWS_DEFAULT_REGION, the profile's
  std::string endpoint;  // AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile's endpoint_url
  std::shared_ptr<AwsCredentialSource> credentials;
};

// Reads environment and files, asks no server: that is done by the first get(). kInvalid for a
// file or profile that cannot be used; kNotFound for a profile that was named and is not there.
Result<AwsSettings> find_aws_settings(const AwsChain& chain);

}  // namespace penstock
