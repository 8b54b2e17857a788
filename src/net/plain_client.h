// The client for plain HTTP: a third of libcurl's work for a small request.
#pragma once

#include <memory>

#include "net/curl_client.h"
#include "net/http.h"
#include "net/http_client.h"

namespace penstock {

// Whether requests go straight to their servers, as far as options and environment tell.
bool asks_without_proxy(const HttpClientOptions& options);

// Does http:// itself and leaves the rest to libcurl: https://, bodies that wait for leave, and the
// first request to a host by name, from which it learns the address. So there is one resolver, and
// a stop ends a look-up. Bounds nothing, takes each request for checked, and must not be used where
// there is a proxy: make_http_client() sees to all three.
std::unique_ptr<HttpClient> make_plain_client(const HttpClientOptions& options,
                                              std::unique_ptr<CurlClient> curl);

}  // namespace penstock
