// The loops of huffman_streams.h, for a CPU that says how it shifts and counts leading zeros. The
// including file may define PENSTOCK_RUNS_TARGET, the target attribute of its functions.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#include "codec/huffman_rounds.h"
#include "codec/huffman_runs.h"

#ifndef PENSTOCK_RUNS_TARGET
#define PENSTOCK_RUNS_TARGET
#endif
#define PENSTOCK_RUNS_INLINE [[gnu::always_inline]] PENSTOCK_RUNS_TARGET inline

namespace penstock::huffman::loops {

// One symbol a lookup.
template <class Cpu>
class SingleRuns {
 public:
  PENSTOCK_RUNS_INLINE SingleRuns(const Tables& tables, const BlockRuns& block)
      : table_(tables.single()), block_(block) {}

  PENSTOCK_RUNS_INLINE bool decode() {
    begin();
    for (std::size_t left = block_.symbols() / kLookups; left != 0;) {
      const std::size_t count = std::min(left, rounds_of_input());
      if (count == 0) break;
      if (!advance(count)) return false;
      left -= count;
    }
    for (std::size_t i = 0; i < kStreams; ++i)
      if (!block_.finish(i, position(i), streams_.out[i])) return false;
    return true;
  }

 private:
  static constexpr std::uint64_t kTopBit = std::uint64_t{1} << 63;

  PENSTOCK_RUNS_INLINE void begin() {
    for (std::size_t i = 0; i < kStreams; ++i) {
      streams_.in[i] = block_.in(i);
      streams_.bits[i] = Cpu::shift(load(streams_.in[i]) | kTopBit, block_.bit(i) % 8);
      streams_.out[i] = block_.out(i);
    }
  }
  PENSTOCK_RUNS_INLINE std::uint64_t position(std::size_t i) const {
    return block_.position(streams_.in[i], Cpu::used(streams_.bits[i]));
  }
  // At least so many rounds can be made before a run may come to the end of the input.
  std::size_t rounds_of_input() const {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const std::uint8_t* in : streams_.in) least = std::min(least, block_.rounds_of_input(in));
    return least;
  }

  // Rounds of five lookups and a refill each. False when not all were literals.
  PENSTOCK_RUNS_INLINE bool advance(std::size_t count) {
    if (!Cpu::kHasRounds || !block_.are_ours()) return rounds(count);
    const bool literals = Cpu::rounds(streams_, table_, count);
    for (std::uint8_t*& out : streams_.out) out += count * kLookups;
    return literals;
  }
  PENSTOCK_RUNS_INLINE bool rounds(std::size_t count) {
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
  PENSTOCK_RUNS_INLINE void lookup(std::uint64_t& bits, std::uint8_t*& out) const {
    const std::uint64_t entry = table_[bits & (kTableSize - 1)];
    bits = Cpu::shift(bits, entry);
    *out++ = static_cast<std::uint8_t>(entry >> kByteShift);
  }

  const Single* table_;
  const BlockRuns& block_;
  Streams streams_;
};

// Several symbols a lookup. Runs come to their ends at different times; the others go on without
// them.
template <class Cpu>
class MultiRuns {
 public:
  PENSTOCK_RUNS_INLINE MultiRuns(const Tables& tables, const BlockRuns& block)
      : table_(tables.multi()),
        round_most_(kLookups * tables.multi_most()),
        no_literal_(tables.no_literal()),
        block_(block) {}

  // Precondition: the runs have kMultiMost symbols at least.
  PENSTOCK_RUNS_INLINE bool decode() {
    begin();
    for (std::size_t count = park(); count != 0; count = park()) advance(count);
    for (std::size_t i = 0; i < kStreams; ++i)
      if (!block_.finish(i, parked_at_[i], streams_.out[i] + made(i))) return false;
    return true;
  }

 private:
  PENSTOCK_RUNS_INLINE void begin() {
    for (std::size_t i = 0; i < kStreams; ++i) {
      streams_.in[i] = block_.in(i);
      streams_.at[i] = std::uint64_t{kCodeBitsMost} << kTakenShift | block_.bit(i) % 8;
      streams_.out[i] = block_.out(i);
    }
  }
  std::size_t made(std::size_t i) const { return streams_.at[i] >> kCountShift; }

