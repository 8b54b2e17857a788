#include "codec/huffman_tables.h"

#include <algorithm>
#include <span>

namespace penstock::huffman {
namespace {

// A lookup of several literals takes up to a quarter longer than one of a single one. This asks in
// how many cases there is room for a second one: a code of n bits turns up once in 2^n times.
bool joining_pays(const deflate::CanonicalCode& code) {
  std::size_t pairs = 0;
  for (unsigned first = 1; first < kCodeBitsMost; ++first)
    for (unsigned second = 1; first + second <= kCodeBitsMost; ++second)
      pairs += std::size_t{code.counts[first]} * code.counts[second]
               << (2 * kCodeBitsMost - first - second);
  return pairs > kTableSize * kTableSize / 8 * 3;
}

bool longer_than_ours(const deflate::CanonicalCode& code) {
  return std::any_of(code.counts.begin() + kCodeBitsMost + 1, code.counts.end(),
                     [](unsigned count) { return count != 0; });
}

// The codes of the literals, the shortest first.
struct Literals {
  struct Literal {
    std::uint16_t code;
    std::uint8_t byte;
  };
  std::array<Literal, deflate::kEndOfBlock> all;
  std::array<std::size_t, kCodeBitsMost + 2> first{};  // of each length

  explicit Literals(const deflate::CanonicalCode& canonical) {
    std::size_t next = 0;
    std::size_t count = 0;
    unsigned code = 0;
    for (unsigned bits = 1; bits <= kCodeBitsMost; ++bits) {
      first[bits] = count;
      for (unsigned i = 0; i < canonical.counts[bits]; ++i, code = deflate::next_code(code, bits)) {
        const unsigned symbol = canonical.order[next++];
        if (symbol < deflate::kEndOfBlock)
          all[count++] = {static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(symbol)};
      }
    }
    first.back() = count;
  }
  std::span<const Literal> of_length(unsigned bits) const {
    return std::span(all).subspan(first[bits], first[bits + 1] - first[bits]);
  }
};

// Makes the table for 1, 2 ... kCodeBitsMost bits, one from the other: with one more bit a lookup
// gives what it gave before, unless the literals fill the bits now to the last one.
class MultiFiller {
 public:
  MultiFiller(const Literals& literals, Multi* table) : literals_(literals), table_(table) {}

  void fill() {
    table_[0] = 0;
    filled_[0] = {0, 0};
    level_[1] = filled_count_ = 1;
    for (unsigned bits = 1; bits <= kCodeBitsMost; ++bits) {
      const std::size_t half = std::size_t{1} << (bits - 1);
      std::copy_n(table_, half, table_ + half);
      for (unsigned last = 1; last <= bits; ++last) join(bits - last, last);
      level_[bits + 1] = filled_count_;
    }
  }

 private:
  // Literals that fill a number of bits, and the value of these bits.
  struct Filled {
    Multi entry;
    std::size_t value;
  };

  // What fills `front` bits, with a literal of `last` bits behind it.
  void join(unsigned front, unsigned last) {
    const auto literals = literals_.of_length(last);
    if (literals.empty()) return;
    for (std::size_t i = level_[front]; i < level_[front + 1]; ++i) {
      const auto [entry, value] = filled_[i];
      const auto count = static_cast<unsigned>(entry >> kCountShift & 0xFF);
      if (count == kMultiMost) continue;
      const Multi longer = entry + (Multi{1} << kCountShift) + last;
      for (const auto [code, byte] : literals)
        put(std::size_t{code} << front | value, longer | Multi{byte} << (kBytesShift + 8 * count));
    }
  }
  void put(std::size_t value, Multi entry) {
    table_[value] = entry;
    // None of all the bits is looked at again.
    if ((entry & kBitsMask) < kCodeBitsMost) filled_[filled_count_++] = {entry, value};
  }

  const Literals& literals_;
  Multi* table_;
  // For each number of bits what fills it, one behind the other: at most 2^n things for n bits.
  std::array<Filled, kTableSize> filled_;
  std::size_t filled_count_ = 0;
  std::array<std::size_t, kCodeBitsMost + 2> level_{};
};

}  // namespace

bool Tables::build(const deflate::CodeLengths& lengths) {
  const deflate::CanonicalCode code(lengths.litlen());
  const deflate::CanonicalCode distance(lengths.distance());
  if (!code.passes(deflate::Incomplete::kRefused) || longer_than_ours(code) ||
      !distance.passes(deflate::Incomplete::kSingleBit))
    return false;
  fill_single(code);
  has_multi_ = joining_pays(code);
  if (has_multi_) MultiFiller(Literals(code), multi_.data()).fill();
  return true;
}

void Tables::fill_single(const deflate::CanonicalCode& canonical) {
  std::size_t next = 0;
  unsigned code = 0;
  // The table for codes of up to n bits, twice behind itself, is the table for n+1.
  for (unsigned bits = 1; bits <= kCodeBitsMost; ++bits) {
    const std::size_t half = std::size_t{1} << (bits - 1);
    if (next == 0)
      shortest_ = bits;
    else
      std::copy_n(single_.begin(), half, single_.data() + half);
    for (unsigned i = 0; i < canonical.counts[bits]; ++i) {
      const unsigned symbol = canonical.order[next++];
      single_[code] = static_cast<Single>(
          symbol < deflate::kEndOfBlock ? symbol << kByteShift | bits : kStopBits);
      if (symbol == deflate::kEndOfBlock) {
        end_bits_ = bits;
        end_code_ = code;
      }
      code = deflate::next_code(code, bits);
    }
  }
}

}  // namespace penstock::huffman
