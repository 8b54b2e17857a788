#include "codec/huffman_decoder.h"

#include <algorithm>

#include "codec/deflate_header.h"
#include "codec/huffman_streams.h"
#include "codec/huffman_tables.h"

namespace penstock::huffman {
namespace {

using deflate::BitReader;

// Whether the entries are possible and make `bytes` together.
bool makes(std::span<const BlockEntry> index, std::size_t bytes) {
  std::uint64_t sum = 0;
  for (const BlockEntry& block : index) {
    if (block.kind == BlockKind::kStored ? block.bytes > 0xFFFF : block.kind != BlockKind::kHuffman)
      return false;
    sum += block.bytes;
  }
  return sum == bytes;
}

}  // namespace

struct Decoder::State {
  DecodeRuns decode_runs;
  deflate::CodeLengths lengths;
  Tables tables;

  bool block(Bytes input, BitReader& in, const BlockEntry& entry, bool last, MutableBytes out);
  bool stored(Bytes input, BitReader& in, MutableBytes out);
  bool coded(Bytes input, BitReader& in, const BlockEntry& entry, MutableBytes out);
};

// What stands in the byte behind the header is not looked at, as no inflate does.
bool Decoder::State::stored(Bytes input, BitReader& in, MutableBytes out) {
  if (!in.jump(0)) return false;
  const unsigned length = in.take(16);
  if (in.take(16) != (~length & 0xFFFFU) || in.overrun() || length != out.size()) return false;
  const auto from = static_cast<std::size_t>(in.position() / 8);
  if (!in.jump(length)) return false;
  std::ranges::copy(input.subspan(from, length), out.begin());
  return true;
}

// Why true is true: the header is read here as inflate reads it, and by induction over the runs
// inflate, too, decodes each of them from the bit where it begins here. It begins with the first
// one. A run is decoded by the same code from the same bit, literals only, to as many bytes as it
// has, so inflate makes the same bytes and comes to the same bit; that is where the next run
// begins. Behind the last one inflate finds the end of the block, as it is found here.
bool Decoder::State::coded(Bytes input, BitReader& in, const BlockEntry& entry, MutableBytes out) {
  if (!deflate::read_code_lengths(in, lengths) || !tables.build(lengths)) return false;
  Runs runs{input, {in.position()}, out};
  for (std::size_t i = 0; i < kStreams; ++i) runs.bits[i + 1] = runs.bits[i] + entry.stream_bits[i];
  const std::uint64_t end = runs.bits.back();
  if (end > std::uint64_t{input.size()} * 8 || !decode_runs(tables, runs)) return false;
  in.seek(end);
  in.refill();
  const unsigned end_bits = tables.end_of_block(in.peek());
  in.skip(end_bits);
  return end_bits != 0 && !in.overrun();
}

bool Decoder::State::block(Bytes input, BitReader& in, const BlockEntry& entry, bool last,
                           MutableBytes out) {
  const bool coded_block = entry.kind == BlockKind::kHuffman;
  if ((in.take(1) != 0) != last || in.take(2) != (coded_block ? 2 : 0)) return false;
  return coded_block ? coded(input, in, entry, out) : stored(input, in, out);
}

Decoder::Decoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Result<Decoder> Decoder::create(CpuLevel level) {
  auto state = std::make_unique<State>();
  const DecodeRuns fast = level >= CpuLevel::kAvx2 && cpu_has_bmi2() ? decode_runs_bmi2() : nullptr;
  state->decode_runs = fast != nullptr ? fast : decode_runs_portable;
  return Decoder(std::move(state));
}

bool Decoder::inflate(Bytes input, std::span<const BlockEntry> index, MutableBytes out) {
  if (index.empty() || !makes(index, out.size())) return false;
  BitReader in(input);
  for (const BlockEntry& entry : index) {
    const MutableBytes part = out.first(entry.bytes);
    if (!state_->block(input, in, entry, &entry == &index.back(), part)) return false;
    out = out.subspan(part.size());
  }
  return (in.position() + 7) / 8 == input.size() && !in.overrun();
}

}  // namespace penstock::huffman
