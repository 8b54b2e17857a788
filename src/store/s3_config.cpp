#include "store/s3_config.h"

#include <algorithm>
#include <cstddef>

#include "base/quote.h"
#include "net/url.h"

namespace penstock {
namespace {

constexpr std::size_t kMostBucketBytes = 255;  // Amazon's have 63, others' in paths more
constexpr std::size_t kMostRegionBytes = 32;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_bucket(std::string_view text) {
  return !text.empty() && text.size() <= kMostBucketBytes && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
         });
}

Status check_endpoint(const S3Config& config) {
  if (config.endpoint.empty()) return {};
  PENSTOCK_TRY(const Url url, Url::parse(config.endpoint));
  if (url.scheme != "http" && url.scheme != "https")
    return fail(Code::kInvalid, "the endpoint " + quoted_short(config.endpoint, 100) +
                                    " must begin with https:// or http://");
  if (!url.query.empty())
    return fail(Code::kInvalid,
                "the endpoint " + quoted_short(config.endpoint, 100) + " must not have a query");
  if (config.payload == S3Payload::kUnsigned && url.scheme == "http" && !is_loopback_host(url.host))
    return fail(Code::kInvalid,
                "an unsigned payload needs an endpoint with https://, so that nobody changes it "
                "on its way");
  return {};
}

std::string amazon_host(std::string_view region) {
  std::string host = "s3.";
  host.append(region).append(".amazonaws.com");
  if (region.starts_with("cn-")) host += ".cn";
  return host;
}

}  // namespace

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= kMostRegionBytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_loopback_host(std::string_view host) {
  const bool is_ipv4 = std::ranges::all_of(
      host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });  // no "127.example.com"
  return host == "localhost" || host == "[::1]" || (is_ipv4 && host.starts_with("127."));
}

Status check_config(const S3Config& config) {
  if (!is_bucket(config.bucket))
    return fail(Code::kInvalid, quoted_short(config.bucket, 100) + " is no name of a bucket");
  if (!is_region(config.region))
    return fail(Code::kInvalid, quoted_short(config.region, 100) + " is no name of a region");
  return check_endpoint(config);
}

std::string s3_url_prefix(const S3Config& config, std::string_view region) {
  std::string base = config.endpoint.empty() ? "https://" + amazon_host(region) : config.endpoint;
  while (base.ends_with('/')) base.pop_back();
  const bool path_style = config.path_style.value_or(!config.endpoint.empty() ||
                                                     config.bucket.find('.') != std::string::npos);
  if (path_style) return base + "/" + config.bucket;
  return base.insert(base.find("://") + 3, config.bucket + ".");
}

}  // namespace penstock
