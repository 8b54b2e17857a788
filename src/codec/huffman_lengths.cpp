#include "codec/huffman_lengths.h"

#include <algorithm>
#include <array>
#include <limits>

namespace penstock::huffman {
namespace {

constexpr unsigned kSymbolBits = 9;
constexpr std::uint32_t kSymbolMask = (1U << kSymbolBits) - 1;
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

// The used symbols, rarest first; equal counts by symbol.
class Sorted {
 public:
  explicit Sorted(std::span<const std::uint32_t> counts) {
    std::uint32_t most = 0;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
      if (counts[symbol] == 0) continue;
      keys_[size_++] = counts[symbol] << kSymbolBits | static_cast<std::uint32_t>(symbol);
      most = std::max(most, counts[symbol]);
    }
    sort(most);
  }

  std::size_t size() const { return size_; }
  std::uint32_t count(std::size_t rank) const { return keys_[rank] >> kSymbolBits; }
  std::size_t symbol(std::size_t rank) const { return keys_[rank] & kSymbolMask; }

 private:
  void sort(std::uint32_t most) {
    if (size_ < 32) {
      std::sort(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(size_));
      return;
    }
    for (unsigned shift = 0; most >> shift != 0; shift += 8) sort_by_byte(kSymbolBits + shift);
  }

  // One stable pass over eight bits of the keys; they start in the order of the symbols.
  void sort_by_byte(unsigned shift) {
    std::array<std::uint16_t, 257> begin{};
    for (std::size_t i = 0; i < size_; ++i) ++begin[(keys_[i] >> shift & 255) + 1];
    for (std::size_t i = 1; i < 256; ++i)
      begin[i] = static_cast<std::uint16_t>(begin[i] + begin[i - 1]);
    std::array<std::uint32_t, kLengthSymbolsMost> sorted;
    for (std::size_t i = 0; i < size_; ++i) sorted[begin[keys_[i] >> shift & 255]++] = keys_[i];
    std::copy_n(sorted.begin(), size_, keys_.begin());
  }

  std::array<std::uint32_t, kLengthSymbolsMost> keys_;
  std::size_t size_ = 0;
};

// A list per level, the deepest first: the symbols and the packages, which are pairs of the list
// before, by weight. Of a list only the first 2n - 2 items can matter.
class PackageMerge {
 public:
  PackageMerge(const Sorted& sorted, unsigned limit) : symbols_(sorted.size()), limit_(limit) {
    for (std::size_t i = 0; i < symbols_; ++i) weights_[i] = items_[i] = sorted.count(i);
    weights_[symbols_] = kNever;
    for (std::size_t i = 0; i <= symbols_; ++i) taken_[0][i] = static_cast<std::uint16_t>(i);
    size_ = symbols_;
    for (unsigned level = 1; level < limit_; ++level) merge(taken_[level]);
  }

  // How many symbols have a code of at least this many bits; they are the rarest ones.
  std::array<std::size_t, kLengthLimitMost + 2> at_least() const {
    std::array<std::size_t, kLengthLimitMost + 2> result{};
    std::size_t items = 2 * symbols_ - 2;
    for (unsigned bits = 1; bits <= limit_; ++bits) {
      result[bits] = taken_[limit_ - bits][items];
      items = 2 * (items - result[bits]);
    }
    return result;
  }

 private:
  static constexpr std::size_t kItemsMost = 2 * kLengthSymbolsMost;
  // How many of a list's first i items are symbols.
  using Taken = std::array<std::uint16_t, kItemsMost>;

  void merge(Taken& taken) {
    const std::size_t packages = size_ / 2;
    std::array<std::uint32_t, kLengthSymbolsMost + 1> package;
    for (std::size_t i = 0; i < packages; ++i) package[i] = items_[2 * i] + items_[2 * i + 1];
    package[packages] = kNever;
    size_ = std::min(symbols_ + packages, 2 * symbols_ - 2);
    std::size_t symbol = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      taken[i] = static_cast<std::uint16_t>(symbol);
      const std::uint32_t ours = weights_[symbol];
      const std::uint32_t theirs = package[i - symbol];
      items_[i] = std::min(ours, theirs);
      symbol += ours <= theirs ? 1 : 0;
    }
    taken[size_] = static_cast<std::uint16_t>(symbol);
  }

  std::size_t symbols_;
  unsigned limit_;
  std::size_t size_ = 0;
  std::array<std::uint32_t, kLengthSymbolsMost + 1> weights_;
  std::array<std::uint32_t, kItemsMost> items_;
  std::array<Taken, kLengthLimitMost> taken_;
};

std::uint16_t reversed(std::uint16_t code) {
  unsigned c = code;
  c = (c >> 8 & 0x00FFU) | (c & 0x00FFU) << 8;
  c = (c >> 4 & 0x0F0FU) | (c & 0x0F0FU) << 4;
  c = (c >> 2 & 0x3333U) | (c & 0x3333U) << 2;
  c = (c >> 1 & 0x5555U) | (c & 0x5555U) << 1;
  return static_cast<std::uint16_t>(c);
}

}  // namespace

void limited_lengths(std::span<const std::uint32_t> counts, unsigned limit,
                     std::span<std::uint8_t> lengths) {
  const Sorted sorted(counts);
  const auto at_least = PackageMerge(sorted, limit).at_least();
  std::fill(lengths.begin(), lengths.end(), std::uint8_t{0});
  for (unsigned bits = limit; bits > 0; --bits)
    for (std::size_t rank = at_least[bits + 1]; rank < at_least[bits]; ++rank)
      lengths[sorted.symbol(rank)] = static_cast<std::uint8_t>(bits);
}

void canonical_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes) {
  // Codes grow from the top of 16 bits, so that turning them round needs no length.
  std::array<std::uint32_t, 16> used{};
  for (const std::uint8_t bits : lengths) ++used[bits];
  std::array<std::uint32_t, 16> next{};
  for (unsigned bits = 1; bits + 1 < next.size(); ++bits)
    next[bits + 1] = next[bits] + (used[bits] << (16 - bits));
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const unsigned bits = lengths[symbol];
    codes[symbol] = static_cast<std::uint16_t>(next[bits]);
    next[bits] += bits == 0 ? 0 : 1U << (16 - bits);
  }
  for (std::uint16_t& code : codes) code = reversed(code);
}

}  // namespace penstock::huffman
