// HTTP/1.1 answers as they come from the wire (RFC 9112), from a server that nobody trusts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"
#include "net/answer_taker.h"

namespace penstock {

// Strict where leniency has made two readers see different answers: a line ends in CR LF, nothing
// is folded, a length is said once, and chunks are not mixed with a length. Bounded: a line has at
// most 8 KiB, a head what answer_taker.h says; no memory grows with the body.
// Threads: one caller at a time. `taker` must outlive it.
class AnswerParser {
 public:
  // `to_head`: the answer to a HEAD request, which has no body whatever it says.
  AnswerParser(AnswerTaker& taker, bool to_head) : taker_(taker), to_head_(to_head) {}

  // Takes the next bytes, in any pieces; returns how many, all of them unless it is done. Fails
  // with kIo (no HTTP, or none that is safe to read) or as the taker did, and is done for then.
  Result<std::size_t> feed(Bytes input);
  // The connection was closed. Fails unless that is the answer's end.
  Status end();

  // The whole answer was read, or as much of it as the taker wants.
  bool is_done() const { return state_ == State::kDone; }
  // After is_done(): the connection can carry another request.
  bool keeps_alive() const { return keeps_alive_; }

 private:
  enum class State {
    kStatus,
    kHeader,
    kBody,
    kBodyToEnd,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer,
    kDone
  };

  bool next_line(Bytes& input, std::string_view& line, Status& status);
  Status take_line(std::string_view line);
  Status take_status(std::string_view line);
  Status take_header(std::string_view line);
  Status note_framing(std::string_view name, std::string_view value);
  Status end_head();
  Status take_chunk_size(std::string_view line);
  Status take_body(Bytes& input);

  AnswerTaker& taker_;
  const bool to_head_;
  State state_ = State::kStatus;
  std::string partial_line_;
  std::size_t lines_ = 0;   // of interim answers and trailers, which nobody else counts
  std::uint64_t left_ = 0;  // of the body or the chunk
  bool has_length_ = false;
  bool is_chunked_ = false;
  bool keeps_alive_ = false;
};

}  // namespace penstock
