#include "codec/huffman_lengths.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::huffman {
namespace {

using Counts = std::vector<std::uint32_t>;
using Lengths = std::vector<std::uint8_t>;

Lengths lengths_of(const Counts& counts, unsigned limit) {
  Lengths lengths(counts.size());
  limited_lengths(counts, limit, lengths);
  return lengths;
}

std::uint64_t cost(const Counts& counts, const Lengths& lengths) {
  return std::inner_product(counts.begin(), counts.end(), lengths.begin(), std::uint64_t{0});
}

std::uint64_t kraft(const Lengths& lengths) {
  std::uint64_t sum = 0;
  for (const std::uint8_t length : lengths) sum += length == 0 ? 0 : 32'768U >> length;
  return sum;
}

// The least cost by trying: how many of the symbols, sorted by falling count, are given each length
// from the shortest on. `spaces` codes of `bits` bits are free.
class Trial {
 public:
  Trial(Counts counts, unsigned limit) : counts_(std::move(counts)), limit_(limit) {
    std::erase(counts_, 0U);
    std::ranges::sort(counts_, std::greater<>());
    known_.resize((limit + 1) * (counts_.size() + 1) * (counts_.size() + 2), kUnknown);
  }
  std::uint64_t least() { return least(1, 0, 2); }

 private:
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  static constexpr std::uint64_t kImpossible = kUnknown / 2;

  std::uint64_t least(unsigned bits, std::size_t done, std::size_t spaces) {
    const std::size_t left = counts_.size() - done;
    if (left == 0) return 0;
    if (bits > limit_) return kImpossible;
    spaces = std::min(spaces, left);
    std::uint64_t& known =
        known_[(bits * (counts_.size() + 1) + done) * (counts_.size() + 2) + spaces];
    if (known != kUnknown) return known;
    std::uint64_t best = kImpossible;
    std::uint64_t here = 0;
    for (std::size_t take = 0; take <= spaces; ++take) {
      best = std::min(best, here + least(bits + 1, done + take, 2 * (spaces - take)));
      if (take < left) here += std::uint64_t{counts_[done + take]} * bits;
    }
    return known = best;
  }

  Counts counts_;
  unsigned limit_;
  std::vector<std::uint64_t> known_;
};

// Counts of every shape from flat to steeper than any code of the limit can follow.
Counts random_counts(std::size_t symbols, std::mt19937_64& random) {
  const double steepness = static_cast<double>(random() % 1'000) / 1'000.0;
  double scale = 100'000;
  Counts counts(symbols);
  for (std::uint32_t& count : counts) {
    count = static_cast<std::uint32_t>(scale * static_cast<double>(random() % 1'000) / 1'000.0);
    if (random() % 8 == 0) count = 1;
    scale *= random() % 2 == 0 ? steepness : 1.0;
  }
  counts[0] += 1;
  counts[symbols - 1] += 1;
  std::shuffle(counts.begin(), counts.end(), random);
  return counts;
}

TEST(HuffmanLengths, CostTheLeastThatTheLimitAllows) {
  std::mt19937_64 random(1);
  for (unsigned i = 0; i < 3'000; ++i) {
    const unsigned limit = 5 + static_cast<unsigned>(random() % 7);
    const Counts counts = random_counts(2 + random() % 28, random);
    EXPECT_EQ(cost(counts, lengths_of(counts, limit)), Trial(counts, limit).least());
  }
}

TEST(HuffmanLengths, CostTheLeastForWholeAlphabets) {
  std::mt19937_64 random(2);
  for (unsigned i = 0; i < 20; ++i) {
    const Counts counts = random_counts(200 + random() % 58, random);
    EXPECT_EQ(cost(counts, lengths_of(counts, 11)), Trial(counts, 11).least());
  }
}

TEST(HuffmanLengths, MakeACompleteCodeWithinTheLimit) {
  std::mt19937_64 random(3);
  for (unsigned i = 0; i < 20'000; ++i) {
    const Counts counts = random_counts(2 + random() % 256, random);
    const Lengths lengths = lengths_of(counts, 11);
    ASSERT_EQ(kraft(lengths), 32'768U);
    ASSERT_LE(std::ranges::max(lengths), 11);
    for (std::size_t s = 0; s < counts.size(); ++s) ASSERT_EQ(lengths[s] == 0, counts[s] == 0);
  }
}

TEST(HuffmanLengths, FillTheSpaceOfTheLimitToTheLast) {
  Counts counts(128);
  std::iota(counts.begin(), counts.end(), 1U);
  EXPECT_EQ(lengths_of(counts, 7), Lengths(128, 7));
}

TEST(HuffmanLengths, OfTwoSymbolsAreOne) {
  EXPECT_EQ(lengths_of({0, 1, 0, 4'194'304}, 11), (Lengths{0, 1, 0, 1}));
}

TEST(HuffmanLengths, EqualCountsAreSettledByTheSymbol) {
  EXPECT_EQ(lengths_of({5, 5, 5}, 11), (Lengths{2, 2, 1}));
}

// The example of RFC 1951 section 3.2.2, with the bits of each code turned round.
TEST(CanonicalCodes, AreThoseOfTheStandard) {
  const Lengths lengths = {3, 3, 3, 3, 3, 2, 4, 4};
  std::vector<std::uint16_t> codes(lengths.size());
  canonical_codes(lengths, codes);
  EXPECT_EQ(codes,
            (std::vector<std::uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111}));
}

}  // namespace
}  // namespace penstock::huffman
