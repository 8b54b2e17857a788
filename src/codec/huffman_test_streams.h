// A slow encoder for the tests of the decoder: it makes sound streams of every shape, the ones our
// encoder never makes too. Nothing is shared with that one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "codec/huffman_block.h"

namespace penstock::test {

// Code lengths of at most `limit` bits for the symbols that `counts` has, the best ones
// (package-merge). A single symbol gets one bit, and that code is not complete.
inline std::vector<std::uint8_t> code_lengths(std::span<const std::uint64_t> counts,
                                              unsigned limit) {
  struct Package {
    std::uint64_t weight;
    std::vector<std::uint16_t> symbols;
  };
  std::vector<Package> leaves;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0) leaves.push_back({counts[i], {static_cast<std::uint16_t>(i)}});
  const auto lighter = [](const Package& a, const Package& b) {
    return a.weight != b.weight ? a.weight < b.weight : a.symbols < b.symbols;
  };
  std::ranges::sort(leaves, lighter);
  std::vector<std::uint8_t> lengths(counts.size());
  if (leaves.size() == 1) lengths[leaves[0].symbols[0]] = 1;
  if (leaves.size() < 2) return lengths;
  std::vector<Package> level = leaves;
  for (unsigned bits = 1; bits < limit; ++bits) {
    std::vector<Package> paired;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      Package both = level[i];
      both.weight += level[i + 1].weight;
      both.symbols.insert(both.symbols.end(), level[i + 1].symbols.begin(),
                          level[i + 1].symbols.end());
      paired.push_back(std::move(both));
    }
    level.clear();
    std::ranges::merge(leaves, paired, std::back_inserter(level), lighter);
  }
  for (std::size_t i = 0; i < 2 * leaves.size() - 2; ++i)
    for (const std::uint16_t symbol : level[i].symbols) ++lengths[symbol];
  return lengths;
}

class BitWriter {
 public:
  void put(std::uint64_t value, unsigned bits) {
    for (unsigned i = 0; i < bits; ++i, ++count_) {
      if (count_ % 8 == 0) bytes_.push_back(std::byte{0});
      bytes_.back() |= static_cast<std::byte>((value >> i & 1) << count_ % 8);
    }
  }
  void align(bool ones = false) {
    while (count_ % 8 != 0) put(ones ? 1 : 0, 1);
  }
  std::uint64_t count() const { return count_; }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
  std::uint64_t count_ = 0;
};

struct Coded {
  std::vector<std::byte> stream;
  std::vector<huffman::BlockEntry> index;
};

// Puts one block after the other.
class StreamWriter {
 public:
  struct Shape {
    unsigned limit = huffman::kCodeBitsMost;  // of a code
    bool last = false;
    unsigned litlen_codes = 257;  // HLIT; codes behind the end of block get one each
    unsigned distance_bits = 1;   // 0: no distance code, 1: one or two of one bit
    unsigned distance_codes = 2;
    bool all_bytes = false;  // a code for every byte, whether it occurs or not
    // In place of this byte of data comes a symbol that is no literal, and then zeros.
    std::size_t odd_at = static_cast<std::size_t>(-1);
    std::size_t odd_symbol = 256;
    unsigned odd_zeros = 0;
  };

  void stored(Bytes data, bool last, bool padded_with_ones = false) {
    out_.put(last ? 1 : 0, 3);
    out_.align(padded_with_ones);
    out_.put(data.size(), 16);
    out_.put(~data.size() & 0xFFFF, 16);
    for (const std::byte b : data) out_.put(std::to_integer<unsigned>(b), 8);
    index_.push_back({huffman::BlockKind::kStored, static_cast<std::uint32_t>(data.size()), {}});
  }

