// What the Huffman codec is held against beside huffman_bench.cpp and huffman_decoder_bench.cpp:
// ISA-L reading our streams, zstd -1, sizes to the byte, and the proof that huff0's assembly runs.
// bench/codec.py draws its verdicts from the three of them.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include "codec/gzip_member.h"
#include "codec/huff0_bench.h"
#include "codec/huffman_bench_sets.h"
#include "codec/huffman_encoder.h"
#include "codec/stored_blocks.h"

// The linker puts the __wrap_ functions in the place of the assembly loops (--wrap), which are
// called once a block: so it is seen that they run.
extern "C" void __real_HUF_decompress4X1_usingDTable_internal_fast_asm_loop(void* arguments);
extern "C" void __real_HUF_decompress4X2_usingDTable_internal_fast_asm_loop(void* arguments);
static std::size_t asm_loops = 0;
extern "C" void __wrap_HUF_decompress4X1_usingDTable_internal_fast_asm_loop(void* arguments) {
  ++asm_loops;
  __real_HUF_decompress4X1_usingDTable_internal_fast_asm_loop(arguments);
}
extern "C" void __wrap_HUF_decompress4X2_usingDTable_internal_fast_asm_loop(void* arguments) {
  ++asm_loops;
  __real_HUF_decompress4X2_usingDTable_internal_fast_asm_loop(arguments);
}

