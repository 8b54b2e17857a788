#include "net/sigv4.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "base/mutex.h"
#include "crypto/hmac_sha1.h"
#include "crypto/hmac_sha256.h"
#include "net/http_target.h"
#include "net/http_text.h"

namespace penstock {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// "20130524T000000Z".
class Timestamp {
 public:
  explicit Timestamp(std::chrono::sys_seconds time) {
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss clock(time - midnight);
    put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(4, 2, static_cast<unsigned>(date.month()));
    put(6, 2, static_cast<unsigned>(date.day()));
    put(9, 2, static_cast<unsigned>(clock.hours().count()));
    put(11, 2, static_cast<unsigned>(clock.minutes().count()));
    put(13, 2, static_cast<unsigned>(clock.seconds().count()));
  }
  std::string_view whole() const { return {text_.data(), text_.size()}; }
  std::string_view day() const { return {text_.data(), 8}; }

 private:
  void put(std::size_t at, std::size_t digits, unsigned value) {
    for (std::size_t i = digits; i-- > 0; value /= 10)
      text_[at + i] = static_cast<char>('0' + value % 10);
  }

  std::array<char, 16> text_ = {'0', '0', '0', '0', '0', '0', '0', '0',
                                'T', '0', '0', '0', '0', '0', '0', 'Z'};
};

// Replaces the header, so that a request can be signed again.
void set_header(HttpHeaders& headers, std::string_view name, std::string_view value) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return same_word(header.first, name); });
  if (found == headers.end())
    headers.emplace_back(name, value);
  else
    found->second = value;
}

void remove_header(HttpHeaders& headers, std::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return same_word(header.first, name); });
}

// The value as it is signed: without blanks at its ends, runs of them inside as one.
void append_trimmed(std::string& out, std::string_view value) {
  bool pending = false;
  const std::size_t begin = out.size();
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      pending = out.size() > begin;
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out += c;
  }
}

// The headers in the order of their names in lower case.
struct SignedHeader {
  std::string_view name;
  std::string_view value;
};

// `names` holds the lower-case names that the result points to.
std::vector<SignedHeader> sorted(const HttpHeaders& headers, std::string& names) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers) bytes += name.size();
  names.reserve(bytes);  // never reallocated: the views stay good
  std::vector<SignedHeader> result;
  result.reserve(headers.size());
  for (const auto& [name, value] : headers) {
    const std::size_t at = names.size();
    for (const char c : name) names += lower_ascii(c);
    result.push_back({std::string_view(names).substr(at), value});
  }
  std::ranges::sort(result, [](const SignedHeader& a, const SignedHeader& b) {
    if (a.name != b.name) return a.name < b.name;
    return a.name.data() < b.name.data();  // headers of one name keep their order
  });
  return result;
}

// "host:example.com\nx-amz-date:...\n", headers of one name as one with their values in order; and
// "host;x-amz-date" into `names`.
void append_headers(std::string& out, std::span<const SignedHeader> headers, std::string& names) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const bool again = i > 0 && headers[i].name == headers[i - 1].name;
    if (again) {
      out.back() = ',';
    } else {
      if (!names.empty()) names += ';';
      names += headers[i].name;
      out.append(headers[i].name).append(":");
    }
    append_trimmed(out, headers[i].value);
    out += '\n';
  }
}

// As it stands, but "uploads" is "uploads=".
void append_query(std::string& out, std::string_view query) {
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), piece.size() + 1));
    out += piece;
    if (piece.find('=') == std::string_view::npos) out += '=';
    if (!query.empty()) out += '&';
  }
}

// Appends the canonical request's digest in hex to `out`, and the signed names to `names`.
Status append_request_digest(std::string& out, const HttpRequest& request, const HttpTarget& target,
                             std::string_view payload_hash, std::string& names) {
  std::string lower_names;
  const std::vector<SignedHeader> headers = sorted(request.headers, lower_names);
  names.reserve(lower_names.size() + headers.size());
  std::string canonical;
  canonical.reserve(1024 + request.url.size());
  canonical.append(request.method).append("\n");
  canonical.append(target.path.empty() ? "/" : target.path).append("\n");
  append_query(canonical, target.query);
  canonical += '\n';
  append_headers(canonical, headers, names);
  canonical.append("\n").append(names).append("\n").append(payload_hash);
  PENSTOCK_TRY(const Sha256Digest digest, sha256(as_bytes(canonical)));
  out += hex(digest);
  return {};
}

struct DayKey {
  DayKey() = default;
  ~DayKey() { wipe(bytes); }
  DayKey(const DayKey&) = default;
  DayKey& operator=(const DayKey&) = default;

  Sha256Digest bytes{};
};

Status derive(DayKey& key, std::string_view text) {
  PENSTOCK_TRY(Sha256Digest next, hmac_sha256(key.bytes, as_bytes(text)));
  key.bytes = next;
  wipe(next);
  return {};
}

