// Reads a DEFLATE stream bit by bit. Inside the room only.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace penstock::deflate {

// The bits of a stream, least significant first. Behind its end it delivers zeros, and overrun()
// tells.
class BitReader {
 public:
  explicit BitReader(Bytes stream) : data_(as_u8(stream)), size_(stream.size()) {}

  // Whether refill_fast() may be called.
  bool far_from_end() const { return at_ + sizeof(std::uint64_t) <= size_; }

  // At least 56 bits are ready. Bits above the count may already be in the buffer: they are the
  // same ones that a later refill puts there again.
  void refill_fast() {
    std::uint64_t word = 0;
    std::memcpy(&word, data_ + at_, sizeof word);
    bits_ |= word << count_;
    at_ += (63 - count_) >> 3;
    count_ |= 56;
  }
  void refill() {
    if (far_from_end()) return refill_fast();
    for (; count_ < 56; count_ += 8, ++at_)
      bits_ |= (at_ < size_ ? std::uint64_t{data_[at_]} : 0) << count_;
  }

  std::uint64_t peek() const { return bits_; }
  void skip(unsigned bits) {
    bits_ >>= bits;
    count_ -= bits;
  }
  // The next bits, from a refill of their own.
  unsigned take(unsigned bits) {
    refill();
    const auto value = static_cast<unsigned>(bits_ & ((std::uint64_t{1} << bits) - 1));
    skip(bits);
    return value;
  }

  std::uint64_t position() const { return std::uint64_t{at_} * 8 - count_; }
  bool overrun() const { return position() > std::uint64_t{size_} * 8; }

  // Goes on at `bit` of the stream, which lies in it or at its end.
  void seek(std::uint64_t bit) {
    at_ = static_cast<std::size_t>(bit / 8);
    bits_ = 0;
    count_ = 0;
    if (bit % 8 != 0) take(static_cast<unsigned>(bit % 8));
  }

  // From the next byte boundary, `bytes` are jumped over. False when there are not so many.
  bool jump(std::size_t bytes) {
    const std::uint64_t from = (position() + 7) / 8;
    if (from > size_ || bytes > size_ - from) return false;
    seek((from + bytes) * 8);
    return true;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

}  // namespace penstock::deflate
