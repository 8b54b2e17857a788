// The client for everything: TLS, proxies, and plain HTTP.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "net/curl_handle.h"
#include "net/free_list.h"
#include "net/http.h"
#include "net/http_client.h"

namespace penstock {

// Handles of libcurl, one for each request in flight, kept for the next ones. Bounds nothing, and
// takes each request for checked: make_http_client() sees to both.
class CurlClient final : public HttpClient {
 public:
  static Result<std::unique_ptr<CurlClient>> create(const HttpClientOptions& options);

  Result<HttpResponse> perform(const HttpRequest& request, std::stop_token stop) override;
  // The same, and the server's address in digits into `address`, whatever became of the request;
  // empty when it was never reached.
  Result<HttpResponse> perform(const HttpRequest& request, const std::stop_token& stop,
                               std::string& address);

 private:
  explicit CurlClient(const HttpClientOptions& options) : options_(options) {}

  const HttpClientOptions options_;
  FreeList<CurlHandle> handles_;
};

}  // namespace penstock
