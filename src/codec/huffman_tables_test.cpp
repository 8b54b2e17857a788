#include "codec/huffman_tables.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "codec/huffman_test_streams.h"

namespace penstock::huffman {
namespace {

// A block's code for symbols of which each is (1 - p) times as frequent as the one before.
deflate::CodeLengths lengths_of(unsigned symbols, double p, unsigned limit) {
  std::vector<std::uint64_t> counts(deflate::kEndOfBlock + 1);
  for (unsigned i = 0; i < symbols; ++i)
    counts[i] = 1 + static_cast<std::uint64_t>(1e6 * std::pow(1 - p, i));
  counts[deflate::kEndOfBlock] = 1;
  const auto litlen = test::code_lengths(counts, limit);
  deflate::CodeLengths lengths{};
  std::ranges::copy(litlen, lengths.all.begin());
  lengths.all[litlen.size()] = lengths.all[litlen.size() + 1] = 1;  // of two distances
  lengths.litlen_count = static_cast<unsigned>(litlen.size());
  lengths.distance_count = 2;
  return lengths;
}

// What one lookup after the other finds in kCodeBitsMost bits.
Multi found_one_by_one(const Single* single, std::size_t value) {
  unsigned bits = 0;
  unsigned count = 0;
  Multi bytes = 0;
  for (; count < kMultiMost; ++count) {
    const Single entry = single[value >> bits];
    if ((entry & kBitsMask) == kStopBits || bits + (entry & kBitsMask) > kCodeBitsMost) break;
    bytes |= Multi{entry} >> kByteShift << 8 * count;
    bits += entry & kBitsMask;
  }
  return bytes << kBytesShift | Multi{count} << kCountShift | bits;
}

TEST(HuffmanTables, SayInOneLookupWhatSeveralLookupsSay) {
  static Tables tables;
  unsigned joined = 0;
  for (unsigned symbols = 1; symbols <= 256; symbols += symbols < 20 ? 1 : 7)
    for (const double p : {0.0, 0.05, 0.3, 0.6})
      for (const unsigned limit : {9U, 11U}) {
        ASSERT_TRUE(tables.build(lengths_of(symbols, p, limit)));
        if (tables.multi() == nullptr) continue;
        ++joined;
        unsigned most = 0;
        for (std::size_t value = 0; value < kTableSize; ++value) {
          const Multi entry = tables.multi()[value];
          ASSERT_EQ(entry, found_one_by_one(tables.single(), value)) << symbols << ' ' << value;
          most = std::max(most, static_cast<unsigned>(entry >> kCountShift & 0xFF));
        }
        ASSERT_LE(most, tables.multi_most());
      }
  EXPECT_GT(joined, 200U);
}

TEST(HuffmanTables, GiveNothingAtTheEndOfTheBlock) {
  static Tables tables;
  for (unsigned symbols = 1; symbols < 60; ++symbols) {
    ASSERT_TRUE(tables.build(lengths_of(symbols, 0.3, kCodeBitsMost)));
    ASSERT_NE(tables.multi(), nullptr);
    EXPECT_EQ(tables.multi()[tables.no_literal()], 0U);
    EXPECT_EQ(tables.single()[tables.no_literal()], kStopBits);
    EXPECT_NE(tables.end_of_block(tables.no_literal()), 0U);
  }
}

TEST(HuffmanTables, JoinOnlyWhereThereIsRoomForTwo) {
  static Tables tables;
  ASSERT_TRUE(tables.build(lengths_of(16, 0, kCodeBitsMost)));
  EXPECT_NE(tables.multi(), nullptr);
  ASSERT_TRUE(tables.build(lengths_of(256, 0, kCodeBitsMost)));
  EXPECT_EQ(tables.multi(), nullptr);
}

}  // namespace
}  // namespace penstock::huffman
