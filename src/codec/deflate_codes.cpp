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

CanonicalCode::Shape shape_of(std::span<const unsigned> counts) {
  int left = 1;
  for (unsigned bits = 1; bits <= kCodeBitsMost; ++bits) {
    left = 2 * left - static_cast<int>(counts[bits]);
    if (left < 0) return CanonicalCode::Shape::kOverSubscribed;
  }
  return left > 0 ? CanonicalCode::Shape::kIncomplete : CanonicalCode::Shape::kComplete;
}

// Codes longer than the first lookup: the first table links to a second one for their common start.
class SecondTables {
 public:
  SecondTables(const Table& table, unsigned first_bits) : table_(table), first_bits_(first_bits) {}

  void put(unsigned code, unsigned bits, Entry entry) {
    const unsigned start = code & ((1U << first_bits_) - 1);
    if (end_ == 0 || start != start_) open(start);
    const std::size_t step = std::size_t{1} << (bits - first_bits_);
    for (std::size_t i = code >> first_bits_; i < size(); i += step)
      table_.second[end_ - size() + i] = entry;
  }

 private:
  std::size_t size() const { return std::size_t{1} << (kCodeBitsMost - first_bits_); }
  void open(unsigned start) {
    table_.first[start] = kLink | static_cast<Entry>(table_.second_base + end_) << kOutputShift;
    start_ = start;
    end_ += size();
  }

  const Table& table_;
  unsigned first_bits_;
  std::size_t end_ = 0;  // of the second table open now
  unsigned start_ = 0;
};

unsigned bits_of(std::span<const Entry> first) {
  return static_cast<unsigned>(std::countr_zero(first.size()));
}

void fill_complete(const CanonicalCode& canonical, std::span<const Entry> leaves,
                   const Table& table) {
  const auto& [shape, counts, order] = canonical;
  const unsigned first_bits = bits_of(table.first);
  Entry* const first = table.first.data();
  std::size_t next = 0;
  unsigned code = 0;
  // The table for codes of up to n bits, twice behind itself, is the table for n+1.
  for (unsigned bits = 1; bits <= first_bits; ++bits) {
    const std::size_t half = std::size_t{1} << (bits - 1);
    if (next != 0) std::copy_n(first, half, first + half);
    for (unsigned i = 0; i < counts[bits]; ++i, code = next_code(code, bits))
      first[code] = leaves[order[next++]] + kOneBit * bits;
  }
  SecondTables second(table, first_bits);
  for (unsigned bits = first_bits + 1; bits <= kCodeBitsMost; ++bits)
    for (unsigned i = 0; i < counts[bits]; ++i, code = next_code(code, bits))
      second.put(code, bits, leaves[order[next++]] + kOneBit * bits);
}

void fill_incomplete(bool one_code, Entry only, std::span<Entry> first) {
  std::fill(first.begin(), first.end(), kInvalid);
  if (!one_code) return;
  for (std::size_t i = 0; i < first.size(); i += 2) first[i] = only;
}

}  // namespace

constinit const std::array<Entry, kLitlenSymbols> kLitlenLeaves = make_litlen_leaves();
constinit const std::array<Entry, kDistanceSymbols> kDistanceLeaves = make_distance_leaves();
constinit const std::array<Entry, kPrecodeSymbols> kPrecodeLeaves = make_precode_leaves();

CanonicalCode::CanonicalCode(std::span<const std::uint8_t> lengths) {
  for (const std::uint8_t length : lengths) ++counts[length];
  counts[0] = 0;
  shape = shape_of(counts);
  std::array<unsigned, kCodeBitsMost + 1> next{};
  for (unsigned bits = 1; bits < kCodeBitsMost; ++bits) next[bits + 1] = next[bits] + counts[bits];
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
    if (lengths[symbol] != 0) order[next[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
}

bool CanonicalCode::passes(Incomplete incomplete) const {
  if (shape != Shape::kIncomplete) return shape == Shape::kComplete;
  return incomplete == Incomplete::kSingleBit &&
         std::all_of(counts.begin() + 2, counts.end(), [](unsigned n) { return n == 0; });
}

bool build_table(std::span<const std::uint8_t> lengths, std::span<const Entry> leaves,
                 Incomplete incomplete, const Table& table) {
  const CanonicalCode code(lengths);
  if (!code.passes(incomplete)) return false;
  if (code.shape == CanonicalCode::Shape::kComplete)
    fill_complete(code, leaves, table);
  else
    fill_incomplete(code.counts[1] == 1, leaves[code.order[0]] + kOneBit, table.first);
  return true;
}

void pack_literals(std::span<const std::uint8_t> lengths, std::span<const Entry> single,
                   std::span<Entry> packed) {
  std::copy(single.begin(), single.end(), packed.begin());
  const unsigned first_bits = bits_of(single);
  unsigned shortest = kCodeBitsMost;
  for (const std::uint8_t length : lengths)
    if (length != 0) shortest = std::min<unsigned>(shortest, length);
  if (shortest >= first_bits) return;
  // The first place of a literal is its code; behind a code of n bits follow the others 2^n apart,
  // in the order of the bits behind it. What those bits mean is what a fresh lookup of them would
  // give. Only codes that leave room for the shortest one can be in front of another.
  const unsigned most = first_bits - shortest;
  for (std::size_t code = 0; code >> most == 0; ++code) {
    const Entry literal = single[code];
    const unsigned bits = literal & kTotalMask;
    if (is_special(literal) || (literal & kDistanceNext) != 0 || bits > most || code >> bits != 0)
      continue;
    const unsigned left = first_bits - bits;
    for (std::size_t rest = 0; rest >> left == 0; ++rest) {
      const Entry next = single[rest];
      const bool fits = (next >> kSkipShift & kSkipMask) <= left;
      packed[code | rest << bits] = literal + (fits ? next : 0);
    }
  }
}

}  // namespace penstock::deflate
