#include "store/s3_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/quote.h"
#include "store/server_dates.h"

namespace penstock {
namespace {

constexpr std::size_t kMostXmlBytes = std::size_t{64} << 10;
constexpr std::size_t kMostMessageBytes = 400;
constexpr std::size_t kSecretLikeBytes = 40;
constexpr std::int64_t kMostRetryAfterSeconds = 24L * 60 * 60;

struct Rule {
  std::string_view code;
  Code kind;
  Retry retry;
  std::string_view cure;
};

constexpr auto kRules = std::to_array<Rule>({
    {"NoSuchKey", Code::kNotFound, Retry::kNever, "there is no such key"},
    {"NoSuchBucket", Code::kNotFound, Retry::kNever,
     "there is no such bucket: check the name and the endpoint; none is made"},
    {"NoSuchUpload", Code::kNotFound, Retry::kNever,
     "there is no such upload: it was completed or aborted"},
    {"AccessDenied", Code::kDenied, Retry::kNever, "the key has no right to do this"},
    {"SignatureDoesNotMatch", Code::kDenied, Retry::kNever,
     "check the secret key and the region (AWS_SECRET_ACCESS_KEY, AWS_REGION)"},
    {"InvalidAccessKeyId", Code::kDenied, Retry::kNever,
     "the server does not know this access key (AWS_ACCESS_KEY_ID), or it belongs to another "
     "endpoint"},
    {"ExpiredToken", Code::kDenied, Retry::kNever, "the session has expired: get new credentials"},
    {"InvalidToken", Code::kDenied, Retry::kNever, "check the session token (AWS_SESSION_TOKEN)"},
    {"TokenRefreshRequired", Code::kDenied, Retry::kNever, "get new credentials"},
    {"RequestTimeTooSkewed", Code::kDenied, Retry::kNever,
     "this machine's clock and the server's differ too much"},
    {"InvalidObjectState", Code::kDenied, Retry::kNever,
     "the object is archived: restore it before it can be read"},
    {"PermanentRedirect", Code::kInvalid, Retry::kNever,
     "the bucket is elsewhere: set the region or the endpoint"},
    {"AuthorizationHeaderMalformed", Code::kInvalid, Retry::kNever, "set the right region"},
    {"BadDigest", Code::kCorrupt, Retry::kLater, "what arrived is not what was sent"},
    {"XAmzContentSHA256Mismatch", Code::kCorrupt, Retry::kLater,
     "what arrived is not what was sent"},
    {"InvalidPart", Code::kInvalid, Retry::kNever, "the parts named are not those the server has"},
    {"QuotaExceeded", Code::kNoSpace, Retry::kNever, "the quota is used up"},
    {"ConditionalRequestConflict", Code::kIo, Retry::kLater, ""},
    {"OperationAborted", Code::kIo, Retry::kLater, ""},
    {"RequestTimeout", Code::kIo, Retry::kLater, ""},
    {"IncompleteBody", Code::kIo, Retry::kLater, ""},
    {"PriorRequestNotComplete", Code::kIo, Retry::kLater, ""},
    {"InternalError", Code::kIo, Retry::kLater, ""},
    {"SlowDown", Code::kIo, Retry::kBusy, ""},
    {"ServiceUnavailable", Code::kIo, Retry::kBusy, ""},
    {"RequestLimitExceeded", Code::kIo, Retry::kBusy, ""},
    {"BandwidthLimitExceeded", Code::kIo, Retry::kBusy, ""},
    {"NotImplemented", Code::kUnsupported, Retry::kNever, "this server cannot do that"},
    {"MethodNotAllowed", Code::kUnsupported, Retry::kNever, "this server cannot do that"},
});

// What a status means when its code says nothing.
constexpr Rule rule_of_status(int status, Code precondition) {
  switch (status) {
    case 200:  // an error behind a good status, of a kind we do not know
      return {"", Code::kIo, Retry::kLater, ""};
    case 401:
    case 403:
      return {"", Code::kDenied, Retry::kNever, "the key has no right to do this"};
    case 404:
      return {"", Code::kNotFound, Retry::kNever, "there is no such key, or no such bucket"};
    case 405:
    case 501:
      return {"", Code::kUnsupported, Retry::kNever, "this server cannot do that"};
    case 412:
      return {"", precondition, Retry::kNever,
              precondition == Code::kExists ? "the key is taken" : "the object has changed"};
    case 408:
    case 409:
    case 425:
      return {"", Code::kIo, Retry::kLater, ""};
    case 429:
    case 503:
      return {"", Code::kIo, Retry::kBusy, ""};
    case 507:
      return {"", Code::kNoSpace, Retry::kNever, "the server is full"};
    default:
      break;
  }
  if (status >= 500) return {"", Code::kIo, Retry::kLater, ""};
  if (status >= 400) return {"", Code::kInvalid, Retry::kNever, ""};
  return {"", Code::kIo, Retry::kNever, "the answer makes no sense: is this an S3 endpoint?"};
}

bool is_throttling(std::string_view code) {
  return code.starts_with("Throttl") || code.starts_with("TooManyRequests");
}

Rule rule_of(const S3Refusal& refusal, Code precondition) {
  if (is_throttling(refusal.code)) return {"", Code::kIo, Retry::kBusy, ""};
  const auto found = std::ranges::find(kRules, std::string_view(refusal.code), &Rule::code);
  const Rule by_status = rule_of_status(refusal.status, precondition);
  // Whatever it is called, these two ask for fewer requests.
  if (found == kRules.end() || by_status.retry == Retry::kBusy) return by_status;
  return *found;
}

std::string_view phrase(int status) {
  switch (status) {
    case 301:
      return "Moved Permanently";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 412:
      return "Precondition Failed";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

bool may_be_secret(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=' || c == '_' || c == '-';
}

// A server may quote the request it refuses: long words without a break, which signatures, keys and
// tokens are, become "***".
std::string without_secrets(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, may_be_secret);
    const auto word = static_cast<std::size_t>(end - text.begin());
    const bool hide = word >= kSecretLikeBytes;
    out += hide ? std::string_view("***") : text.substr(0, std::max<std::size_t>(word, 1));
    text.remove_prefix(std::max<std::size_t>(word, 1));
  }
  return out;
}

std::string fit_for_message(std::string_view text) {
  std::string out = without_secrets(text.substr(0, kMostMessageBytes));
  while (out.ends_with('.') || out.ends_with(' ') || out.ends_with('\n')) out.pop_back();
  return printable(out);
}

std::optional<std::int64_t> signed_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::chrono::milliseconds bounded(std::chrono::milliseconds time) {
  return std::clamp(time, std::chrono::milliseconds(0),
                    std::chrono::milliseconds(std::chrono::seconds(kMostRetryAfterSeconds)));
}

// Retry-After is in seconds or a date (RFC 9110 section 10.2.3), Amazon's own in milliseconds.
std::chrono::milliseconds retry_after(const HttpHeaders& headers) {
  if (const auto own = signed_number(find_header(headers, "x-amz-retry-after")))
    return bounded(std::chrono::milliseconds(std::min(*own, kMostRetryAfterSeconds * 1000)));
  const std::string_view text = find_header(headers, "Retry-After");
  if (const auto seconds = signed_number(text))
    return bounded(std::chrono::seconds(std::min(*seconds, kMostRetryAfterSeconds)));
  const auto until = parse_http_date(text);
  const auto now = parse_http_date(find_header(headers, "Date"));
  if (!until || !now) return {};
  return bounded(*until - *now);
}

// From "https://bucket.s3.eu-west-1.amazonaws.com/key" (or "s3-eu-west-1"): what a redirect tells
// when it says nothing else.
std::string region_of_location(std::string_view location) {
  const std::size_t end = location.find(".amazonaws.com");
  if (end == std::string_view::npos) return {};
  const std::string_view host = location.substr(0, end);
  const std::size_t at = std::max(host.rfind("s3.") + 1, host.rfind("s3-") + 1);
  return at == 0 ? std::string() : std::string(host.substr(at + 2));
}

}  // namespace

S3Refusal read_refusal(const XmlElement& error, int status) {
  S3Refusal refusal;
  refusal.status = status;
  refusal.code = printable(error.text_of("Code").substr(0, 100));
  refusal.message = fit_for_message(error.text_of("Message"));
  refusal.region = error.text_of("Region");
  return refusal;
}

S3Refusal read_refusal(const HttpResponse& response) {
  S3Refusal refusal;
  if (response.body.starts_with('<') && response.body.size() <= kMostXmlBytes) {
    if (const auto document = XmlDocument::parse(response.body)) {
      const XmlElement root = document->root();
      // STS wraps its errors once more.
      const XmlElement inner = root.child("Error");
      refusal = read_refusal(inner ? inner : root, response.status);
    }
  }
  refusal.status = response.status;
  refusal.retry_after = retry_after(response.headers);
  if (const auto region = find_header(response.headers, "x-amz-bucket-region"); !region.empty())
    refusal.region = region;
  if (refusal.region.empty())
    refusal.region = region_of_location(find_header(response.headers, "Location"));
  return refusal;
}

Error refusal_error(const S3Refusal& refusal, Code precondition) {
  const Rule rule = rule_of(refusal, precondition);
  std::string text = std::to_string(refusal.status);
  const std::string_view what =
      refusal.code.empty() ? phrase(refusal.status) : std::string_view(refusal.code);
  if (!what.empty()) text.append(" ").append(what);
  if (!refusal.message.empty()) text.append(": ").append(refusal.message);
  if (!rule.cure.empty()) text.append(refusal.message.empty() ? ": " : "; ").append(rule.cure);
  return {rule.kind, std::move(text), rule.retry, refusal.retry_after};
}

}  // namespace penstock
