#include "store/s3_headers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hex.h"
#include "base/json.h"
#include "base/quote.h"
#include "store/s3_answers.h"
#include "store/server_dates.h"

namespace penstock {
namespace {

constexpr std::string_view kWordBegin = "=?UTF-8?";
constexpr std::string_view kWordEnd = "?=";
constexpr std::string_view kMetaPrefix = "x-amz-meta-";
constexpr std::string_view kGoogleMetaPrefix = "x-goog-meta-";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kSigns = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSigns.find(c) != std::string_view::npos;
  });
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Headers that say how a request is sent, which is not for its caller to decide.
bool is_ours(std::string_view name) {
  constexpr auto kOurs = std::to_array<std::string_view>(
      {"authorization", "connection", "content-length", "content-md5", "date", "expect", "host",
       "if-match", "if-none-match", "te", "trailer", "transfer-encoding", "upgrade", "x-amz-date",
       "x-amz-content-sha256", "x-amz-security-token", "x-amz-copy-source",
       "x-amz-metadata-directive"});
  return std::ranges::find(kOurs, name) != kOurs.end() || name.starts_with(kMetaPrefix);
}

Status check_header(const std::string& name, const std::string& value) {
  if (!is_token(name))
    return fail(Code::kInvalid, quoted_short(name, 60) + " is no name of a header");
  if (is_ours(lower(name)))
    return fail(Code::kInvalid, "the header " + name + " cannot be set by hand");
  if (!is_printable_ascii(value))
    return fail(Code::kInvalid, "the header " + name + " must be printable ASCII");
  return {};
}

// Headers of an object that say how its content is to be shown and kept by whoever fetches it.
constexpr std::array<std::string_view, 5> kDescribing = {
    "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"};

Status append_metadata(HttpHeaders& headers, const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    if (!is_token(name))
      return fail(Code::kInvalid, quoted_short(name, 60) + " is no name of metadata");
    headers.emplace_back(std::string(kMetaPrefix) + lower(name), encode_metadata_value(value));
  }
  return {};
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text of "Q" words of RFC 2047 section 4.2; nothing for what is none.
std::optional<std::string> decode_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    std::array<std::byte, 1> byte{};
    if (!from_hex(text.substr(i + 1, 2), byte)) return std::nullopt;
    out += static_cast<char>(byte[0]);
    i += 2;
  }
  return out;
}

std::optional<std::uint64_t> size_of(const HttpHeaders& headers) {
  if (const auto range = parse_content_range(find_header(headers, "Content-Range")))
    return range->whole;
  return whole_number(find_header(headers, "Content-Length"));
}

std::optional<std::string> metadata_name(std::string_view header) {
  std::string name = lower(header);
  for (const std::string_view prefix : {kMetaPrefix, kGoogleMetaPrefix})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return std::nullopt;
}

}  // namespace

std::string encode_metadata_value(std::string_view value) {
  const bool has_outer_blank = !value.empty() && (value.front() == ' ' || value.back() == ' ');
  // Two blanks would be signed as one, and some servers send them on as one.
  const bool plain = is_printable_ascii(value) && !has_outer_blank &&
                     value.find("  ") == std::string_view::npos &&
                     value.find("=?") == std::string_view::npos;
  if (plain) return std::string(value);
  std::string out(kWordBegin);
  return out.append("B?").append(base64(as_bytes(value))).append(kWordEnd);
}

std::string decode_metadata_value(std::string_view value) {
  const std::size_t around = kWordBegin.size() + 2 + kWordEnd.size();
  const bool is_word = value.size() >= around &&
                       lower(value.substr(0, kWordBegin.size())) == lower(kWordBegin) &&
                       value.ends_with(kWordEnd);
  if (!is_word) return std::string(value);
  const char kind = lower(value[kWordBegin.size()]);
  const std::string_view inner = value.substr(kWordBegin.size() + 2, value.size() - around);
  std::optional<std::string> decoded;
  if (kind == 'b') decoded = from_base64(inner);
  if (kind == 'q') decoded = decode_quoted(inner);
  return decoded ? *std::move(decoded) : std::string(value);
}

Status append_put_headers(HttpHeaders& headers, const PutOptions& options, const S3Config& config) {
  if (!is_printable_ascii(options.content_type))
    return fail(Code::kInvalid, "the content type must be printable ASCII");
  if (!options.content_type.empty()) headers.emplace_back("Content-Type", options.content_type);
  const std::string& storage =
      options.storage_class.empty() ? config.storage_class : options.storage_class;
  if (!storage.empty()) {
    if (!is_token(storage))
      return fail(Code::kInvalid, quoted_short(storage, 60) + " is no storage class");
    headers.emplace_back("x-amz-storage-class", storage);
  }
  for (const auto& [name, value] : options.headers) {
    PENSTOCK_CHECK(check_header(name, value));
    headers.emplace_back(name, value);
  }
  return append_metadata(headers, options.metadata);
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  const std::size_t hyphen = text.find('-');
  const std::size_t slash = text.find('/');
  if (!text.starts_with(kUnit) || hyphen == std::string_view::npos ||
      slash == std::string_view::npos || slash < hyphen)
    return std::nullopt;
  const auto begin = whole_number(text.substr(kUnit.size(), hyphen - kUnit.size()));
  const auto last = whole_number(text.substr(hyphen + 1, slash - hyphen - 1));
  const auto whole = whole_number(text.substr(slash + 1));
  if (!begin || !last || !whole || *begin > *last || *last >= *whole) return std::nullopt;
  return ContentRange{*begin, *last + 1, *whole};
}

bool has_md5_etag(const HttpHeaders& headers) {
  return !find_header(headers, "x-amz-server-side-encryption").starts_with("aws:") &&
         find_header(headers, "x-amz-server-side-encryption-customer-algorithm").empty();
}

Result<ObjectInfo> read_object_headers(const std::string& key, const HttpHeaders& headers) {
  const auto bytes = size_of(headers);
  if (!bytes) return fail(Code::kIo, "the server does not tell the object's size", Retry::kLater);
  ObjectInfo info;
  info.key = key;
  info.bytes = *bytes;
  info.etag = plain_etag(find_header(headers, "ETag"));
  info.md5_etag = has_md5_etag(headers);
  info.modified =
      parse_http_date(find_header(headers, "Last-Modified")).value_or(std::chrono::sys_seconds());
  info.content_type = find_header(headers, "Content-Type");
  for (const std::string_view name : kDescribing)
    if (const std::string_view value = find_header(headers, name); !value.empty())
      info.headers.emplace_back(name, value);
  for (const auto& [name, value] : headers)
    if (auto own = metadata_name(name))
      info.metadata.emplace_back(*std::move(own), decode_metadata_value(value));
  return info;
}

}  // namespace penstock
