#include "net/url.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hex.h"
#include "base/quote.h"
#include "net/http_text.h"

namespace penstock {
namespace {

constexpr std::size_t kShownBytes = 200;

bool is_unreserved(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_ascii_letter(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

Failure bad_url(std::string_view text, std::string_view why) {
  // What a user takes for a URL may hold a password or a signature: those are not shown.
  const bool has_user = text.find('@') != std::string_view::npos;
  const std::string_view shown = text.substr(0, has_user ? text.find("://") : text.find('?'));
  return fail(Code::kInvalid, "URL " + quoted_short(shown, kShownBytes) + ": " + std::string(why));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// host[:port], split; `host` keeps the brackets of an IPv6 address. The reason, where it is none.
struct Authority {
  std::string_view host;
  std::string_view port;  // digits, or empty
  bool has_port = false;
  std::string_view error;
};

Authority split_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return {{}, {}, false, "the [ of its host is not closed"};
  const bool is_address = end > 2 && std::ranges::all_of(text.substr(1, end - 1), [](char c) {
                            return is_ascii_digit(c) ||
                                   (lower_ascii(c) >= 'a' && lower_ascii(c) <= 'f') || c == ':' ||
                                   c == '.';
                          });
  if (!is_address) return {{}, {}, false, "no IPv6 address between [ and ]"};
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty()) return {text, {}, false, {}};
  if (rest.front() != ':') return {{}, {}, false, "something other than a port behind ]"};
  return {text.substr(0, end + 1), rest.substr(1), true, {}};
}

Authority split_authority(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    return {{}, {}, false, "a user or password has no place in a URL: it would end up in logs"};
  if (text.starts_with('[')) return split_bracketed(text);
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (!std::ranges::all_of(host, is_unreserved))
    return {{}, {}, false, "its host holds a sign that no host name has"};
  if (colon == std::string_view::npos) return {host, {}, false, {}};
  const std::string_view port = text.substr(colon + 1);
  if (port.find(':') != std::string_view::npos)
    return {{}, {}, false, "an IPv6 address needs brackets: http://[::1]/"};
  return {host, port, true, {}};
}

// 1 to 65535; 0 for anything else.
std::uint16_t parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() ? port : std::uint16_t{0};
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    if (piece.empty()) continue;
    const std::string_view name = piece.substr(0, piece.find('='));
    const std::string_view value = piece.substr(std::min(piece.size(), name.size() + 1));
    PENSTOCK_TRY(std::string decoded_name, percent_decode(name));
    PENSTOCK_TRY(std::string decoded_value, percent_decode(value));
    pairs.emplace_back(std::move(decoded_name), std::move(decoded_value));
  }
  return pairs;
}

// The scheme in front of "://"; empty when there is none.
std::string_view scheme_of(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || !is_scheme(text.substr(0, end))) return {};
  return text.substr(0, end);
}

void append_encoded(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

}  // namespace

bool Url::looks_like(std::string_view text) { return !scheme_of(text).empty(); }

Result<Url> Url::parse(std::string_view text) {
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty()) return bad_url(text, "it does not begin with a scheme://");
  if (std::ranges::any_of(text, is_control)) return bad_url(text, "it holds a control character");
  if (text.find('#') != std::string_view::npos)
    return bad_url(text, "a # begins a part that is never sent: write %23");
  const std::string_view rest = text.substr(scheme.size() + 3);
  const std::string_view before_query = rest.substr(0, rest.find('?'));
  const std::string_view authority = before_query.substr(0, before_query.find('/'));
  const Authority parts = split_authority(authority);
  if (!parts.error.empty()) return bad_url(text, parts.error);

  Url url;
  url.scheme = scheme;
  std::ranges::transform(url.scheme, url.scheme.begin(), lower_ascii);
  url.host = parts.host;
  if (url.host.empty() && (url.scheme.starts_with("http") || parts.has_port))
    return bad_url(text, "it names no host");
  if (parts.has_port) url.port = parse_port(parts.port);
  if (parts.has_port && url.port == 0)
    return bad_url(text, "its port is no number from 1 to 65535");
  url.path = before_query.substr(authority.size());
  auto query = parse_query(rest.substr(std::min(rest.size(), before_query.size() + 1)));
  if (!query) return bad_url(text, query.error().message);
  url.query = *std::move(query);
  return url;
}

std::string Url::authority() const { return port == 0 ? host : host + ":" + std::to_string(port); }

std::string percent_encode(std::string_view text, bool keep_slashes) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    if (is_unreserved(c) || (c == '/' && keep_slashes))
      out += c;
    else
      append_encoded(out, c);
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    std::array<std::byte, 1> byte{};
    if (!from_hex(text.substr(i + 1, 2), byte))
      return fail(Code::kInvalid, "a % without two hexadecimal digits behind it");
    out += static_cast<char>(byte[0]);
    i += 2;
  }
  return out;
}

std::string encode_query(std::vector<std::pair<std::string, std::string>> pairs) {
  for (auto& [name, value] : pairs) {
    name = percent_encode(name, false);
    value = percent_encode(value, false);
  }
  std::ranges::sort(pairs);  // by the encoded bytes, the value deciding between equal names
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

}  // namespace penstock
