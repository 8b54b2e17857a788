#include "net/http_target.h"

#include <algorithm>
#include <charconv>

#include "base/quote.h"
#include "net/http_text.h"

namespace penstock {
namespace {

constexpr std::size_t kShownBytes = 1024;

// What a request line cannot hold: blanks would end it, a line break would begin a header, and what
// is not ASCII means something else to every server.
bool is_unsendable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7f || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\';
}

Failure bad(std::string_view url, std::string_view why) {
  const bool has_user = url.find('@') != std::string_view::npos;  // whose password is not shown
  const std::string_view shown = url.substr(0, has_user ? url.find("://") : url.find('?'));
  return fail(Code::kInvalid, "URL " + quoted_short(shown, 200) + ": " + std::string(why));
}

bool starts_with_word(std::string_view url, std::string_view word) {
  return url.size() >= word.size() && same_word(url.substr(0, word.size()), word);
}

// Fills host and port from the authority; false when they make no sense.
bool split_authority(HttpTarget& target) {
  const std::string_view text = target.authority;
  const bool bracketed = text.starts_with('[');
  const std::size_t host_end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return false;
  target.host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  const std::string_view rest = text.substr(host_end + (bracketed ? 1 : 0));
  target.port = target.is_tls ? 443 : 80;
  if (target.host.empty() || target.host.find_first_of("[]") != std::string_view::npos)
    return false;
  if (rest.empty()) return true;
  const char* const end = rest.data() + rest.size();
  const auto [parsed, error] = std::from_chars(rest.data() + 1, end, target.port);
  return rest.front() == ':' && error == std::errc() && parsed == end && target.port != 0;
}

}  // namespace

Result<HttpTarget> http_target(std::string_view url) {
  HttpTarget target;
  target.is_tls = starts_with_word(url, "https://");
  if (!target.is_tls && !starts_with_word(url, "http://"))
    return bad(url, "it does not begin with http:// or https://");
  if (std::ranges::any_of(url, is_unsendable))
    return bad(url, "it holds a sign that must be percent-encoded");
  const std::string_view rest = url.substr(target.is_tls ? 8 : 7);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  target.authority = rest.substr(0, authority_end);
  if (target.authority.find('@') != std::string_view::npos)
    return bad(url, "a user or password has no place in a URL: it would end up in logs");
  if (!split_authority(target)) return bad(url, "its host or port is none");
  target.path_and_query = rest.substr(authority_end);
  target.path = target.path_and_query.substr(0, target.path_and_query.find('?'));
  if (target.path.size() < target.path_and_query.size())
    target.query = target.path_and_query.substr(target.path.size() + 1);
  return target;
}

std::string describe_request(std::string_view method, std::string_view url) {
  std::string text(method);
  text += ' ';
  return text.append(url.substr(0, std::min(url.find('?'), kShownBytes)));
}

}  // namespace penstock
