// The code lengths in front of a dynamic block (RFC 1951 section 3.2.7), read as strictly as zlib
// does. Inside the room only.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codec/deflate_bits.h"
#include "codec/deflate_codes.h"

namespace penstock::deflate {

struct CodeLengths {
  std::span<const std::uint8_t> litlen() const { return std::span(all).first(litlen_count); }
  std::span<const std::uint8_t> distance() const {
    return std::span(all).subspan(litlen_count, distance_count);
  }

  // Both alphabets follow each other, and a repetition may reach from one into the other.
  std::array<std::uint8_t, kLitlenSymbols + kDistanceSymbols> all;
  unsigned litlen_count = 0;    // 257 to 286
  unsigned distance_count = 0;  // 1 to 30
};

// `in` stands behind the three bits that begin a block, and then where its symbols begin. False
// when no inflate takes these lengths: too many, a code for them that is not complete, a repetition
// of nothing or beyond the end, an end-of-block without a code, or the stream is too short. Whether
// the codes themselves are sound is not asked.
bool read_code_lengths(BitReader& in, CodeLengths& lengths);

}  // namespace penstock::deflate
