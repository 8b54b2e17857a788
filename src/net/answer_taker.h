// What a request does with its answer, whoever reads it from the wire: the head is kept, the body
// goes where the request says.
#pragma once

#include <cstddef>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"
#include "net/http.h"

namespace penstock {

// Bounds on what a server may make us keep. kIo says which one was passed.
inline constexpr std::size_t kMostAnswerHeaders = 64;
inline constexpr std::size_t kMostAnswerHeadBytes = std::size_t{32} << 10;

// Order of the calls: begin, add_header ..., end_head, take ...; begin again after a 1xx answer.
// Threads: one caller at a time. `request` must outlive it.
class AnswerTaker {
 public:
  explicit AnswerTaker(const HttpRequest& request) : request_(request) {}

  void begin(int status);  // forgets the head before
  Status add_header(std::string_view name, std::string_view value);
  Status end_head();  // fails as on_head did; nothing is asked about a 1xx
  // The body's next bytes. Fails as on_bytes did.
  Status take(Bytes piece);

  // There was more than HttpRequest::most_body_bytes: the rest need not be read.
  bool is_full() const { return is_full_; }
  // A final answer's head is complete.
  bool has_head() const { return has_head_; }
  HttpResponse& response() { return response_; }

 private:
  bool goes_out() const { return response_.status / 100 == 2; }

  const HttpRequest& request_;
  HttpResponse response_;
  std::size_t head_bytes_ = 0;
  bool has_head_ = false;
  bool is_full_ = false;
};

}  // namespace penstock
