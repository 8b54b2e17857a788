// URLs as the places of transfers need them (RFC 3986), and percent-encoding as SigV4 wants it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

namespace penstock {

// scheme://host[:port]/path[?query]; host and path as they are written, the query decoded.
struct Url {
  std::string scheme;      // lower case
  std::string host;        // "127.0.0.1", "[::1]", "bucket"
  std::uint16_t port = 0;  // 0: the scheme's
  std::string path;        // with its slash at the front; empty: none
  std::vector<std::pair<std::string, std::string>> query;

  // kInvalid says what is wrong. A user or password in it is refused: they end up in logs.
  static Result<Url> parse(std::string_view text);
  // Whether `text` is a URL at all (scheme://) and no path.
  static bool looks_like(std::string_view text);
  // "host" or "host:port".
  std::string authority() const;
};

// Everything but A-Z a-z 0-9 - . _ ~ as %XX; a slash stays when `keep_slashes`.
std::string percent_encode(std::string_view text, bool keep_slashes);
// kInvalid for a % without two digits.
Result<std::string> percent_decode(std::string_view text);
// "a=1&b=" of pairs, encoded, sorted by name as SigV4 wants it.
std::string encode_query(std::vector<std::pair<std::string, std::string>> pairs);

}  // namespace penstock
