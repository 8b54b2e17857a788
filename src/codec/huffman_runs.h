// The runs of a block as both loops of huffman_streams_loops.h need them: where each begins and
// ends, and its last symbols one by one. Inside the room only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "codec/huffman_streams.h"

namespace penstock::huffman::loops {

constexpr std::size_t kWord = sizeof(std::uint64_t);

inline std::uint64_t load(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

class BlockRuns {
 public:
  BlockRuns(const Tables& tables, const Runs& runs)
      : tables_(tables),
        runs_(runs),
        input_(as_u8(runs.input)),
        each_(runs.out.size() / kStreams) {}

  std::size_t symbols() const { return each_; }  // of a run; the last one may have more
  // Whether they are as far apart as the assembly wants them.
  bool are_ours() const { return each_ == kBlockBytes / kStreams; }
  // Whether there is a whole word of input where each begins.
  bool begin_in_words() const { return bit(kStreams - 1) / 8 + kWord <= runs_.input.size(); }

  std::uint64_t bit(std::size_t i) const { return runs_.bits[i]; }
  const std::uint8_t* in(std::size_t i) const { return input_ + bit(i) / 8; }
  std::uint8_t* out(std::size_t i) const { return as_u8(runs_.out) + i * each_; }
  std::uint8_t* out_end(std::size_t i) const {
    return i + 1 < kStreams ? out(i + 1) : as_u8(runs_.out) + runs_.out.size();
  }

  std::uint64_t position(const std::uint8_t* in, std::uint64_t used) const {
    return static_cast<std::uint64_t>(in - input_) * 8 + used;
  }
  // How many rounds a run can make from `in` on, with a whole word to read after each.
  std::size_t rounds_of_input(const std::uint8_t* in) const {
    return (runs_.input.size() - kWord - static_cast<std::size_t>(in - input_)) / kWord;
  }

  // The rest of run i, from bit `at`, symbol by symbol; whether it is literals and ends as it
  // should.
  bool finish(std::size_t i, std::uint64_t at, std::uint8_t* to) const {
    const std::uint64_t end = bit(i + 1);
    for (std::uint8_t* const to_end = out_end(i); to != to_end && at < end;) {
      const Single entry =
          tables_.single()[word_at(static_cast<std::size_t>(at / 8)) >> at % 8 & (kTableSize - 1)];
      if ((entry & kBitsMask) == kStopBits) return false;
      *to++ = static_cast<std::uint8_t>(entry >> kByteShift);
      at += entry & kBitsMask;
    }
    return to == out_end(i) && at == end;
  }

 private:
  // The word at `byte`, with zeros behind the end of the input.
  std::uint64_t word_at(std::size_t byte) const {
    if (byte + kWord <= runs_.input.size()) return load(input_ + byte);
    std::uint64_t word = 0;
    if (byte < runs_.input.size()) std::memcpy(&word, input_ + byte, runs_.input.size() - byte);
    return word;
  }

  const Tables& tables_;
  const Runs& runs_;
  const std::uint8_t* input_;
  std::size_t each_;
};

}  // namespace penstock::huffman::loops
