// One request at a time through libcurl, on a connection that is kept for the next one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "penstock/error.h"

#include "net/answer_taker.h"
#include "net/http.h"
#include "net/http_client.h"

namespace penstock {

// An easy handle in a multi handle of its own. curl_easy_perform() does the same inside, but looks
// for a stop only once a second; a multi handle can be woken.
//
// Settings that never change are made once: curl_easy_reset() for each request costs more than the
// request's own settings. Threads: one caller at a time.
class CurlHandle {
 public:
  // `options` must outlive it. Fails with kInternal (libcurl lacks what we need) and kNoSpace.
  static Result<std::unique_ptr<CurlHandle>> create(const HttpClientOptions& options);
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  // As HttpClient::perform; the request has been checked.
  Result<HttpResponse> perform(const HttpRequest& request, const std::stop_token& stop);
  // The server's address, in digits, of the last request; empty when it got none.
  std::string_view address() const;

 private:
  enum class Mode { kNone, kHead, kBytes, kRead };  // how the body goes
  struct EasyCleanup {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct MultiCleanup {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  // What the callbacks of the running request need.
  struct Run;

  CurlHandle() = default;
  bool set_for_good(const HttpClientOptions& options);
  bool set_for(Run& run);
  bool set_mode(Mode mode);
  void build_headers(const HttpRequest& request);
  Status drive(Run& run, const std::stop_token& stop, CURLcode& result);
  Result<HttpResponse> outcome(Run& run, CURLcode code);
  Status attempt(Run& run, const std::stop_token& stop, CURLcode& code);
  bool was_closed_before(const Run& run, CURLcode code) const;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* run);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* run);
  static std::size_t on_read(char* data, std::size_t size, std::size_t count, void* run);

  template <class Value>
  bool set(CURLoption option, Value value) {
    return curl_easy_setopt(easy_.get(), option, value) == CURLE_OK;
  }

  std::unique_ptr<CURLM, MultiCleanup> multi_;
  std::unique_ptr<CURL, EasyCleanup> easy_;  // goes first
  Mode mode_ = Mode::kNone;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::string header_text_;              // what header_list_ points into
  std::vector<curl_slist> header_list_;  // our own, because curl_slist_append() copies each line
};

}  // namespace penstock
