// In kBest, what is made at all is decided from samples: LZ takes ten times as long as Huffman
// coding, and for weights, noise and what is compressed already it is time for nothing.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "codec/compressor.h"
#include "codec/crc32.h"
#include "codec/gzip_member.h"
#include "codec/huffman_encoder.h"
#include "codec/match_gain.h"
#include "codec/stored_blocks.h"

namespace penstock::gzip {
namespace {

using huffman::BlockEntry;
using huffman::BlockKind;

// Below this a member is made both ways: samples tell nothing and cost as much.
constexpr std::size_t kSampledLeast = 4096;
// Thousandths of the Huffman-coded size. Less is not worth ten times the time ...
constexpr unsigned kGainLeast = 10;
// ... unless a block came out below this many bits a byte, which is what long runs that no sample
// hit look like. (Exponents of weights: 2.6.)
constexpr std::uint64_t kRunsBelow = 150;  // hundredths of a bit

std::size_t deflate_bound(std::size_t data_bytes) {
  return std::max({huffman::Encoder::bound(data_bytes), Compressor::bound(data_bytes),
                   stored_size(data_bytes)});
}

void append_stored_entries(std::size_t bytes, std::vector<BlockEntry>& index) {
  do {
    const std::size_t block = std::min(bytes, kStoredBlockMost);
    index.push_back({BlockKind::kStored, narrow<std::uint32_t>(block), {}});
    bytes -= block;
  } while (bytes > 0);
}

bool has_runs(const BlockEntry& block) {
  std::uint64_t bits = 0;
  for (const std::uint32_t stream : block.stream_bits) bits += stream;
  return block.kind == BlockKind::kHuffman && bits * 100 < block.bytes * kRunsBelow;
}

}  // namespace

struct MemberEncoder::State {
  huffman::Encoder huffman;
  std::optional<Compressor> lz;  // kBest
  std::vector<BlockEntry> blocks;
  std::vector<std::byte> other;  // kBest: the one of two that comes second

  // Each returns the size of the DEFLATE data in `out` and leaves its index in `blocks`.
  std::size_t make_stored(Bytes data, MutableBytes out);
  std::size_t make_huffman(Bytes data, MutableBytes out);
  Result<std::size_t> make_best(Bytes data, MutableBytes out);
  Result<std::size_t> make_smaller(Bytes data, std::size_t huffman_bytes, MutableBytes out);
};

std::size_t MemberEncoder::State::make_stored(Bytes data, MutableBytes out) {
  append_stored_entries(data.size(), blocks);
  return write_stored(data, true, out);
}

std::size_t MemberEncoder::State::make_huffman(Bytes data, MutableBytes out) {
  return huffman.deflate(data, true, out.first(huffman::Encoder::bound(data.size())), &blocks);
}

// `out` holds the Huffman-coded data: replaced when LZ makes less, the index being counted.
Result<std::size_t> MemberEncoder::State::make_smaller(Bytes data, std::size_t huffman_bytes,
                                                       MutableBytes out) {
  other.resize(Compressor::bound(kPieceBytes));
  PENSTOCK_TRY(const std::size_t lz_bytes, lz->compress(data, other));
  const auto index_size = [](std::span<const BlockEntry> index) {
    return header_size({.deflate_bytes = 0, .data_bytes = 0, .blocks = index});
  };
  if (lz_bytes == 0 || lz_bytes + index_size({}) >= huffman_bytes + index_size(blocks))
    return huffman_bytes;
  blocks.clear();
  std::copy_n(other.begin(), lz_bytes, out.begin());
  return lz_bytes;
}

Result<std::size_t> MemberEncoder::State::make_best(Bytes data, MutableBytes out) {
  if (looks_incompressible(data)) return make_stored(data, out);
  const unsigned gain = data.size() < kSampledLeast ? kGainLeast : match_gain(data);
  if (gain >= kMatchGainEnough) {
    PENSTOCK_TRY(const std::size_t size, lz->compress(data, out));
    if (size > 0) return size;
  }
  const std::size_t size = make_huffman(data, out);
  const bool try_lz = gain >= kGainLeast || std::ranges::any_of(blocks, has_runs);
  return gain < kMatchGainEnough && try_lz ? make_smaller(data, size, out) : size;
}

MemberEncoder::MemberEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
MemberEncoder::~MemberEncoder() = default;
MemberEncoder::MemberEncoder(MemberEncoder&&) noexcept = default;
MemberEncoder& MemberEncoder::operator=(MemberEncoder&&) noexcept = default;

Result<MemberEncoder> MemberEncoder::create(Mode mode, int level, CpuLevel cpu) {
  PENSTOCK_TRY(auto huffman, huffman::Encoder::create(cpu));
  std::optional<Compressor> lz;
  if (mode == Mode::kBest) {
    PENSTOCK_TRY(lz, Compressor::create(Codec::kDeflate, level));
  }
  return MemberEncoder(std::make_unique<State>(State{std::move(huffman), std::move(lz), {}, {}}));
}

std::size_t MemberEncoder::bound(std::size_t data_bytes) {
  return header_bound(data_bytes) + deflate_bound(data_bytes) + kTrailerBytes;
}

// The DEFLATE data is made where the longest header leaves it room, and the header put right in
// front of it, so that the data need not be moved.
Result<Bytes> MemberEncoder::encode(Bytes data, MutableBytes out) {
  if (data.size() > kPieceBytes || out.size() < bound(data.size()))
    return fail(Code::kInvalid, "a gzip member above a piece, or an output below its bound");
  const std::size_t begin = header_bound(data.size());
  const MutableBytes deflate = out.subspan(begin, deflate_bound(data.size()));
  State& state = *state_;
  state.blocks.clear();
  PENSTOCK_TRY(const std::size_t deflate_bytes,
               state.lz ? state.make_best(data, deflate) : state.make_huffman(data, deflate));
  const HeaderContent content{deflate_bytes, narrow<std::uint32_t>(data.size()), state.blocks};
  const std::size_t header = header_size(content);
  if (header > begin) return fail(Code::kInternal, "a gzip header above its bound");
  PENSTOCK_CHECK(write_header(content, out.subspan(begin - header)));
  write_trailer({crc32(0, data), content.data_bytes}, out.subspan(begin + deflate_bytes));
  return Bytes(out.subspan(begin - header, header + deflate_bytes + kTrailerBytes));
}

}  // namespace penstock::gzip
