#include "codec/huffman_encoder.h"

#include <algorithm>
#include <new>

#include "base/narrow.h"
#include "codec/deflate_codes.h"
#include "codec/huffman_header.h"
#include "codec/huffman_histogram.h"
#include "codec/huffman_lengths.h"
#include "codec/huffman_path.h"
#include "codec/stored_blocks.h"

namespace penstock::huffman {
namespace {

// A Huffman block has to save 1/256: reading it back costs more than a stored one.
constexpr std::uint64_t kGain = 256;

std::size_t stored_parts(std::size_t bytes) {
  return std::max<std::size_t>(1, (bytes + kStoredBlockMost - 1) / kStoredBlockMost);
}

// The cost of a block with its part of the index, so that the file, too, never grows.
std::uint64_t stored_cost(std::size_t bytes) {
  return 8 * (bytes + stored_parts(bytes) * (kStoredHeaderBytes + kStoredEntryBytes));
}

// More than a block's cost as stored ones cannot have been written when it is given up: that is
// looked at behind every run.
constexpr std::size_t given_up_bytes(std::size_t block_bytes) {
  const std::size_t run = block_bytes / kStreams + kStreams;
  return kHeaderBytesMost + (run * kCodeBitsMost + 7) / 8;
}

const EncoderPath& path_for(CpuLevel level) {
  if (level >= CpuLevel::kAvx512 && encoder_avx512() != nullptr) return *encoder_avx512();
  if (level >= CpuLevel::kAvx2 && encoder_avx2() != nullptr) return *encoder_avx2();
  return encoder_portable();
}

// True when the order-2 Renyi entropy, -log2 of the sum of squared shares, and with it Shannon's,
// which is never less, leaves less than the gain asked for: 2^(8/256) is below 1 + 1/45.
bool looks_random(const Histogram& histogram) {
  std::uint64_t squares = 0;
  for (std::size_t i = 0; i < 256; ++i)
    squares += std::uint64_t{histogram.counts[i]} * histogram.counts[i];
  const std::uint64_t flat = std::uint64_t{histogram.total} * histogram.total / 256;
  return squares <= flat + flat / 46;
}

std::uint64_t coded_bits(const Histogram& histogram, const CodeTable& table) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kLiteralSymbols; ++i)
    bits += std::uint64_t{histogram.counts[i]} * table.lengths[i];
  return bits;
}

void put_stored(Bytes part, bool final, CodeWriter& out) {
  out.put(final ? 1 : 0, 3);
  out.align();
  out.put(part.size() | (~part.size() & 0xFFFF) << 16, 32);
  std::copy_n(as_u8(part), part.size(), out.at);
  out.at += part.size();
}

// In parts of nearly the same size: a block of kBlockBytes leaves no crumb.
void put_stored_parts(Bytes block, bool final, CodeWriter& out, std::vector<BlockEntry>* index) {
  for (std::size_t parts = stored_parts(block.size()); parts > 0; --parts) {
    const Bytes part = block.first((block.size() + parts - 1) / parts);
    block = block.subspan(part.size());
    put_stored(part, final && parts == 1, out);
    if (index != nullptr)
      index->push_back({BlockKind::kStored, narrow<std::uint32_t>(part.size()), {}});
  }
}

}  // namespace

struct Encoder::State {
  const EncoderPath& path;
  CodeTable table;

  // False when the block is better stored; `out` is then anywhere in front of what is allowed.
  bool put_huffman(Bytes block, bool final, CodeWriter& out, BlockEntry& entry) {
    const Histogram histogram = count_bytes(path, block);
    if (looks_random(histogram)) return false;
    limited_lengths(histogram.counts, kCodeBitsMost, table.lengths);
    const std::uint64_t allowed = 8 * (block.size() - block.size() / kGain);
    if (coded_bits(histogram, table) >= allowed) return false;
    canonical_codes(table.lengths, table.codes);
    path.prepare(table);
    const CodeWriter begin = out;
    write_header(final, table.lengths, out);
    if (!put_runs(block, begin, out, entry)) return false;
    out.put(table.codes[deflate::kEndOfBlock], table.lengths[deflate::kEndOfBlock]);
    return out.bits_since(begin) + 8 * kHuffmanEntryBytes < stored_cost(block.size());
  }

  bool put_runs(Bytes block, const CodeWriter& begin, CodeWriter& out, BlockEntry& entry) {
    entry = {BlockKind::kHuffman, narrow<std::uint32_t>(block.size()), {}};
    const std::size_t run_bytes = block.size() / kStreams;
    for (std::size_t i = 0; i < kStreams; ++i) {
      const CodeWriter run_begin = out;
      const bool last = i + 1 == kStreams;
      path.emit(table, last ? block : block.first(run_bytes), out);
      block = last ? Bytes{} : block.subspan(run_bytes);
      entry.stream_bits[i] = narrow<std::uint32_t>(out.bits_since(run_begin));
      if (out.bits_since(begin) > stored_cost(entry.bytes)) return false;
    }
    return true;
  }

  void put_block(Bytes block, bool final, CodeWriter& out, std::vector<BlockEntry>* index) {
    const CodeWriter begin = out;
    BlockEntry entry;
    if (!block.empty() && put_huffman(block, final, out, entry)) {
      if (index != nullptr) index->push_back(entry);
      return;
    }
    out = begin;
    put_stored_parts(block, final, out, index);
  }
};

Encoder::Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

Result<Encoder> Encoder::create(CpuLevel level) {
  std::unique_ptr<State> state(new (std::nothrow) State{path_for(level), {}});
  if (!state) return fail(Code::kNoSpace, "no memory for a compressor");
  return Encoder(std::move(state));
}

std::size_t Encoder::bound(std::size_t input_bytes) {
  const std::size_t blocks = input_bytes / kBlockBytes + 1;
  const std::size_t headers =
      blocks * stored_parts(kBlockBytes) * (kStoredHeaderBytes + kStoredEntryBytes);
  return input_bytes + headers + kEmptyStoredBytes +
         given_up_bytes(std::min(input_bytes, kBlockBytes)) + CodeWriter::kSlackBytes;
}

std::size_t Encoder::deflate(Bytes input, bool last, MutableBytes out,
                             std::vector<BlockEntry>* index) {
  CodeWriter writer{as_u8(out)};
  if (input.empty() && last) state_->put_block(input, true, writer, index);
  while (!input.empty()) {
    const Bytes block = input.first(std::min(input.size(), kBlockBytes));
    input = input.subspan(block.size());
    state_->put_block(block, last && input.empty(), writer, index);
  }
  if (!last) state_->put_block({}, false, writer, nullptr);
  writer.align();
  return narrow<std::size_t>(writer.at - as_u8(out));
}

}  // namespace penstock::huffman