  void coded(Bytes data, const Shape& shape) {
    std::vector<std::uint64_t> counts(shape.litlen_codes);
    for (const std::byte b : data) ++counts[std::to_integer<std::size_t>(b)];
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (i >= 256 || shape.all_bytes) ++counts[i];
    // One symbol alone would make a code that is not complete.
    if (data.empty()) ++counts[0];
    put_header(code_lengths(counts, shape.limit), shape);
    huffman::BlockEntry entry{
        huffman::BlockKind::kHuffman, static_cast<std::uint32_t>(data.size()), {}};
    const std::size_t each = data.size() / huffman::kStreams;
    for (std::size_t i = 0; i < huffman::kStreams; ++i) {
      const std::uint64_t from = out_.count();
      const std::size_t size = i + 1 < huffman::kStreams ? each : data.size() - i * each;
      for (std::size_t k = i * each; k < i * each + size; ++k) {
        symbol(k == shape.odd_at ? shape.odd_symbol : std::to_integer<std::size_t>(data[k]));
        for (unsigned z = 0; k == shape.odd_at && z < shape.odd_zeros; ++z) out_.put(0, 1);
      }
      entry.stream_bits[i] = static_cast<std::uint32_t>(out_.count() - from);
    }
    symbol(256);
    index_.push_back(entry);
  }

  // A block of the fixed code; an index has no name for it.
  void fixed(Bytes data, bool last) {
    out_.put((last ? 1 : 0) | 2, 3);
    make_codes(fixed_lengths());
    for (const std::byte b : data) symbol(std::to_integer<std::size_t>(b));
    symbol(256);
  }

  // A symbol of the block before, where nothing of the kind should be.
  void symbol(std::size_t number) { out_.put(codes_[number], lengths_[number]); }
  BitWriter& bits() { return out_; }

  Coded finish() {
    out_.align();
    return {out_.take(), std::move(index_)};
  }

 private:
  static std::vector<std::uint8_t> fixed_lengths() {
    std::vector<std::uint8_t> lengths(288);
    for (std::size_t i = 0; i < lengths.size(); ++i)
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    return lengths;
  }

  // Lengths of 0 to 15 in four bits each: a complete code, and no repetitions.
  void put_header(std::vector<std::uint8_t> lengths, const Shape& shape) {
    constexpr std::array<unsigned, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                              11, 4,  12, 3, 13, 2, 14, 1, 15};
    make_codes(lengths);
    out_.put((shape.last ? 1 : 0) | 4, 3);
    out_.put(shape.litlen_codes - 257, 5);
    out_.put(shape.distance_codes - 1, 5);
    out_.put(15, 4);
    for (const unsigned symbol : kOrder) out_.put(symbol < 16 ? 4 : 0, 3);
    lengths.resize(lengths.size() + shape.distance_codes,
                   static_cast<std::uint8_t>(shape.distance_bits));
    for (const std::uint8_t length : lengths) out_.put(reversed(length, 4), 4);
  }

  static unsigned reversed(unsigned code, unsigned bits) {
    unsigned result = 0;
    for (unsigned i = 0; i < bits; ++i) result = result << 1 | (code >> i & 1);
    return result;
  }

  // RFC 1951 section 3.2.2, to the letter.
  void make_codes(std::vector<std::uint8_t> lengths) {
    lengths_ = std::move(lengths);
    codes_.assign(lengths_.size(), 0);
    std::array<unsigned, 16> counts{};
    for (const std::uint8_t length : lengths_) ++counts[length];
    counts[0] = 0;
    std::array<unsigned, 16> next{};
    for (unsigned bits = 1; bits <= 15; ++bits)
      next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
    for (std::size_t i = 0; i < lengths_.size(); ++i)
      if (lengths_[i] != 0) codes_[i] = reversed(next[lengths_[i]]++, lengths_[i]);
  }

  BitWriter out_;
  std::vector<huffman::BlockEntry> index_;
  std::vector<std::uint8_t> lengths_;
  std::vector<unsigned> codes_;
};

// `data` in blocks of `block_bytes`, all of them coded.
inline Coded code(Bytes data, std::size_t block_bytes, StreamWriter::Shape shape = {}) {
  StreamWriter writer;
  do {
    const Bytes block = data.first(std::min(block_bytes, data.size()));
    data = data.subspan(block.size());
    shape.last = data.empty();
    writer.coded(block, shape);
  } while (!data.empty());
  return writer.finish();
}

}  // namespace penstock::test
