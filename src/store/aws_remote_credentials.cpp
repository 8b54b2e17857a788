#include "store/aws_remote_credentials.h"

#include <chrono>
#include <utility>

#include "base/json_reader.h"
#include "base/quote.h"
#include "net/url.h"
#include "store/s3_config.h"
#include "store/s3_error.h"
#include "store/s3_xml.h"
#include "store/server_dates.h"
#include "store/small_file.h"

namespace penstock {
namespace {

constexpr std::chrono::milliseconds kMetadataTimeout{1'000};
constexpr std::chrono::milliseconds kServiceTimeout{10'000};
constexpr std::string_view kTokenSeconds = "21600";
constexpr std::size_t kMostAnswerBytes = std::size_t{256} << 10;

bool is_header_text(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

HttpRequest get_request(std::string url, std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.url = std::move(url);
  request.connect_timeout = request.idle_timeout = timeout;
  request.most_body_bytes = kMostAnswerBytes;
  return request;
}

// The body of a 200; any other answer is an error.
Result<std::string> ask(HttpClient& client, const HttpRequest& request,
                        const std::stop_token& stop) {
  PENSTOCK_TRY(HttpResponse response, client.perform(request, stop));
  if (response.status == 200) return std::move(response.body);
  return fail(refusal_error(read_refusal(response)));
}

Result<AwsCredentials> checked(AwsCredentials credentials) {
  if (!credentials.access_key.empty() && !credentials.secret_key.empty()) return credentials;
  return fail(Code::kCorrupt, "the answer holds no keys", Retry::kLater);
}

Result<std::string> read_token(const std::string& file) {
  PENSTOCK_TRY(std::string token, read_small_file(file));
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  if (token.empty() || !is_header_text(token))
    return fail(Code::kInvalid, "read " + printable(file) + ": it holds no token of one line");
  return token;
}

Result<AwsCredentials> ask_sts(const WebIdentity& identity, HttpClient& client,
                               const std::stop_token& stop) {
  PENSTOCK_TRY(std::string token, read_token(identity.token_file));
  const std::string form = encode_query({{"Action", "AssumeRoleWithWebIdentity"},
                                         {"Version", "2011-06-15"},
                                         {"RoleArn", identity.role_arn},
                                         {"RoleSessionName", identity.session_name},
                                         {"WebIdentityToken", std::move(token)}});
  HttpRequest request = get_request(identity.endpoint + "/", kServiceTimeout);
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.bytes = as_bytes(form);
  PENSTOCK_TRY(const std::string body, ask(client, request, stop));
  return read_sts_credentials(body);
}

Result<AwsCredentials> ask_container(const ContainerAgent& agent, HttpClient& client,
                                     const std::stop_token& stop) {
  HttpRequest request = get_request(agent.url, kMetadataTimeout);
  std::string token = agent.token;
  if (!agent.token_file.empty()) {
    PENSTOCK_TRY(token, read_token(agent.token_file));
  }
  if (!is_header_text(token))
    return fail(Code::kInvalid, "the token of the container's agent holds a line break");
  if (!token.empty()) request.headers.emplace_back("Authorization", std::move(token));
  PENSTOCK_TRY(const std::string body, ask(client, request, stop));
  return read_json_credentials(body);
}

Result<AwsCredentials> ask_instance(const std::string& endpoint, HttpClient& client,
                                    const std::stop_token& stop) {
  HttpRequest request = get_request(endpoint + "/latest/api/token", kMetadataTimeout);
  request.method = "PUT";
  request.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", kTokenSeconds);
  PENSTOCK_TRY(const std::string token, ask(client, request, stop));
  if (!is_header_text(token))
    return fail(Code::kCorrupt, "the metadata's token holds a line break", Retry::kLater);
  const std::string path = endpoint + "/latest/meta-data/iam/security-credentials/";
  request = get_request(path, kMetadataTimeout);
  request.headers.emplace_back("X-aws-ec2-metadata-token", token);
  PENSTOCK_TRY(const std::string roles, ask(client, request, stop));
  request.url = path + percent_encode(roles.substr(0, roles.find('\n')), false);
  PENSTOCK_TRY(const std::string body, ask(client, request, stop));
  return read_json_credentials(body);
}

}  // namespace

Result<AwsCredentials> read_json_credentials(std::string_view body) {
  PENSTOCK_TRY(const JsonValue json, JsonValue::parse(body));
  AwsCredentials credentials;
  credentials.access_key = json.text_of("AccessKeyId");
  credentials.secret_key = Secret(std::string(json.text_of("SecretAccessKey")));
  credentials.session_token = json.text_of("Token");
  credentials.expires =
      parse_utc_time(json.text_of("Expiration")).value_or(std::chrono::sys_seconds());
  return checked(std::move(credentials));
}

Result<AwsCredentials> read_sts_credentials(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, XmlDocument::parse(body));
  const XmlElement keys =
      document.root().child("AssumeRoleWithWebIdentityResult").child("Credentials");
  AwsCredentials credentials;
  credentials.access_key = keys.text_of("AccessKeyId");
  credentials.secret_key = Secret(std::string(keys.text_of("SecretAccessKey")));
  credentials.session_token = keys.text_of("SessionToken");
  credentials.expires =
      parse_utc_time(keys.text_of("Expiration")).value_or(std::chrono::sys_seconds());
  return checked(std::move(credentials));
}

FetchCredentials fetch_web_identity(WebIdentity identity, std::shared_ptr<HttpClient> client) {
  return [identity = std::move(identity),
          client = std::move(client)](const std::stop_token& stop) -> Result<AwsCredentials> {
    auto credentials = ask_sts(identity, *client, stop);
    if (credentials) return credentials;
    return fail(
        std::move(credentials).error().within("take the role " + printable(identity.role_arn)));
  };
}

FetchCredentials fetch_from_container(ContainerAgent agent, std::shared_ptr<HttpClient> client) {
  return [agent = std::move(agent),
          client = std::move(client)](const std::stop_token& stop) -> Result<AwsCredentials> {
    auto credentials = ask_container(agent, *client, stop);
    if (credentials) return credentials;
    return fail(std::move(credentials).error().within("ask the container's agent for keys"));
  };
}

FetchCredentials fetch_from_instance(std::string endpoint, std::shared_ptr<HttpClient> client) {
  return [endpoint = std::move(endpoint),
          client = std::move(client)](const std::stop_token& stop) -> Result<AwsCredentials> {
    auto credentials = ask_instance(endpoint, *client, stop);
    if (credentials) return credentials;
    return fail(std::move(credentials).error().within("ask this machine's metadata for keys"));
  };
}

Status check_container_url(std::string_view url) {
  PENSTOCK_TRY(const Url parsed, Url::parse(url));
  const std::string& host = parsed.host;
  const bool near = is_loopback_host(host) || host == "169.254.170.2" || host == "169.254.170.23" ||
                    host == "[fd00:ec2::23]";
  if (parsed.scheme == "https" || (parsed.scheme == "http" && near)) return {};
  return fail(Code::kInvalid,
              "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or lead to this machine or to "
              "Amazon's agent");
}

}  // namespace penstock
