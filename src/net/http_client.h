// The HTTP client: libcurl, one easy handle and so one connection for each request in flight.
#pragma once

#include <memory>
#include <string>

#include "penstock/error.h"

#include "net/http.h"

namespace penstock {

struct HttpClientOptions {
  // Most requests, and so connections, at the same time; more of them wait. 0: no bound.
  unsigned most_connections = 0;
  std::string ca_file;    // instead of the system's certificates
  bool insecure = false;  // certificates are not verified: the caller has warned
  std::string proxy;      // empty: as the environment says (https_proxy, no_proxy, ...)
  bool use_proxy = true;  // false: none, whatever is said elsewhere
  std::string user_agent = "penstock";
};

// TLS 1.2 or later, host names and certificates verified. Handles and their connections are kept
// until the client goes, which must be after the last request.
Result<std::unique_ptr<HttpClient>> make_http_client(const HttpClientOptions& options);

}  // namespace penstock
