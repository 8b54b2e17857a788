// For tests: an HttpClient that answers as a function says. For what no real server can be made to
// answer; everything else is tested against a real one.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/http.h"

namespace penstock {

// A request as the server sees it.
struct SeenRequest {
  std::string method;
  std::string url;
  HttpHeaders headers;
  std::string body;

  std::string header(std::string_view name) const {
    return std::string(find_header(headers, name));
  }
};

using Answer = std::function<HttpResponse(const SeenRequest&)>;

class TestHttpClient final : public HttpClient {
 public:
  explicit TestHttpClient(Answer answer) : answer_(std::move(answer)) {}

  Result<HttpResponse> perform(const HttpRequest& request, std::stop_token stop) override {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    SeenRequest seen{request.method, request.url, request.headers, {}};
    PENSTOCK_TRY(seen.body, read_body(request));
    {
      Lock lock(mutex_);
      seen_.push_back(seen);
    }
    HttpResponse response = answer_(seen);
    if (response.status / 100 == 2 && request.on_bytes)
      PENSTOCK_CHECK(hand_over(request, response));
    return response;
  }

  std::vector<SeenRequest> seen() PENSTOCK_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    return seen_;
  }

 private:
  static Result<std::string> read_body(const HttpRequest& request) {
    std::string body(as_text(request.bytes));
    std::array<std::byte, 1000> buffer{};
    while (request.read && body.size() < request.body_bytes) {
      PENSTOCK_TRY(const std::size_t got, request.read(buffer));
      if (got == 0) break;
      body += as_text(Bytes(buffer).first(got));
    }
    return body;
  }
  static Status hand_over(const HttpRequest& request, HttpResponse& response) {
    const std::string body = std::exchange(response.body, {});
    if (request.on_head) PENSTOCK_CHECK(request.on_head(response));
    for (std::size_t at = 0; at < body.size(); at += 7)
      PENSTOCK_CHECK(
          request.on_bytes(as_bytes(body).subspan(at, std::min<std::size_t>(7, body.size() - at))));
    return {};
  }

  const Answer answer_;
  Mutex mutex_;
  std::vector<SeenRequest> seen_ PENSTOCK_GUARDED_BY(mutex_);
};

}  // namespace penstock
