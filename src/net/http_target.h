// Where a request goes: the parts of its URL as they are written, without a copy of any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// Views into the URL it was made of.
struct HttpTarget {
  bool is_tls = false;
  std::string_view authority;       // "host:port", as the Host header wants it
  std::string_view host;            // without the brackets of an IPv6 address
  std::uint16_t port = 0;           // the scheme's when the URL names none
  std::string_view path;            // without the query; empty, or with a slash at the front
  std::string_view query;           // without its ?
  std::string_view path_and_query;  // as it goes into the request line; empty stands for "/"
};

// kInvalid when `url` is no http:// or https:// URL that can be sent as it stands: a sign in it
// that must be percent-encoded, a user or password, a fragment. Threads: any.
Result<HttpTarget> http_target(std::string_view url);

// "PUT http://host/path": what messages about a request begin with. No query: it can hold a
// signature.
std::string describe_request(std::string_view method, std::string_view url);

}  // namespace penstock
