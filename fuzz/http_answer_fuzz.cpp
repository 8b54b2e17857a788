// Answers of servers: any bytes are refused or read, within the bounds, and the same however they
// come in pieces; what is accepted holds nothing that would be another header when it is shown or
// sent on.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "net/answer_parser.h"

namespace {

using namespace penstock;

constexpr std::size_t kMostBodyBytes = 4096;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Outcome {
  bool refused = false;
  std::string why;
  bool done = false;
  bool keeps_alive = false;
  bool full = false;
  std::size_t consumed = 0;
  HttpResponse response;
};

// The bytes in pieces of `piece_bytes`, each copied to just its size, so that a sanitizer sees a
// read behind it.
Outcome parse(Bytes input, std::size_t piece_bytes, bool to_head) {
  HttpRequest request;
  request.most_body_bytes = kMostBodyBytes;
  AnswerTaker taker(request);
  AnswerParser parser(taker, to_head);
  Outcome outcome;
  while (outcome.consumed < input.size() && !parser.is_done()) {
    const Bytes rest = input.subspan(outcome.consumed);
    const Bytes next = rest.first(std::min(rest.size(), piece_bytes));
    const std::vector<std::byte> piece(next.begin(), next.end());
    const auto taken = parser.feed(piece);
    if (!taken) {
      outcome.refused = true;
      outcome.why = taken.error().message;
      break;
    }
    require(*taken == piece.size() || parser.is_done());
    outcome.consumed += *taken;
  }
  if (!outcome.refused && !parser.is_done()) outcome.refused = !parser.end().has_value();
  outcome.done = parser.is_done();
  outcome.keeps_alive = parser.keeps_alive();
  outcome.full = taker.is_full();
  outcome.response = taker.response();
  return outcome;
}

void check(const Outcome& outcome) {
  const HttpResponse& response = outcome.response;
  require(response.body.size() <= kMostBodyBytes);
  require(response.headers.size() <= kMostAnswerHeaders);
  for (const auto& [name, value] : response.headers) {
    require(!name.empty() && name.find_first_of(" \t\r\n:") == std::string::npos);
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  if (outcome.refused) return;
  require(outcome.done && response.status >= 200 && response.status <= 599);
}

}  // namespace

// The first byte says what is asked and how large the pieces are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const Bytes input = std::as_bytes(std::span(data, size)).subspan(1);
  const bool to_head = (data[0] & 1) != 0;
  const Outcome whole = parse(input, input.size(), to_head);
  const Outcome pieces = parse(input, data[0] / 2 + 1, to_head);
  check(whole);
  check(pieces);
  require(whole.refused == pieces.refused && whole.done == pieces.done && whole.why == pieces.why);
  require(whole.response.status == pieces.response.status);
  require(whole.response.headers == pieces.response.headers);
  require(whole.response.body == pieces.response.body || whole.refused);
  require(whole.keeps_alive == pieces.keeps_alive || whole.refused);
  // Whoever has enough does not care where the rest ends.
  require(whole.consumed == pieces.consumed || whole.refused || whole.full);
  return 0;
}
