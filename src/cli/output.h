// Standard output: results for people or programs, written in large pieces.
#pragma once

#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock::cli {

// Writes all of `text` to standard output.
Status print(std::string_view text);

// Gathers what is printed and writes it in pieces of 64 KiB. Call flush() at the end: what is left
// when it is destroyed is lost, because nobody could hear of a failure then.
class Output {
 public:
  explicit Output(int fd = 1) : fd_(fd) { buffer_.reserve(kPieceBytes + 4096); }
  std::string& buffer() { return buffer_; }
  // To be called after each line put into buffer().
  Status line_done() { return buffer_.size() < kPieceBytes ? Status() : flush(); }
  Status flush();

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
  int fd_;
  std::string buffer_;
};

// Whether an error says that the reader of standard output went away, as in `penstock list | head`:
// nothing to complain about.
bool is_closed_pipe(const Error& error);

}  // namespace penstock::cli
