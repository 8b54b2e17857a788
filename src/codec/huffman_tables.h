// From the code lengths of a dynamic block to tables that give literals. Inside the room only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/deflate_header.h"
#include "codec/huffman_block.h"

namespace penstock::huffman {

inline constexpr std::size_t kTableSize = std::size_t{1} << kCodeBitsMost;

// What a lookup of the next kCodeBitsMost bits says when they begin with anything but a literal.
// As a shift it throws out every bit of a 64-bit buffer but the last, and so it leaves a trace in
// the buffer that no literals can leave (huffman_streams.h).
inline constexpr unsigned kStopBits = 63;

// One literal: its bits, or kStopBits, and above them the byte.
using Single = std::uint16_t;
inline constexpr Single kBitsMask = 0x3F;
inline constexpr unsigned kByteShift = 8;

// As many whole literals as kCodeBitsMost bits can hold, kMultiMost at most: their bits together,
// their number, and the bytes, the first one lowest. When there is not even one, all of it is zero:
// whoever adds up bits and numbers stays where he is.
using Multi = std::uint64_t;
inline constexpr unsigned kCountShift = 16;
inline constexpr unsigned kBytesShift = 32;
inline constexpr unsigned kMultiMost = 4;

class Tables {
 public:
  // False when the code is not one that every inflate takes, or has codes longer than
  // kCodeBitsMost. Precondition: the end of the block has a code. What the tables say before the
  // first success means nothing.
  bool build(const deflate::CodeLengths& lengths);

  const Single* single() const { return single_.data(); }
  // Made only for codes with which it is the faster one; else null.
  const Multi* multi() const { return has_multi_ ? multi_.data() : nullptr; }
  // The most literals that one entry of multi() holds.
  unsigned multi_most() const { return std::min(kMultiMost, kCodeBitsMost / shortest_); }

  // Bits that begin with no literal.
  std::uint64_t no_literal() const { return end_code_; }
  // How many of the next bits are the end of the block; 0: it does not stand there.
  unsigned end_of_block(std::uint64_t bits) const {
    return (bits & ((1U << end_bits_) - 1)) == end_code_ ? end_bits_ : 0;
  }

 private:
  void fill_single(const deflate::CanonicalCode& code);

  alignas(64) std::array<Single, kTableSize> single_{};
  alignas(64) std::array<Multi, kTableSize> multi_{};
  bool has_multi_ = false;
  unsigned shortest_ = 1;  // code, in bits
  unsigned end_bits_ = 0;
  unsigned end_code_ = 0;
};

}  // namespace penstock::huffman
