// The loops of huffman_streams.h, for a CPU that says how it shifts and counts leading zeros. The
// including file may define PENSTOCK_RUNS_TARGET, the target attribute of its functions.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "codec/huffman_rounds.h"
#include "codec/huffman_streams.h"

#ifndef PENSTOCK_RUNS_TARGET
#define PENSTOCK_RUNS_TARGET
#endif
#define PENSTOCK_RUNS_INLINE [[gnu::always_inline]] PENSTOCK_RUNS_TARGET inline

namespace penstock::huffman::loops {

constexpr std::uint64_t kTopBit = std::uint64_t{1} << 63;
constexpr std::size_t kWord = sizeof(std::uint64_t);

inline std::uint64_t load(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <class Cpu>
struct SingleLookup {
  const Single* table;
  PENSTOCK_RUNS_INLINE void operator()(std::uint64_t& bits, std::uint8_t*& out) const {
    const std::uint64_t entry = table[bits & (kTableSize - 1)];
    bits = Cpu::shift(bits, entry);
    *out++ = static_cast<std::uint8_t>(entry >> kByteShift);
  }
};

template <class Cpu>
struct MultiLookup {
  const Multi* table;
  PENSTOCK_RUNS_INLINE void operator()(std::uint64_t& bits, std::uint8_t*& out) const {
    const Multi entry = table[bits & (kTableSize - 1)];
    bits = Cpu::shift(bits, entry);
    const std::uint64_t bytes = entry >> kBytesShift;
    std::memcpy(out, &bytes, sizeof bytes);
    out += static_cast<std::uint8_t>(entry >> kCountShift);
  }
};

template <class Cpu>
class Decoding {
 public:
  PENSTOCK_RUNS_INLINE Decoding(const Tables& tables, const Runs& runs)
      : tables_(tables),
        block_(runs),
        input_(as_u8(runs.input)),
        each_(runs.out.size() / kStreams) {}

  PENSTOCK_RUNS_INLINE bool decode() {
    if (runs_fit_words()) {
      start();
      if (!(tables_.multi() != nullptr ? run_multi() : run_single())) return false;
      for (std::size_t i = 0; i < kStreams; ++i)
        if (!finish(i, position(i), streams_.out[i])) return false;
      return true;
    }
    for (std::size_t i = 0; i < kStreams; ++i)
      if (!finish(i, block_.bits[i], begin_of(i))) return false;
    return true;
  }

 private:
  std::uint8_t* begin_of(std::size_t i) const { return as_u8(block_.out) + i * each_; }
  std::uint8_t* end_of(std::size_t i) const {
    return i + 1 < kStreams ? begin_of(i + 1) : as_u8(block_.out) + block_.out.size();
  }
  // How far `in` of a run may go with a whole word behind it.
  std::size_t room(const std::uint8_t* in) const {
    return block_.input.size() - kWord - static_cast<std::size_t>(in - input_);
  }
  bool runs_fit_words() const {
    return block_.bits[kStreams - 1] / 8 + kWord <= block_.input.size();
  }

  PENSTOCK_RUNS_INLINE void start() {
    for (std::size_t i = 0; i < kStreams; ++i) {
      streams_.in[i] = input_ + block_.bits[i] / 8;
      streams_.bits[i] = Cpu::shift(load(streams_.in[i]) | kTopBit, block_.bits[i] % 8);
      streams_.out[i] = begin_of(i);
    }
  }
  PENSTOCK_RUNS_INLINE std::uint64_t position(std::size_t i) const {
    return static_cast<std::uint64_t>(streams_.in[i] - input_) * 8 + Cpu::used(streams_.bits[i]);
  }

  // At least so many rounds can be made before a run may come to the end of the input.
  std::size_t rounds_of_input() const {
    std::size_t least = block_.input.size();
    for (const std::uint8_t* in : streams_.in) least = std::min(least, room(in));
    return least / kWord;
  }
  // The same for the end of what a run may write.
  std::size_t rounds_of_output(std::size_t most) const {
    std::size_t least = block_.out.size();
    for (std::size_t i = 0; i < kStreams; ++i) {
      const auto left = static_cast<std::size_t>(end_of(i) - streams_.out[i]);
      least = std::min(least, left < kWord ? 0 : (left - kWord + most) / (kLookups * most));
    }
    return least;
  }

  // Rounds of five lookups and a refill each. False when not all were literals.
  template <class Lookup>
  PENSTOCK_RUNS_INLINE bool rounds(std::size_t count, Lookup lookup) {
    Streams at = streams_;
    unsigned all = 0;
    for (; count > 0; --count) {
#pragma GCC unroll 8
      for (std::size_t n = 0; n < kLookups; ++n)
#pragma GCC unroll 8
        for (std::size_t i = 0; i < kStreams; ++i) lookup(at.bits[i], at.out[i]);
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kStreams; ++i) {
        const unsigned used = Cpu::used(at.bits[i]);
        all |= used;
        at.in[i] += used / 8;
        at.bits[i] = Cpu::shift(load(at.in[i]) | kTopBit, used % 8);
      }
    }
    streams_ = at;
    return (all & 64) == 0;
  }

  PENSTOCK_RUNS_INLINE bool single_rounds(std::size_t count) {
    if (!Cpu::kHasRounds || each_ != kBlockBytes / kStreams)
      return rounds(count, SingleLookup<Cpu>{tables_.single()});
    const bool literals = Cpu::rounds(streams_, tables_.single(), count);
    for (std::uint8_t*& out : streams_.out) out += count * kLookups;
    return literals;
  }

  PENSTOCK_RUNS_INLINE bool run_single() {
    for (std::size_t left = each_ / kLookups; left != 0;) {
      const std::size_t count = std::min(left, rounds_of_input());
      if (count == 0) break;
      if (!single_rounds(count)) return false;
      left -= count;
    }
    return true;
  }

  PENSTOCK_RUNS_INLINE bool run_multi() {
    const MultiLookup<Cpu> lookup{tables_.multi()};
    for (;;) {
      const std::size_t count = std::min(rounds_of_input(), rounds_of_output(tables_.multi_most()));
      if (count == 0) return true;
      if (!rounds(count, lookup)) return false;
    }
  }

  // The word at `byte`, with zeros behind the end of the input.
  std::uint64_t word_at(std::size_t byte) const {
    if (byte + kWord <= block_.input.size()) return load(input_ + byte);
    std::uint64_t word = 0;
    if (byte < block_.input.size()) std::memcpy(&word, input_ + byte, block_.input.size() - byte);
    return word;
  }

  // The rest of run i, from bit `at`, symbol by symbol.
  bool finish(std::size_t i, std::uint64_t at, std::uint8_t* out) const {
    const std::uint64_t end = block_.bits[i + 1];
    for (std::uint8_t* const out_end = end_of(i); out != out_end && at < end;) {
      const Single entry =
          tables_.single()[word_at(static_cast<std::size_t>(at / 8)) >> at % 8 & (kTableSize - 1)];
      if ((entry & kBitsMask) == kStopBits) return false;
      *out++ = static_cast<std::uint8_t>(entry >> kByteShift);
      at += entry & kBitsMask;
    }
    return out == end_of(i) && at == end;
  }

  const Tables& tables_;
  const Runs& block_;
  const std::uint8_t* input_;
  std::size_t each_;  // symbols per run
  Streams streams_;
};

template <class Cpu>
PENSTOCK_RUNS_INLINE bool decode_runs(const Tables& tables, const Runs& runs) {
  return Decoding<Cpu>(tables, runs).decode();
}

}  // namespace penstock::huffman::loops
