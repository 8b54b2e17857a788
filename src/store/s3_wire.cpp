#include "store/s3_wire.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/hex.h"
#include "base/quote.h"
#include "crypto/digest.h"
#include "net/url.h"
#include "store/server_dates.h"

namespace penstock {
namespace {

constexpr std::uint64_t kAskFirstBytes = std::uint64_t{8} << 20;
// Amazon and Ceph refuse beyond 15 minutes; an answer to HEAD cannot say why it is 403.
constexpr std::chrono::minutes kSuspiciousSkew{10};
// The second one is for the time that a single answer has told wrong, to this request or another.
constexpr int kMostTimeLessons = 2;
// A bucket does not move: more regions than these and somebody plays with us.
constexpr std::size_t kMostTargets = 8;

StoreTraits traits_of(const S3Config& config) {
  StoreTraits traits;
  traits.multipart = true;
  traits.server_copy = true;
  traits.put_if_absent = config.put_if_absent;
  traits.metadata = true;
  traits.md5_etag = true;
  traits.most_put_bytes = config.most_put_bytes;
  traits.least_part_bytes = std::uint64_t{5} << 20;
  traits.most_part_bytes = std::uint64_t{5} << 30;
  return traits;
}

bool is_redirect(const S3Refusal& refusal) {
  return refusal.status == 301 || refusal.status == 307 ||
         (refusal.status == 400 &&
          (refusal.code.empty() || refusal.code == "AuthorizationHeaderMalformed"));
}

// "200 OK" is sent before a long operation is done; then <Error> is what follows.
bool holds_error(std::string_view body) {
  constexpr std::size_t kFront = 300;
  return !body.empty() && body.substr(0, kFront).find("<Error>") != std::string_view::npos;
}

Result<std::string> payload_hash(const S3Request& request, const S3Config& config) {
  if (request.body == nullptr) {
    PENSTOCK_TRY(const Sha256Digest digest, sha256(request.bytes));
    return hex(digest);
  }
  if (config.payload == S3Payload::kUnsigned) return std::string(kUnsignedPayload);
  PENSTOCK_TRY(const Sha256Digest digest, request.body->sha256());
  return hex(digest);
}

// What can be read only once is read through `read`, what lies in memory is sent from there.
void set_body(HttpRequest& http, const S3Request& request) {
  http.bytes = request.bytes;
  if (request.body == nullptr) return;
  http.expect_continue = request.body->size() >= kAskFirstBytes;
  if (const auto whole = request.body->whole()) {
    http.bytes = *whole;
    return;
  }
  http.body_bytes = request.body->size();
  http.read = [body = request.body](MutableBytes out) { return body->read(out); };
}

}  // namespace

// What was tried for one request.
struct S3Wire::Attempt {
  std::string payload_hash;
  const Target* target = nullptr;
  std::chrono::sys_seconds signed_at{};
  bool region_learned = false;
  int time_lessons = 0;
};

S3Wire::S3Wire(S3Config config, S3Access access)
    : config_(std::move(config)),
      name_(config_.scheme + "://" + config_.bucket),
      traits_(traits_of(config_)),
      access_(std::move(access)),
      current_(nullptr) {
  current_ = target_of(config_.region);
}

S3Wire::~S3Wire() = default;

std::string S3Wire::step(std::string_view operation, std::string_view key) const {
  std::string text(operation);
  text.append(" ").append(name_);
  if (!key.empty()) text.append("/").append(printable(key));
  return text;
}

Result<HttpResponse> S3Wire::perform(const S3Request& request, const std::stop_token& stop) {
  const auto failed = [&](Error error) {
    return fail(std::move(error).within(step(request.operation, request.key)));
  };
  HttpRequest http;
  http.method = request.method;
  http.on_head = request.on_head;
  http.on_bytes = request.on_bytes;
  http.idle_timeout = request.idle_timeout;
  set_body(http, request);
  Attempt attempt;
  while (true) {
    if (Status ready = sign(http, request, attempt, stop); !ready)
      return failed(std::move(ready).error());
    auto response = access_.client->perform(http, stop);
    if (!response) return failed(std::move(response).error());
    if (response->status / 100 == 2 && !holds_error(response->body)) return response;
    const S3Refusal refusal = read_refusal(*response);
    if (learn(refusal, *response, attempt)) continue;
    if (request.on_refusal) request.on_refusal(response->status);
    return failed(refusal_error(refusal, request.precondition));
  }
}

Status S3Wire::sign(HttpRequest& http, const S3Request& request, Attempt& attempt,
                    const std::stop_token& stop) {
  if (attempt.payload_hash.empty()) {
    PENSTOCK_TRY(attempt.payload_hash, payload_hash(request, config_));
  }
  if (request.body != nullptr) PENSTOCK_CHECK(request.body->rewind());
  PENSTOCK_TRY(const auto credentials, access_.credentials->get(stop));
  attempt.target = current_.load(std::memory_order_acquire);
  attempt.signed_at = access_.clock->now();
  http.url = attempt.target->url_prefix;
  http.url.append("/").append(percent_encode(request.key, true));
  if (!request.query.empty()) http.url.append("?").append(request.query);
  http.headers = request.headers;
  PENSTOCK_CHECK(
      attempt.target->signer.sign(http, *credentials, attempt.payload_hash, attempt.signed_at));
  // Behind the signature, because proxies in front of the server change it.
  if (config_.decodes_gzip && request.on_bytes)
    http.headers.emplace_back("Accept-Encoding", "gzip");
  return {};
}

bool S3Wire::learn(const S3Refusal& refusal, const HttpResponse& response, Attempt& attempt) {
  return learn_region(refusal, attempt) || learn_time(refusal, response, attempt);
}

bool S3Wire::learn_region(const S3Refusal& refusal, Attempt& attempt) {
  if (attempt.region_learned || !is_redirect(refusal)) return false;
  if (refusal.region == attempt.target->region || !is_region(refusal.region)) return false;
  const Target* named = target_of(refusal.region);
  if (named == nullptr) return false;
  attempt.region_learned = true;
  current_.store(named, std::memory_order_release);
  return true;
}

bool S3Wire::learn_time(const S3Refusal& refusal, const HttpResponse& response, Attempt& attempt) {
  if (attempt.time_lessons == kMostTimeLessons || refusal.status != 403) return false;
  const auto server_now = parse_http_date(find_header(response.headers, "Date"));
  if (!server_now) return false;
  const auto skew = std::chrono::abs(*server_now - attempt.signed_at);
  const bool told = refusal.code == "RequestTimeTooSkewed";
  if (!told && (!refusal.code.empty() || skew < kSuspiciousSkew)) return false;
  if (attempt.time_lessons > 0 && skew < kSuspiciousSkew) return false;  // nothing new
  ++attempt.time_lessons;
  access_.clock->correct(*server_now);
  return true;
}

const S3Wire::Target* S3Wire::target_of(const std::string& region) {
  Lock lock(mutex_);
  const auto found =
      std::ranges::find_if(targets_, [&](const auto& target) { return target->region == region; });
  if (found != targets_.end()) return found->get();
  if (targets_.size() == kMostTargets) return nullptr;
  targets_.push_back(std::unique_ptr<const Target>(
      new Target{region, s3_url_prefix(config_, region), SigV4(region, "s3")}));
  return targets_.back().get();
}

}  // namespace penstock
