// One end of an HTTP connection, for programs of the tests that stand in the middle of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "files/unique_fd.h"
#include "tools/http_head.h"

namespace penstock::testing {

// Blocks, until the other side has gone or `stop_fd` becomes readable, which looks the same.
// Memory is bounded. Threads: one.
class HttpStream {
 public:
  // `stop_fd` stays the caller's.
  HttpStream(UniqueFd fd, int stop_fd);

  // The head of the next message, of at most 64 KiB; empty when there is none.
  std::string read_head();
  // The body that the head announces, framed as it is, piece by piece, until `take` has enough and
  // says false. Whether all of it came and was taken.
  bool read_body(const HttpHead& head, const std::function<bool(std::string_view)>& take);
  // The same for a body that ends with the connection, as an answer's may.
  bool read_to_end(const std::function<bool(std::string_view)>& take);
  bool send(std::string_view text);

  // Whether the other side has closed, as servers do with connections that idle.
  bool is_closed() const;
  void end_sending();
  // The connection breaks off (RST) when this goes, instead of ending.
  void reset_at_end();

 private:
  bool wait_for(short events) const;
  bool receive();
  // The next bytes, at most `most`; empty when the other side has gone. Valid until the next call.
  std::string_view read_piece(std::uint64_t most);
  std::string read_line();  // with its end
  bool read_exactly(std::uint64_t bytes, const std::function<bool(std::string_view)>& take);
  bool read_chunks(const std::function<bool(std::string_view)>& take);

  UniqueFd fd_;
  int stop_fd_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what was not read yet
};

}  // namespace penstock::testing
