// A descriptor that can keep its caller waiting (a pipe, a socket, a terminal), read and written so
// that a request to stop ends the wait.
#pragma once

#include <memory>
#include <stop_token>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Regular files and block devices are read and written at once. Everything else is waited for with
// poll(2), on the descriptor and on the stop together. It is written to through an open file
// description of our own that does not block or, where there is none, in pieces that a ready
// descriptor takes without blocking (pipe(7), PIPE_BUF); the descriptor's own flags, which other
// processes may share, stay as they are. Threads: one caller at a time; the stop may come from any.
class StoppableFd {
 public:
  // `fd` stays the caller's and must outlive this.
  static Result<StoppableFd> create(int fd, std::stop_token stop);
  ~StoppableFd();
  StoppableFd(StoppableFd&&) noexcept;
  StoppableFd& operator=(StoppableFd&&) noexcept;

  // As the functions of the same names in unique_fd.h; kCancelled once a stop was requested, with
  // any part of the bytes moved.
  Result<std::size_t> read_full(MutableBytes out, std::string_view what) {
    return read_least(out.size(), out, what);
  }
  Status write_full(Bytes data, std::string_view what);
  // Waits for `least` bytes (<= out.size()) and takes what else is there; less where it ends.
  Result<std::size_t> read_least(std::size_t least, MutableBytes out, std::string_view what);
  // As a stop. Threads: any, also while another one reads or writes.
  void cancel();

 private:
  struct State;
  explicit StoppableFd(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
