// Witnesses for the tests of the Huffman encoder: other people's inflate, and a naive reader that
// goes through a stream bit by bit and holds the index against it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include "codec/huffman_block.h"
#include "codec/test_data.h"

namespace penstock::test {

// What libdeflate makes of `stream`, which must end where it says and give `size` bytes.
inline std::optional<Buffer> libdeflate_inflate(Bytes stream, std::size_t size) {
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  Buffer out(size + 1);
  std::size_t consumed = 0;
  std::size_t made = 0;
  const auto status = libdeflate_deflate_decompress_ex(decompressor, stream.data(), stream.size(),
                                                       out.data(), out.size(), &consumed, &made);
  libdeflate_free_decompressor(decompressor);
  if (status != LIBDEFLATE_SUCCESS || consumed != stream.size()) return std::nullopt;
  out.resize(made);
  return out;
}

inline std::optional<Buffer> isal_inflate(Bytes stream, std::size_t size) {
  Buffer in(stream.begin(), stream.end());
  Buffer out(size + 1);
  std::vector<inflate_state> state(1);
  isal_inflate_init(state.data());
  state[0].next_in = as_u8(MutableBytes(in));
  state[0].avail_in = static_cast<std::uint32_t>(in.size());
  state[0].next_out = as_u8(MutableBytes(out));
  state[0].avail_out = static_cast<std::uint32_t>(out.size());
  if (isal_inflate(state.data()) != ISAL_DECOMP_OK || state[0].block_state != ISAL_BLOCK_FINISH)
    return std::nullopt;
  out.resize(state[0].total_out);
  return out;
}

// Reads literal-only blocks as RFC 1951 says, one bit at a time.
class NaiveReader {
 public:
  explicit NaiveReader(Bytes stream) : stream_(stream) {}

  unsigned bits(unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i, ++at_)
      if (at_ / 8 < stream_.size())
        value |= (std::to_integer<unsigned>(stream_[at_ / 8]) >> at_ % 8 & 1) << i;
    return value;
  }
  void align() { at_ = (at_ + 7) / 8 * 8; }
  void skip_bytes(std::size_t count) { at_ += count * 8; }
  std::size_t position() const { return at_; }

  // The code of the symbols with these lengths; not complete: nothing is returned.
  struct Code {
    std::array<std::vector<unsigned>, 16> symbols;  // by length
  };
  static std::optional<Code> code_of(std::span<const unsigned> lengths) {
    Code code;
    std::size_t kraft = 0;
    for (unsigned i = 0; i < lengths.size(); ++i)
      if (lengths[i] != 0) {
        code.symbols[lengths[i]].push_back(i);
        kraft += std::size_t{1} << (15 - lengths[i]);
      }
    if (kraft != std::size_t{1} << 15) return std::nullopt;
    return code;
  }
  unsigned symbol(const Code& code) {
    unsigned value = 0;
    unsigned first = 0;
    for (unsigned length = 1; length < 16; ++length) {
      value = value << 1 | bits(1);
      first <<= 1;
      const auto& symbols = code.symbols[length];
      if (value - first < symbols.size()) return symbols[value - first];
      first += static_cast<unsigned>(symbols.size());
    }
    return 999;
  }

  // The literal code of a dynamic block, read behind its first three bits.
  std::optional<Code> header() {
    constexpr std::array kOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                   11, 4,  12, 3, 13, 2, 14, 1, 15};
    if (bits(5) != 0 || bits(5) != 1) return std::nullopt;
    std::vector<unsigned> precode(19);
    const unsigned sent = bits(4) + 4;
    for (unsigned i = 0; i < sent; ++i) precode[static_cast<std::size_t>(kOrder[i])] = bits(3);
    const auto code = code_of(precode);
    if (!code) return std::nullopt;
    std::vector<unsigned> lengths;
    while (lengths.size() < 259) {
      const unsigned s = symbol(*code);
      if (s < 16) lengths.push_back(s);
      if (s == 16) lengths.insert(lengths.end(), 3 + bits(2), lengths.back());
      if (s == 17) lengths.insert(lengths.end(), 3 + bits(3), 0);
      if (s == 18) lengths.insert(lengths.end(), 11 + bits(7), 0);
      if (s > 18) return std::nullopt;
    }
    if (lengths.size() != 259 || lengths[257] != 1 || lengths[258] != 1) return std::nullopt;
    if (std::ranges::max(lengths) > huffman::kCodeBitsMost) return std::nullopt;
    return code_of(std::span(lengths).first(257));
  }

 private:
  Bytes stream_;
  std::size_t at_ = 0;
};

// What is wrong with `entry` as the description of the block that begins here; empty: nothing.
inline std::string entry_error(NaiveReader& reader, const huffman::BlockEntry& entry, bool final) {
  if ((reader.bits(1) == 1) != final) return "BFINAL";
  const unsigned type = reader.bits(2);
  if (entry.kind == huffman::BlockKind::kStored) {
    reader.align();
    if (type != 0 || reader.bits(16) != entry.bytes || reader.bits(16) != 65'535 - entry.bytes)
      return "not this stored block";
    reader.skip_bytes(entry.bytes);
    return "";
  }
  const auto code = reader.header();
  if (type != 2 || !code) return "header";
  const std::size_t each = entry.bytes / huffman::kStreams;
  for (std::size_t run = 0; run < huffman::kStreams; ++run) {
    const std::size_t begin = reader.position();
    const bool last = run + 1 == huffman::kStreams;
    for (std::size_t left = last ? entry.bytes - run * each : each; left > 0; --left)
      if (reader.symbol(*code) > 255) return "no literal";
    if (reader.position() - begin != entry.stream_bits[run]) return "length of a run";
  }
  return reader.symbol(*code) == 256 ? "" : "no end of block";
}

// What is wrong with `index` as the description of the whole stream; empty: nothing.
inline std::string index_error(Bytes stream, std::span<const huffman::BlockEntry> index,
                               std::size_t size) {
  NaiveReader reader(stream);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < index.size(); ++i) {
    bytes += index[i].bytes;
    const std::string error = entry_error(reader, index[i], i + 1 == index.size());
    if (!error.empty()) return "block " + std::to_string(i) + ": " + error;
  }
  if (bytes != size) return "bytes";
  if ((reader.position() + 7) / 8 != stream.size()) return "end";
  return reader.bits(static_cast<unsigned>(stream.size() * 8 - reader.position())) == 0 ? ""
                                                                                        : "padding";
}

}  // namespace penstock::test
