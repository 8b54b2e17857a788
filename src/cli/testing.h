// What the tests of this room share.
#pragma once

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace penstock::cli {

// A pipe whose text can be looked at after it was written to.
class TextPipe {
 public:
  TextPipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  }
  ~TextPipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  TextPipe(const TextPipe&) = delete;
  TextPipe& operator=(const TextPipe&) = delete;

  int fd() const { return ends_[1]; }
  // What was written since the last call.
  std::string text() {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace penstock::cli
