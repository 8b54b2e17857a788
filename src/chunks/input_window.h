// Looks ahead in a ByteInput and knows where it is.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/byte_input.h"

namespace penstock {

// Threads: one caller at a time. The input must outlive it.
class InputWindow {
 public:
  // `start`: where in the file the input begins, for position().
  InputWindow(ByteInput& input, std::stop_token stop, std::uint64_t start = 0);
  // From now on a stop of this one ends a wait.
  void heed(std::stop_token stop) { stop_ = std::move(stop); }

  static constexpr std::size_t kBytes = std::size_t{512} << 10;

  // The next `bytes` (<= kBytes) without taking them; less only where the input ends. Waits for no
  // more than these. Valid until the next call.
  Result<Bytes> peek(std::size_t bytes);
  // Takes the next bytes into `out`; less only where the input ends.
  Result<std::size_t> take(MutableBytes out) { return take_least(out.size(), out); }
  // Takes at least `least` bytes (<= out.size()) and what else is there without waiting.
  Result<std::size_t> take_least(std::size_t least, MutableBytes out);
  // Where the next byte lies in the file.
  std::uint64_t position() const { return position_; }
  const std::string& name() const { return input_.name(); }

 private:
  MutableBytes buffer() const { return {buffer_.get(), room_}; }
  std::size_t held() const { return end_ - begin_; }
  void make_room(std::size_t room);
  Status fill(std::size_t bytes);

  ByteInput& input_;
  std::stop_token stop_;
  std::unique_ptr<std::byte[]> buffer_;  // not cleared; as large as was needed
  std::size_t room_ = 0;
  std::size_t begin_ = 0;  // [begin_, end_) of the buffer is read and not taken
  std::size_t end_ = 0;
  std::uint64_t position_;
  bool ended_ = false;
};

}  // namespace penstock
