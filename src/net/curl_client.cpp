#include "net/curl_client.h"

#include <utility>

#include <curl/curl.h>

namespace penstock {
namespace {

// Once in the life of the process, before the first handle.
Status init_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    return fail(Code::kInternal, std::string("start libcurl: ") + curl_easy_strerror(code));
  return {};
}

}  // namespace

Result<std::unique_ptr<CurlClient>> CurlClient::create(const HttpClientOptions& options) {
  PENSTOCK_CHECK(init_curl());
  return std::unique_ptr<CurlClient>(new CurlClient(options));
}

Result<HttpResponse> CurlClient::perform(const HttpRequest& request, std::stop_token stop) {
  std::string unused;
  return perform(request, stop, unused);
}

Result<HttpResponse> CurlClient::perform(const HttpRequest& request, const std::stop_token& stop,
                                         std::string& address) {
  std::unique_ptr<CurlHandle> handle = handles_.take();
  if (!handle) {
    PENSTOCK_TRY(handle, CurlHandle::create(options_));
  }
  auto response = handle->perform(request, stop);
  address = handle->address();
  handles_.give_back(std::move(handle));
  return response;
}

}  // namespace penstock