Result<DayKey> derive_day_key(const Secret& secret, std::string_view day, std::string_view region,
                              std::string_view service) {
  std::vector<std::byte> first;
  first.reserve(4 + secret.size());  // never reallocated: no unwiped copy stays behind
  append(first, as_bytes("AWS4"));
  append(first, secret.expose());
  auto made = hmac_sha256(first, as_bytes(day));
  wipe(first);
  if (!made) return fail(std::move(made).error());
  DayKey key;
  key.bytes = *made;
  wipe(*made);
  PENSTOCK_CHECK(derive(key, region));
  PENSTOCK_CHECK(derive(key, service));
  PENSTOCK_CHECK(derive(key, "aws4_request"));
  return key;
}

// Those of an earlier signature are replaced.
void set_signed_headers(HttpHeaders& headers, const HttpTarget& target,
                        const AwsCredentials& credentials, std::string_view payload_hash,
                        const Timestamp& time) {
  headers.reserve(headers.size() + 5);
  remove_header(headers, "Authorization");
  remove_header(headers, "X-Amz-Security-Token");
  set_header(headers, "Host", target.authority);
  set_header(headers, "X-Amz-Date", time.whole());
  set_header(headers, "X-Amz-Content-Sha256", payload_hash);
  if (!credentials.session_token.empty())
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
}

// "20130524/us-east-1/s3/aws4_request"
std::string scope_of(std::string_view day, std::string_view region, std::string_view service) {
  std::string scope;
  scope.reserve(day.size() + region.size() + service.size() + 15);
  scope.append(day).append("/").append(region).append("/").append(service);
  return scope.append("/aws4_request");
}

bool is_header_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

std::chrono::sys_seconds ServerClock::now() const {
  const auto ours = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return ours + std::chrono::seconds(offset_seconds_.load(std::memory_order_relaxed));
}

void ServerClock::correct(std::chrono::sys_seconds server_now) {
  const auto ours = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  offset_seconds_.store((server_now - ours).count(), std::memory_order_relaxed);
}

struct SigV4::State {
  State(std::string region_name, std::string service_name)
      : region(std::move(region_name)), service(std::move(service_name)) {}

  // The key of that day, derived when it is not the last one asked for.
  Result<DayKey> key_of(const AwsCredentials& credentials, std::string_view today)
      PENSTOCK_EXCLUDES(mutex) {
    Lock lock(mutex);
    if (day != today || access_key != credentials.access_key ||
        !equal_constant_time(secret_key.expose(), credentials.secret_key.expose())) {
      PENSTOCK_TRY(key, derive_day_key(credentials.secret_key, today, region, service));
      access_key = credentials.access_key;
      secret_key = credentials.secret_key.clone();
      day = today;
    }
    return key;
  }

  const std::string region;
  const std::string service;
  Mutex mutex;
  std::string day PENSTOCK_GUARDED_BY(mutex);
  std::string access_key PENSTOCK_GUARDED_BY(mutex);
  Secret secret_key PENSTOCK_GUARDED_BY(mutex);
  DayKey key PENSTOCK_GUARDED_BY(mutex);
};

SigV4::SigV4(std::string region, std::string service)
    : state_(std::make_unique<State>(std::move(region), std::move(service))) {}
SigV4::~SigV4() = default;

Status SigV4::sign(HttpRequest& request, const AwsCredentials& credentials,
                   std::string_view payload_hash, std::chrono::sys_seconds now) const {
  if (!is_header_text(credentials.access_key) || !is_header_text(credentials.session_token))
    return fail(Code::kInvalid, "the access key or session token holds a line break");
  PENSTOCK_TRY(const HttpTarget target, http_target(request.url));
  const Timestamp time(now);
  set_signed_headers(request.headers, target, credentials, payload_hash, time);

  const std::string scope = scope_of(time.day(), state_->region, state_->service);
  std::string text;
  text.reserve(kAlgorithm.size() + time.whole().size() + scope.size() + 64 + 3);
  text.append(kAlgorithm).append("\n").append(time.whole()).append("\n");
  text.append(scope).append("\n");
  std::string names;
  PENSTOCK_CHECK(append_request_digest(text, request, target, payload_hash, names));
  PENSTOCK_TRY(const DayKey key, state_->key_of(credentials, time.day()));
  PENSTOCK_TRY(const Sha256Digest signature, hmac_sha256(key.bytes, as_bytes(text)));

  std::string& value = request.headers.emplace_back("Authorization", "").second;
  value.reserve(256 + names.size());
  value.append(kAlgorithm).append(" Credential=").append(credentials.access_key).append("/");
  value.append(scope).append(", SignedHeaders=").append(names);
  value.append(", Signature=").append(hex(signature));
  return {};
}

}  // namespace penstock