  // At least so many rounds run i can make before it may come to an end. Behind the last of them
  // there still is room for what a lookup writes. None: it has come to what is no literal, for
  // every other lookup makes a byte at least.
  std::size_t rounds_left(std::size_t i) const {
    if (made(i) < lookups_) return 0;
    const auto room = static_cast<std::size_t>(block_.out_end(i) - streams_.out[i]) - made(i);
    return std::min((room - kMultiMost) / round_most_, block_.rounds_of_input(streams_.in[i]));
  }
  // From now on run i reads the same bits again and again, which are no literal: it stays where it
  // is, and writes nothing but the bytes that come next in it, which are made later.
  void park(std::size_t i) {
    parked_at_[i] = block_.position(streams_.in[i], streams_.at[i] & kUsedMask);
    streams_.in[i] = reinterpret_cast<const std::uint8_t*>(&no_literal_);
    streams_.at[i] &= ~std::uint64_t{kUsedMask};
    going_ &= ~(1U << i);
  }
  // Parks the runs that can make no round. Returns how many the others can make; 0: none is left.
  std::size_t park() {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (unsigned rest = going_; rest != 0; rest &= rest - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(rest));
      const std::size_t left = rounds_left(i);
      if (left == 0)
        park(i);
      else
        least = std::min(least, left);
    }
    return going_ != 0 ? least : 0;
  }

  PENSTOCK_RUNS_INLINE void advance(std::size_t count) {
    lookups_ += count * kLookups;
    if (Cpu::kHasRounds && block_.are_ours())
      Cpu::multi_rounds(streams_, table_, count);
    else
      rounds(count);
  }
  PENSTOCK_RUNS_INLINE void rounds(std::size_t count) {
    MultiStreams at = streams_;
    for (; count > 0; --count) {
      std::array<std::uint64_t, kStreams> words;
      for (std::size_t i = 0; i < kStreams; ++i) words[i] = load(at.in[i]);
#pragma GCC unroll 8
      for (std::size_t n = 0; n < kLookups; ++n)
#pragma GCC unroll 8
        for (std::size_t i = 0; i < kStreams; ++i) lookup(words[i], at.at[i], at.out[i]);
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kStreams; ++i) {
        at.in[i] += (at.at[i] & kUsedMask) / 8;
        at.at[i] &= ~std::uint64_t{kUsedMask - 7};
      }
    }
    streams_ = at;
  }
  PENSTOCK_RUNS_INLINE void lookup(std::uint64_t word, std::uint64_t& at, std::uint8_t* out) const {
    const Multi entry = table_[Cpu::shift(word, at) & (kTableSize - 1)];
    const auto bytes = static_cast<std::uint32_t>(entry >> kBytesShift);
    std::memcpy(out + (at >> kCountShift), &bytes, sizeof bytes);
    at += static_cast<std::uint32_t>(entry);
  }

  const Multi* table_;
  std::size_t round_most_;  // symbols a round can make
  std::uint64_t no_literal_;
  const BlockRuns& block_;
  std::size_t lookups_ = 0;  // made so far in each run that is going
  unsigned going_ = (1U << kStreams) - 1;
  MultiStreams streams_;
  std::array<std::uint64_t, kStreams> parked_at_{};
};

template <class Cpu>
PENSTOCK_RUNS_INLINE bool decode_runs(const Tables& tables, const Runs& runs) {
  const BlockRuns block(tables, runs);
  if (!block.begin_in_words() || block.symbols() < kMultiMost) {
    for (std::size_t i = 0; i < kStreams; ++i)
      if (!block.finish(i, block.bit(i), block.out(i))) return false;
    return true;
  }
  return tables.multi() != nullptr ? MultiRuns<Cpu>(tables, block).decode()
                                   : SingleRuns<Cpu>(tables, block).decode();
}

}  // namespace penstock::huffman::loops
