#include "net/answer_taker.h"

#include <algorithm>

namespace penstock {

void AnswerTaker::begin(int status) {
  response_.status = status;
  response_.headers.clear();
  head_bytes_ = 0;
}

Status AnswerTaker::add_header(std::string_view name, std::string_view value) {
  head_bytes_ += name.size() + value.size();
  if (response_.headers.size() == kMostAnswerHeaders || head_bytes_ > kMostAnswerHeadBytes)
    return fail(Code::kIo, "the answer's head is larger than we read");
  if (response_.headers.empty()) response_.headers.reserve(8);
  response_.headers.emplace_back(name, value);
  return {};
}

Status AnswerTaker::end_head() {
  if (response_.status < 200) return {};
  has_head_ = true;
  return goes_out() && request_.on_head ? request_.on_head(response_) : Status();
}

Status AnswerTaker::take(Bytes piece) {
  if (goes_out() && request_.on_bytes) return request_.on_bytes(piece);
  const std::size_t room = request_.most_body_bytes - response_.body.size();
  is_full_ = piece.size() > room;
  response_.body.append(as_text(piece.first(std::min(piece.size(), room))));
  return {};
}

}  // namespace penstock
