// Credentials that a server hands out: STS for a web identity token, a container's agent, a
// machine's metadata. Each is a FetchCredentials. Sources: "AssumeRoleWithWebIdentity" (STS API
// reference), "Container credential provider" (SDKs and tools guide), "Use IMDSv2" (EC2 guide).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "net/http.h"
#include "store/aws_credentials.h"

namespace penstock {

struct WebIdentity {
  std::string token_file;
  std::string role_arn;
  std::string session_name = "penstock";
  std::string endpoint;  // of STS
};
FetchCredentials fetch_web_identity(WebIdentity identity, std::shared_ptr<HttpClient> client);

struct ContainerAgent {
  std::string url;
  std::string token;       // for its Authorization header; or
  std::string token_file;  // read for each fetch
};
FetchCredentials fetch_from_container(ContainerAgent agent, std::shared_ptr<HttpClient> client);
// kInvalid unless `url` is https, or leads to this machine or to one of the two link-local
// addresses of Amazon's agents: the token would go to whoever else listens there.
Status check_container_url(std::string_view url);

// `endpoint`: "http://169.254.169.254", with AWS_EC2_METADATA_SERVICE_ENDPOINT another. Asked only
// by its version 2, a token first. A second each: elsewhere nobody answers.
FetchCredentials fetch_from_instance(std::string endpoint, std::shared_ptr<HttpClient> client);

// The two answers, for tests. kCorrupt when a key is missing; never quotes them.
Result<AwsCredentials> read_json_credentials(std::string_view body);
Result<AwsCredentials> read_sts_credentials(std::string_view body);

}  // namespace penstock
