// HTTP requests as values, and the port that performs them. The client behind it is libcurl
// (http_client.h), which no other room sees.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Header names compare without case.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;
// The value of the first header of that name; empty when there is none.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

// Reads the next bytes of a request's body, at most out.size(); 0 only at the end. A failure breaks
// the request off and is its result.
using ReadBody = std::function<Result<std::size_t>(MutableBytes out)>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute, already percent-encoded; sent as it is
  HttpHeaders headers;

  // The body: `bytes`, or `read` for exactly `body_bytes`. Neither: none (a PUT or POST then says
  // Content-Length: 0).
  Bytes bytes;
  ReadBody read;
  std::uint64_t body_bytes = 0;

  // Where the body of a 2xx answer goes, piece by piece; its failure ends the request. Unset, and
  // for other answers: into HttpResponse::body, at most `most_body_bytes` of it.
  std::function<Status(const struct HttpResponse&)> on_head;  // before the first piece
  std::function<Status(Bytes)> on_bytes;
  std::size_t most_body_bytes = std::size_t{8} << 20;

  std::chrono::milliseconds connect_timeout{10'000};
  // Neither a byte sent nor received for so long: the request has failed.
  std::chrono::milliseconds idle_timeout{60'000};
  bool expect_continue = false;  // ask before a large body is sent
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  // From the first byte of the request to the first of the answer.
  std::chrono::nanoseconds first_byte{};
};

// Threads: any number at the same time; each request has a connection to itself while it runs, and
// connections are used again.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Every answer of the server is a success here, whatever its status; redirects are not followed.
  // Blocks; cancelled by `stop` (kCancelled), also while it connects. Fails with kIo (no such host,
  // refused, broken off, timed out; Retry::kLater where that can pass), kDenied (the server's
  // certificate is not to be trusted), kInvalid (no URL), or as `read`, `on_head` or `on_bytes`
  // did. Messages never hold header values or queries.
  virtual Result<HttpResponse> perform(const HttpRequest& request, std::stop_token stop) = 0;
};

}  // namespace penstock
