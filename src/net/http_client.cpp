#include "net/http_client.h"

#include <cerrno>
#include <fstream>
#include <string_view>

#include "base/quote.h"
#include "net/curl_client.h"
#include "net/http_target.h"
#include "net/http_text.h"
#include "net/plain_client.h"
#include "net/request_slots.h"

namespace penstock {
namespace {

// A line break in a value would make two headers of it.
bool is_header_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// What only who sends the body can say.
bool is_framing(std::string_view name) {
  return same_word(name, "Content-Length") || same_word(name, "Transfer-Encoding");
}

Status check(const HttpRequest& request) {
  if (!is_http_token(request.method)) return fail(Code::kInvalid, "no HTTP method");
  for (const auto& [name, value] : request.headers)
    if (!is_http_token(name) || !is_header_value(value) || is_framing(name))
      return fail(Code::kInvalid, describe_request(request.method, request.url) +
                                      ": a header that cannot be sent: " + printable(name));
  return {};
}

class Slot {
 public:
  explicit Slot(RequestSlots& slots) : slots_(slots) {}
  ~Slot() { slots_.release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  RequestSlots& slots_;
};

// Checks, and bounds how many run.
class BoundedClient final : public HttpClient {
 public:
  BoundedClient(unsigned most_connections, std::unique_ptr<HttpClient> transport)
      : slots_(most_connections), transport_(std::move(transport)) {}

  Result<HttpResponse> perform(const HttpRequest& request, std::stop_token stop) override {
    PENSTOCK_TRY([[maybe_unused]] const HttpTarget target, http_target(request.url));
    PENSTOCK_CHECK(check(request));
    if (!slots_.acquire(stop))
      return fail(Code::kCancelled, describe_request(request.method, request.url) + ": cancelled");
    const Slot slot(slots_);
    return transport_->perform(request, std::move(stop));
  }

 private:
  RequestSlots slots_;
  const std::unique_ptr<HttpClient> transport_;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> make_http_client(const HttpClientOptions& options) {
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file))
    return fail_errno("open " + options.ca_file, errno);
  PENSTOCK_TRY(std::unique_ptr<CurlClient> curl, CurlClient::create(options));
  std::unique_ptr<HttpClient> transport;
  if (asks_without_proxy(options))
    transport = make_plain_client(options, std::move(curl));
  else
    transport = std::move(curl);
  return std::unique_ptr<HttpClient>(
      std::make_unique<BoundedClient>(options.most_connections, std::move(transport)));
}

}  // namespace penstock