namespace penstock::huffman {
namespace {

using test::Buffer;

constexpr std::size_t kMemberBytes = std::size_t{1} << 20;

template <class Work>
void each_piece(Bytes data, std::size_t piece_bytes, Work work) {
  while (!data.empty()) {
    const Bytes piece = data.first(std::min(data.size(), piece_bytes));
    data = data.subspan(piece.size());
    work(piece);
  }
}

std::size_t huff0(Bytes block, Buffer& out) {
  static std::vector<std::uint64_t> workspace(8 << 10);
  return HUF_compress4X_repeat(out.data(), out.size(), block.data(), block.size(), 255,
                               kCodeBitsMost, workspace.data(),
                               workspace.size() * sizeof workspace[0], nullptr, nullptr, 1);
}

// Bytes of the whole set: as DEFLATE blocks, their index, both in gzip members, as huff0's blocks
// with zstd's header, and as members of stored blocks only.
void sizes(benchmark::State& state, const Buffer& data) {
  constexpr std::size_t kZstdBlockHeader = 3;
  constexpr std::size_t kMemberEnds = 18;  // header and trailer of RFC 1952
  auto encoder = Encoder::create();
  auto members = gzip::MemberEncoder::create(gzip::Mode::kHuffman);
  Buffer out(std::max(Encoder::bound(kMemberBytes), gzip::MemberEncoder::bound(kMemberBytes)));
  std::size_t blocks = 0, index = 0, gzip = 0, theirs = 0, stored = 0;
  for (auto _ : state) {
    each_piece(data, kMemberBytes, [&](Bytes piece) {
      std::vector<BlockEntry> entries;
      blocks += encoder->deflate(piece, true, out, &entries);
      for (const BlockEntry& entry : entries)
        index += entry.kind == BlockKind::kStored ? 4 : 4 + 3 * kStreams;
      gzip += members->encode(piece, out)->size();
      stored += kMemberEnds + piece.size() +
                kStoredHeaderBytes * ((piece.size() + kStoredBlockMost - 1) / kStoredBlockMost);
    });
    each_piece(data, kBlockBytes, [&](Bytes block) {
      const std::size_t size = huff0(block, out);
      theirs += kZstdBlockHeader + (size == 0 ? block.size() : size);
    });
  }
  state.counters = {
      {"data", static_cast<double>(data.size())}, {"blocks", static_cast<double>(blocks)},
      {"index", static_cast<double>(index)},      {"gzip", static_cast<double>(gzip)},
      {"huff0", static_cast<double>(theirs)},     {"stored", static_cast<double>(stored)}};
}

// How many times huff0's assembly loops were entered for one block of every set.
void assembly(benchmark::State& state) {
  constexpr unsigned kTableLog = 12;
  std::vector<std::uint32_t> table(1 + (std::size_t{1} << kTableLog));
  std::vector<std::uint64_t> workspace(8 << 10);
  Buffer packed(2 * kBlockBytes), out(kBlockBytes);
  double decoded = 0;
  const std::size_t before = asm_loops;
  for (auto _ : state)
    for (const test::NamedSet& set : test::bench_sets()) {
      const Bytes block = Bytes(set.data).first(std::min(set.data.size(), kBlockBytes));
      const std::size_t size = huff0(block, packed);
      if (size == 0) continue;
      table[0] = kTableLog * 0x0100'0001U;
      decoded += 1;
      if (HUF_decompress4X_hufOnly_wksp(table.data(), out.data(), block.size(), packed.data(), size,
                                        workspace.data(), workspace.size() * sizeof workspace[0],
                                        1) != block.size())
        return state.SkipWithError("huff0 does not decode its own");
    }
  state.counters = {{"blocks", decoded}, {"asm_loops", static_cast<double>(asm_loops - before)}};
}

void decode_isal(benchmark::State& state, const Buffer& data) {
  auto encoder = Encoder::create();
  std::vector<Buffer> packed;
  each_piece(data, kMemberBytes, [&](Bytes piece) {
    packed.emplace_back(Encoder::bound(piece.size()));
    packed.back().resize(encoder->deflate(piece, true, packed.back(), nullptr));
  });
  Buffer out(data.size());
  const auto all = [&] {
    MutableBytes rest = out;
    for (Buffer& member : packed) {
      inflate_state inflater;
      isal_inflate_init(&inflater);
      inflater.next_in = as_u8(MutableBytes(member));
      inflater.avail_in = static_cast<std::uint32_t>(member.size());
      inflater.next_out = as_u8(rest);
      inflater.avail_out = static_cast<std::uint32_t>(std::min(rest.size(), kMemberBytes));
      isal_inflate(&inflater);
      rest = rest.subspan(inflater.total_out);
    }
    return rest.empty();
  };
  if (!all() || out != data) return state.SkipWithError("gives other bytes");
  for (auto _ : state) benchmark::DoNotOptimize(all());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
}

using Zstd = std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)>;

// The whole set as one frame, as `zstd -1` on one thread does.
void encode_zstd(benchmark::State& state, const Buffer& data) {
  const Zstd zstd(ZSTD_createCCtx(), ZSTD_freeCCtx);
  Buffer out(ZSTD_compressBound(data.size()));
  std::size_t size = 0;
  for (auto _ : state)
    size = ZSTD_compressCCtx(zstd.get(), out.data(), out.size(), data.data(), data.size(), 1);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
  state.counters["ratio"] = static_cast<double>(data.size()) / static_cast<double>(size);
}

void decode_zstd(benchmark::State& state, const Buffer& data) {
  Buffer packed(ZSTD_compressBound(data.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), data.data(), data.size(), 1));
  Buffer out(data.size());
  for (auto _ : state)
    if (ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()) != data.size())
      return state.SkipWithError("does not decode");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
}

const int registered = [] {
  for (const test::NamedSet& set : test::bench_sets()) {
    const Buffer* const data = &set.data;
    const auto add = [data](const std::string& name, auto run) {
      return benchmark::RegisterBenchmark(
          name.c_str(), [data, run](benchmark::State& state) { run(state, *data); });
    };
    add("huffman_sizes/" + set.name, sizes)->Iterations(1);
    add("huffman_decode/" + set.name + "/isal", decode_isal);
    add("huffman_encode/" + set.name + "/zstd-1", encode_zstd);
    add("huffman_decode/" + set.name + "/zstd-1", decode_zstd);
  }
  benchmark::RegisterBenchmark("huffman_assembly", assembly)->Iterations(1);
  return 0;
}();

}  // namespace
}  // namespace penstock::huffman
