// Each sample is parsed greedily, as a fast LZ would, and each match weighed: the bits of its
// literals under the sample's own entropy against what length and distance cost. Data whose bytes
// are skewed but independent (weights, exponents, noise) is full of short matches that save
// nothing.
//
// Costs are in sixteenths of a bit and in integers, so that no machine rounds otherwise.
#include "codec/match_gain.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace penstock {
namespace {

constexpr std::size_t kSampleBytes = 4096;
constexpr std::size_t kSamplesMost = 8;
// After so many places without a match worth having, every second place is looked at, and so on.
constexpr std::size_t kPatience = 32;
constexpr std::size_t kMatchLeast = 4;
constexpr std::size_t kMatchMost = 258;
constexpr unsigned kHashBits = 12;

constexpr std::uint32_t kBit = 16;
// Symbols for length and distance, before their extra bits: what they cost in data where matches
// are rare, which is where the question is open.
constexpr std::uint32_t kSymbolsCost = 11 * kBit;

// 16 * log2(value), rounded down between sixteenths. Precondition: value > 0.
std::uint32_t log2_sixteenths(std::uint32_t value) {
  constexpr std::array<std::uint8_t, 16> kFraction{0, 1,  2,  4,  5,  6,  7,  8,
                                                   9, 10, 11, 12, 13, 14, 14, 15};
  const auto whole = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
  const std::uint32_t next = whole >= 4 ? value >> (whole - 4) : value << (4 - whole);
  return whole * kBit + kFraction.at(next & 15);
}

std::uint32_t extra_length_bits(std::size_t length) {
  return length <= 10 ? 0 : static_cast<std::uint32_t>(std::bit_width(length - 3)) - 3;
}
std::uint32_t extra_distance_bits(std::size_t distance) {
  return distance <= 4 ? 0 : static_cast<std::uint32_t>(std::bit_width(distance - 1)) - 2;
}

struct Weighed {
  std::uint64_t literals = 0;  // the cost of Huffman coding alone
  std::uint64_t saved = 0;     // by matches
};

class Sample {
 public:
  explicit Sample(Bytes data) : data_(data) {
    std::array<std::uint32_t, 256> counts{};
    for (const std::byte b : data) ++counts[std::to_integer<std::size_t>(b)];
    const std::uint32_t all = log2_sixteenths(static_cast<std::uint32_t>(data.size()));
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] > 0)  // no code is shorter than one bit
        cost_[i] = std::max(kBit, all - std::min(all, log2_sixteenths(counts[i])));
  }

  Weighed weigh() {
    Weighed result{cost(0, data_.size()), 0};
    std::size_t misses = 0;
    for (std::size_t at = 0; at + kMatchLeast <= data_.size();) {
      const std::size_t from = last_seen(at);
      const std::size_t length = from < at ? match_length(from, at) : 0;
      const std::uint64_t saved = length > 0 ? saving(from, at, length) : 0;
      result.saved += saved;
      misses = saved > 0 ? 0 : misses + 1;
      at += saved > 0 ? length : 1 + misses / kPatience;
    }
    return result;
  }

 private:
  std::uint64_t cost(std::size_t at, std::size_t length) const {
    std::uint64_t sum = 0;
    for (const std::byte b : data_.subspan(at, length))
      sum += cost_[std::to_integer<std::size_t>(b)];
    return sum;
  }

  // Where the four bytes at `at` stood before; `at` itself when nowhere.
  std::size_t last_seen(std::size_t at) {
    const auto word = load_le<std::uint32_t>(data_, at);
    std::uint16_t& seen = seen_[word * 0x9E3779B1U >> (32 - kHashBits)];
    const std::size_t from = seen > 0 ? std::size_t{seen} - 1 : at;
    seen = static_cast<std::uint16_t>(at + 1);
    return from;
  }

  std::size_t match_length(std::size_t from, std::size_t at) const {
    if (load_le<std::uint32_t>(data_, from) != load_le<std::uint32_t>(data_, at)) return 0;
    const std::size_t most = std::min(kMatchMost, data_.size() - at);
    std::size_t length = kMatchLeast;
    while (length < most && data_[from + length] == data_[at + length]) ++length;
    return length;
  }

  std::uint64_t saving(std::size_t from, std::size_t at, std::size_t length) const {
    const std::uint64_t literals = cost(at, length);
    const std::uint64_t match =
        kSymbolsCost + kBit * (extra_length_bits(length) + extra_distance_bits(at - from));
    return literals > match ? literals - match : 0;
  }

  Bytes data_;
  std::array<std::uint32_t, 256> cost_{};
  std::array<std::uint16_t, std::size_t{1} << kHashBits> seen_{};  // place + 1; 0: nowhere
};

}  // namespace

unsigned match_gain(Bytes data) {
  if (data.empty()) return 0;
  const std::size_t parts = std::clamp<std::size_t>(data.size() / kSampleBytes, 1, kSamplesMost);
  const std::size_t part = data.size() / parts;
  const std::size_t length = std::min(part, kSampleBytes);
  Weighed sum;
  for (std::size_t i = 0; i < parts; ++i) {
    const Weighed one = Sample(data.subspan(i * part + (part - length) / 2, length)).weigh();
    sum.literals += one.literals;
    sum.saved += one.saved;
    // What it is at least if the samples to come save nothing of their eight bits a byte.
    const std::uint64_t rest = (parts - 1 - i) * length * 8 * kBit;
    const std::uint64_t least = sum.saved * 1000 / std::max<std::uint64_t>(1, sum.literals + rest);
    if (least >= kMatchGainEnough) return static_cast<unsigned>(least);
  }
  return static_cast<unsigned>(sum.saved * 1000 / std::max<std::uint64_t>(1, sum.literals));
}

}  // namespace penstock
