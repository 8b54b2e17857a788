// Writes DEFLATE's bits, lowest first (RFC 1951 section 3.1.1). Inside the room only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace penstock::huffman {

// The order of the bytes in `word` on a little-endian machine.
inline std::uint64_t little_endian(std::uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}
inline std::uint64_t load_64(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return little_endian(word);
}
inline void store_64(std::uint8_t* to, std::uint64_t word) {
  word = little_endian(word);
  std::memcpy(to, &word, sizeof word);
}

// Where the next bit goes. A value: who copies it can go back to it, as long as nobody reads what
// lies behind. Bytes before `at` are final; the bits of the byte begun are in `bits`. Every put()
// stores eight bytes: the buffer must be that much longer than what is written.
struct CodeWriter {
  static constexpr unsigned kPutMost = 56;
  static constexpr std::size_t kSlackBytes = 16;

  std::uint8_t* at;
  std::uint64_t bits = 0;
  unsigned count = 0;  // of `bits`; below 8 between calls

  // Precondition: value < 2^width, width <= kPutMost.
  void put(std::uint64_t value, unsigned width) {
    bits |= value << count;
    count += width;
    store_64(at, bits);
    at += count >> 3;
    bits >>= count & 56;
    count &= 7;
  }

  // Zeros up to the next byte.
  void align() {
    if (count != 0) put(0, 8 - count);
  }

  std::uint64_t bits_since(const CodeWriter& earlier) const {
    return static_cast<std::uint64_t>(at - earlier.at) * 8 + count - earlier.count;
  }
};

}  // namespace penstock::huffman
