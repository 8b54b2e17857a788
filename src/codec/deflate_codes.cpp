#include "codec/deflate_codes.h"

#include <algorithm>
#include <bit>

namespace penstock::deflate {
namespace {

constexpr Entry leaf(unsigned output, unsigned extra_bits) {
  return extra_bits | output << kOutputShift;
}

constexpr std::array<Entry, kLitlenSymbols> make_litlen_leaves() {
  std::array<Entry, kLitlenSymbols> leaves{};
  for (std::size_t symbol = 0; symbol < kEndOfBlock; ++symbol) leaves[symbol] = leaf(1, 0);
  leaves[kEndOfBlock] = kEnd;
  // Lengths 3..10 one by one, then groups of four symbols with one more extra bit each; 258 is
  // alone.
  unsigned length = 3;
  for (std::size_t symbol = 257; symbol < 285; ++symbol) {
    const auto extra = static_cast<unsigned>(symbol < 265 ? 0 : (symbol - 261) / 4);
    leaves[symbol] = leaf(length, extra) | kDistanceNext;
    length += 1U << extra;
  }
  leaves[285] = leaf(258, 0) | kDistanceNext;
  leaves[286] = leaves[287] = kInvalid;
  return leaves;
}

// How far back a distance reaches does not matter here: all its bits are skipped.
constexpr std::array<Entry, kDistanceSymbols> make_distance_leaves() {
  std::array<Entry, kDistanceSymbols> leaves{};
  for (unsigned symbol = 0; symbol < 30; ++symbol)
    leaves[symbol] = kOneBit * (symbol < 4 ? 0 : symbol / 2 - 1);
  leaves[30] = leaves[31] = kInvalid;
  return leaves;
}

constexpr std::array<Entry, kPrecodeSymbols> make_precode_leaves() {
  std::array<Entry, kPrecodeSymbols> leaves{};
  for (unsigned symbol = 0; symbol < kPrecodeSymbols; ++symbol) leaves[symbol] = leaf(symbol, 0);
  return leaves;
}

using Counts = std::array<unsigned, kCodeBitsMost + 1>;

Counts count_lengths(std::span<const std::uint8_t> lengths) {
  Counts counts{};
  for (const std::uint8_t length : lengths) ++counts[length];
  counts[0] = 0;
  return counts;
}

// The symbols in canonical order: by length, then by number.
std::array<std::uint16_t, kLitlenSymbols> sort_symbols(std::span<const std::uint8_t> lengths,
                                                       const Counts& counts) {
  Counts next{};
  for (unsigned bits = 1; bits < kCodeBitsMost; ++bits) next[bits + 1] = next[bits] + counts[bits];
  std::array<std::uint16_t, kLitlenSymbols> order{};
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
    if (lengths[symbol] != 0) order[next[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  return order;
}

enum class Shape { kComplete, kIncomplete, kOverSubscribed };

Shape shape_of(const Counts& counts) {
  int left = 1;
  for (unsigned bits = 1; bits <= kCodeBitsMost; ++bits) {
    left = 2 * left - static_cast<int>(counts[bits]);
    if (left < 0) return Shape::kOverSubscribed;
  }
  return left > 0 ? Shape::kIncomplete : Shape::kComplete;
}

// The code behind `code` (bits reversed, as the stream has them) among those of `bits` bits. A zero
// bit appended to a reversed code does not change it, so codes of the next length go on from here.
unsigned next_code(unsigned code, unsigned bits) {
  const unsigned zeros = code ^ ((1U << bits) - 1);
  if (zeros == 0) return 0;
  const unsigned highest = std::bit_floor(zeros);
  return (code & (highest - 1)) | highest;
}

// Codes longer than the first lookup: the first table links to a second one for their common start.
class SecondTables {
 public:
  SecondTables(std::span<Entry> table, unsigned primary_bits)
      : table_(table), primary_bits_(primary_bits), free_(std::size_t{1} << primary_bits) {}

  void put(unsigned code, unsigned bits, Entry entry) {
    const unsigned start = code & ((1U << primary_bits_) - 1);
    if (at_ == 0 || start != start_) open(start);
    const std::size_t step = std::size_t{1} << (bits - primary_bits_);
    for (std::size_t i = code >> primary_bits_; i < size(); i += step) table_[at_ + i] = entry;
  }

 private:
  std::size_t size() const { return std::size_t{1} << (kCodeBitsMost - primary_bits_); }
  void open(unsigned start) {
    start_ = start;
    at_ = free_;
    free_ += size();
    table_[start] = kLink | static_cast<Entry>(at_) << kOutputShift;
  }

  std::span<Entry> table_;
  unsigned primary_bits_;
  std::size_t free_;
  std::size_t at_ = 0;
  unsigned start_ = 0;
};

void fill_complete(const Counts& counts, std::span<const std::uint16_t> order,
                   std::span<const Entry> leaves, unsigned primary_bits, std::span<Entry> table) {
  std::size_t next = 0;
  unsigned code = 0;
  std::size_t filled = 1;
  // The table for codes of up to n bits, twice behind itself, is the table for n+1.
  for (unsigned bits = 1; bits <= primary_bits; ++bits) {
    std::copy_n(table.begin(), filled, table.begin() + static_cast<std::ptrdiff_t>(filled));
    filled *= 2;
    for (unsigned i = 0; i < counts[bits]; ++i, code = next_code(code, bits))
      table[code] = leaves[order[next++]] + kOneBit * bits;
  }
  SecondTables second(table, primary_bits);
  for (unsigned bits = primary_bits + 1; bits <= kCodeBitsMost; ++bits)
    for (unsigned i = 0; i < counts[bits]; ++i, code = next_code(code, bits))
      second.put(code, bits, leaves[order[next++]] + kOneBit * bits);
}

}  // namespace

constinit const std::array<Entry, kLitlenSymbols> kLitlenLeaves = make_litlen_leaves();
constinit const std::array<Entry, kDistanceSymbols> kDistanceLeaves = make_distance_leaves();
constinit const std::array<Entry, kPrecodeSymbols> kPrecodeLeaves = make_precode_leaves();

bool build_table(std::span<const std::uint8_t> lengths, std::span<const Entry> leaves,
                 unsigned primary_bits, Incomplete incomplete, std::span<Entry> table) {
  const Counts counts = count_lengths(lengths);
  const Shape shape = shape_of(counts);
  if (shape == Shape::kOverSubscribed) return false;
  const auto order = sort_symbols(lengths, counts);
  if (shape == Shape::kComplete) {
    fill_complete(counts, order, leaves, primary_bits, table);
    return true;
  }
  const bool longer =
      std::any_of(counts.begin() + 2, counts.end(), [](unsigned n) { return n != 0; });
  if (incomplete == Incomplete::kRefused || longer) return false;
  std::fill_n(table.begin(), std::size_t{1} << primary_bits, kInvalid);
  if (counts[1] == 1)
    for (std::size_t i = 0; i >> primary_bits == 0; i += 2) table[i] = leaves[order[0]] + kOneBit;
  return true;
}

void pack_literals(std::span<const Entry> single, unsigned primary_bits, std::span<Entry> packed) {
  constexpr Entry kNotLiteral = kSpecial | kDistanceNext;
  const std::size_t size = std::size_t{1} << primary_bits;
  for (std::size_t i = 0; i < size; ++i) {
    Entry sum = single[i];
    while ((sum & kNotLiteral) == 0) {
      const unsigned used = sum & kTotalMask;
      const Entry next = single[i >> used];
      const unsigned code_bits = next >> kSkipShift & kSkipMask;
      if ((next & kSpecial) != 0 || used + code_bits > primary_bits) break;
      sum += next;
    }
    packed[i] = sum;
  }
}

}  // namespace penstock::deflate
