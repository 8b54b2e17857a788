#include "codec/huffman_tables.h"

#include <algorithm>

namespace penstock::huffman {
namespace {

// A lookup of several literals takes nearly twice as long as one of a single one. This asks in how
// many cases there is room for a second one: a code of n bits turns up once in 2^n times.
bool joining_pays(const deflate::CanonicalCode& code) {
  std::size_t pairs = 0;
  for (unsigned first = 1; first < kCodeBitsMost; ++first)
    for (unsigned second = 1; first + second <= kCodeBitsMost; ++second)
      pairs += std::size_t{code.counts[first]} * code.counts[second]
               << (2 * kCodeBitsMost - first - second);
  return pairs > kTableSize * kTableSize / 8 * 7;
}

bool longer_than_ours(const deflate::CanonicalCode& code) {
  return std::any_of(code.counts.begin() + kCodeBitsMost + 1, code.counts.end(),
                     [](unsigned count) { return count != 0; });
}

}  // namespace

bool Tables::build(const deflate::CodeLengths& lengths) {
  const deflate::CanonicalCode code(lengths.litlen());
  const deflate::CanonicalCode distance(lengths.distance());
  if (!code.passes(deflate::Incomplete::kRefused) || longer_than_ours(code) ||
      !distance.passes(deflate::Incomplete::kSingleBit))
    return false;
  fill_single(code);
  has_multi_ = joining_pays(code);
  if (has_multi_) fill_multi();
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

// Behind a first literal of n bits come the literals of the bits that are left. Seen as one number
// with a bit above it that tells how many bits there are, those are the number shifted right by n;
// it is zero when there were less than n bits. With kCapped, kMultiMost - 1 bits are looked at
// behind the first literal.
template <bool kCapped>
void Tables::fill_multi_level(unsigned bits) {
  constexpr std::size_t kCap = std::size_t{1} << (kMultiMost - 1);
  constexpr Multi kBytes = ~((Multi{1} << kBytesShift) - 1);
  const std::size_t above = std::size_t{1} << bits;
  for (std::size_t value = 0; value < above; ++value) {
    const Multi first = single_[value];
    std::size_t rest = (above | value) >> (first & kBitsMask);
    if (kCapped && rest >= 2 * kCap) rest = kCap | (rest & (kCap - 1));
    const Multi behind = multi_[rest];
    const Multi joined = (behind & kBytes) << 8 | first >> kByteShift << kBytesShift |
                         ((behind & ~kBytes) + (Multi{1} << kCountShift) + (first & kBitsMask));
    multi_[above | value] = rest == 0 ? 0 : joined;
  }
}

void Tables::fill_multi() {
  multi_[0] = multi_[1] = 0;
  // With codes of one bit eleven literals would fit into an entry that has room for six.
  const bool capped = shortest_ == 1;
  const unsigned levels = capped ? kMultiMost - 1 : kCodeBitsMost - shortest_;
  for (unsigned bits = 1; bits <= levels; ++bits) fill_multi_level<false>(bits);
  if (capped)
    fill_multi_level<true>(kCodeBitsMost);
  else
    fill_multi_level<false>(kCodeBitsMost);
  for (std::size_t value = 0; value < kTableSize; ++value)
    if ((single_[value] & kBitsMask) == kStopBits) multi_[kTableSize + value] = kStopBits;
}

}  // namespace penstock::huffman
