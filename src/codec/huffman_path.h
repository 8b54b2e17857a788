// What huffman_encoder.cpp and the paths (one .cpp file per instruction set) agree on. Inside the
// room only. Every path computes the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "codec/huffman_bits.h"
#include "codec/huffman_header.h"

namespace penstock::huffman {

// Which bytes occur: 0xFF for those that do, else 0.
struct alignas(64) Support {
  std::array<std::uint8_t, 256> seen{};
};

struct CodeTable {
  std::array<std::uint8_t, kLiteralSymbols> lengths;
  std::array<std::uint16_t, kLiteralSymbols> codes;  // first bit lowest
  // What a path makes of them for its emit(). Of 64-bit words: the code in the highest bits, its
  // length in the lowest. Of bytes: the code's lower eight bits; its higher ones below the length.
  alignas(64) std::array<std::uint64_t, 256> words;
  alignas(64) std::array<std::uint8_t, 256> low;
  alignas(64) std::array<std::uint8_t, 256> high;
};

struct EncoderPath {
  // Marks every byte of `data`.
  void (*mark)(Bytes data, Support& support);
  void (*prepare)(CodeTable& table);
  // Appends the codes of `run`, which all have one. May write CodeWriter::kSlackBytes more.
  void (*emit)(const CodeTable& table, Bytes run, CodeWriter& out);
};

const EncoderPath& encoder_portable();
// Null where the program was not built for x86-64, or the processor does not have what it needs.
const EncoderPath* encoder_avx2();
const EncoderPath* encoder_avx512();

// One at a time, for what is left of a run.
inline void emit_rest(const CodeTable& table, Bytes run, CodeWriter& out) {
  for (const std::byte b : run) {
    const auto symbol = std::to_integer<std::size_t>(b);
    out.put(table.codes[symbol], table.lengths[symbol]);
  }
}

inline void mark_rest(Bytes data, Support& support) {
  for (const std::byte b : data) support.seen[std::to_integer<std::size_t>(b)] = 0xFF;
}

}  // namespace penstock::huffman
