// Emits codes from a table of 64-bit words, which needs no vectors: the portable path, and the AVX2
// path, for which the compiler has shifts that spare the flags (BMI2). Inside the room only; the
// including file says with PENSTOCK_WORDS_INLINE for which processor.
#pragma once

#include "codec/huffman_path.h"

#if !defined(PENSTOCK_WORDS_INLINE)
#define PENSTOCK_WORDS_INLINE inline
#endif

namespace penstock::huffman::words {

PENSTOCK_WORDS_INLINE void prepare(CodeTable& table) {
  for (std::size_t symbol = 0; symbol < 256; ++symbol) {
    const unsigned length = table.lengths[symbol];
    // A symbol without a code is never looked up; & 63 keeps its shift defined.
    table.words[symbol] = std::uint64_t{table.codes[symbol]} << ((64 - length) & 63) | length;
  }
}

// Codes enter at the top and move down. What the lengths leave in the lowest bits stays below the
// five codes of at most 55 bits; their sum is in the low byte of the sum of the words.
PENSTOCK_WORDS_INLINE void put_five(const std::uint64_t* words, const std::uint8_t* symbols,
                                    std::uint64_t& bits, unsigned& count, std::uint8_t*& at) {
  const std::uint64_t a = words[symbols[0]];
  const std::uint64_t b = words[symbols[1]];
  const std::uint64_t c = words[symbols[2]];
  const std::uint64_t d = words[symbols[3]];
  const std::uint64_t e = words[symbols[4]];
  std::uint64_t five = a >> (b & 63) | b;
  five = five >> (c & 63) | c;
  five = five >> (d & 63) | d;
  five = five >> (e & 63) | e;
  const std::uint64_t width = (a + b + c + d + e) & 255;
  five >>= (64 - width) & 63;
  bits |= five << count;
  count += static_cast<unsigned>(width);
  store_64(at, bits);
  at += count >> 3;
  bits >>= count & 56;
  count &= 7;
}

PENSTOCK_WORDS_INLINE void emit(const CodeTable& table, Bytes run, CodeWriter& out) {
  const std::uint64_t* const words = table.words.data();
  const std::uint8_t* from = as_u8(run);
  std::size_t left = run.size();
  std::uint64_t bits = out.bits;
  unsigned count = out.count;
  std::uint8_t* at = out.at;
  for (; left >= 10; left -= 10, from += 10) {
    put_five(words, from, bits, count, at);
    put_five(words, from + 5, bits, count, at);
  }
  out = {at, bits, count};
  emit_rest(table, run.last(left), out);
}

}  // namespace penstock::huffman::words
