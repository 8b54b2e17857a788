#include "net/answer_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/http_text.h"

namespace penstock {
namespace {

constexpr std::size_t kMostLineBytes = std::size_t{8} << 10;
// Of one answer with its interim ones and trailers.
constexpr std::size_t kMostLines = 4 * kMostAnswerHeaders;

Failure bad(std::string_view why) {
  return fail(Code::kIo, "the server's answer is not one we read: " + std::string(why));
}

bool is_value_sign(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Whether a list like "keep-alive, Close" has the word.
bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const std::string_view item = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), item.size() + 1));
    if (same_word(trimmed(item), word)) return true;
  }
  return false;
}

// All of `digits`, and nothing but digits, as a number below 2^63.
bool parse_number(std::string_view digits, int base, std::uint64_t& number) {
  const char* const end = digits.data() + digits.size();
  const auto [parsed, error] = std::from_chars(digits.data(), end, number, base);
  return error == std::errc() && parsed == end && number < std::uint64_t{1} << 63;
}

}  // namespace

// The next line without its end, once all of it is there; it may lie in `input` or in
// partial_line_, and is good until the next call.
bool AnswerParser::next_line(Bytes& input, std::string_view& line, Status& status) {
  const std::string_view text = as_text(input);
  const std::size_t end = text.find('\n');
  const std::string_view piece = text.substr(0, end == std::string_view::npos ? end : end + 1);
  input = input.subspan(piece.size());
  if (partial_line_.size() + piece.size() > kMostLineBytes) {
    status = bad("a line of more than 8 KiB");
    return false;
  }
  if (!partial_line_.empty() || end == std::string_view::npos) partial_line_.append(piece);
  if (end == std::string_view::npos) return false;
  line = partial_line_.empty() ? piece : std::string_view(partial_line_);
  if (!line.ends_with("\r\n")) {
    status = bad("a line that does not end in CR LF");
    return false;
  }
  line.remove_suffix(2);
  return true;
}

Result<std::size_t> AnswerParser::feed(Bytes input) {
  const std::size_t given = input.size();
  while (!input.empty() && state_ != State::kDone) {
    if (state_ == State::kBody || state_ == State::kBodyToEnd || state_ == State::kChunk) {
      PENSTOCK_CHECK(take_body(input));
      continue;
    }
    std::string_view line;
    Status status;
    if (next_line(input, line, status)) {
      status = take_line(line);
      partial_line_.clear();
    }
    PENSTOCK_CHECK(std::move(status));
  }
  return given - input.size();
}

Status AnswerParser::end() {
  if (state_ == State::kDone) return {};
  if (state_ == State::kBodyToEnd) {
    state_ = State::kDone;
    return {};
  }
  return fail(Code::kIo, "the connection was broken off within the answer", Retry::kLater);
}

Status AnswerParser::take_line(std::string_view line) {
  if (++lines_ > kMostLines) return bad("more lines than we read");
  switch (state_) {
    case State::kStatus:
      return take_status(line);
    case State::kHeader:
      return line.empty() ? end_head() : take_header(line);
    case State::kChunkSize:
      lines_ = 0;  // there may be any number of chunks
      return take_chunk_size(line);
    case State::kChunkEnd:
      if (!line.empty()) return bad("a chunk that is longer than its size");
      state_ = State::kChunkSize;
      return {};
    default:  // a trailer, which nobody asks for
      if (line.empty()) state_ = State::kDone;
      return {};
  }
}

// "HTTP/1.1 200 OK"
Status AnswerParser::take_status(std::string_view line) {
  const bool is_http = line.starts_with("HTTP/1.") && line.size() >= 12 &&
                       is_ascii_digit(line[7]) && line[8] == ' ' &&
                       (line.size() == 12 || line[12] == ' ') &&
                       std::ranges::all_of(line, is_value_sign);
  std::uint64_t status = 0;
  if (!is_http || !parse_number(line.substr(9, 3), 10, status) || status < 100 || status > 599)
    return bad("no HTTP/1.1 status line");
  if (status == 101) return bad("it changes to a protocol that nobody asked for");
  keeps_alive_ = line[7] != '0';
  has_length_ = is_chunked_ = false;
  taker_.begin(static_cast<int>(status));
  state_ = State::kHeader;
  return {};
}

Status AnswerParser::take_header(std::string_view line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  if (colon == line.size() || !is_http_token(name) ||
      !std::ranges::all_of(line.substr(colon), is_value_sign))
    return bad("a line of its head that is no header");
  const std::string_view value = trimmed(line.substr(colon + 1));
  PENSTOCK_CHECK(note_framing(name, value));
  return taker_.add_header(name, value);
}

Status AnswerParser::note_framing(std::string_view name, std::string_view value) {
  if (same_word(name, "content-length")) {
    std::uint64_t length = 0;
    if (!parse_number(value, 10, length) || (has_length_ && length != left_))
      return bad("a Content-Length that is no number, or another one than before");
    has_length_ = true;
    left_ = length;
  } else if (same_word(name, "transfer-encoding")) {
    if (is_chunked_ || !same_word(value, "chunked"))
      return bad("a Transfer-Encoding other than chunked");
    is_chunked_ = true;
  } else if (same_word(name, "connection") && lists(value, "close")) {
    keeps_alive_ = false;
  }
  return {};
}

Status AnswerParser::end_head() {
  if (has_length_ && is_chunked_) return bad("both Content-Length and Transfer-Encoding");
  PENSTOCK_CHECK(taker_.end_head());
  const int status = taker_.response().status;
  if (status < 200)
    state_ = State::kStatus;
  else if (to_head_ || status == 204 || status == 304 || (has_length_ && left_ == 0))
    state_ = State::kDone;
  else if (is_chunked_)
    state_ = State::kChunkSize;
  else
    state_ = has_length_ ? State::kBody : State::kBodyToEnd;
  if (state_ == State::kBodyToEnd) keeps_alive_ = false;
  return {};
}

// "1a2b;extension"
Status AnswerParser::take_chunk_size(std::string_view line) {
  if (!parse_number(trimmed(line.substr(0, line.find(';'))), 16, left_))
    return bad("a chunk without a size");
  state_ = left_ == 0 ? State::kTrailer : State::kChunk;
  return {};
}

Status AnswerParser::take_body(Bytes& input) {
  const bool is_bounded = state_ != State::kBodyToEnd;
  const std::size_t part =
      is_bounded ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()))
                 : input.size();
  PENSTOCK_CHECK(taker_.take(input.first(part)));
  input = input.subspan(part);
  if (is_bounded) left_ -= part;
  if (taker_.is_full()) {
    keeps_alive_ = false;
    state_ = State::kDone;
  } else if (is_bounded && left_ == 0) {
    state_ = state_ == State::kBody ? State::kDone : State::kChunkEnd;
  }
  return {};
}

}  // namespace penstock
