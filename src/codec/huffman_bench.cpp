// The Huffman encoder's paths beside huff0 (zstd's Huffman coder, through its internal prototypes
// out of the static library) and zlib's Z_HUFFMAN_ONLY, on the same data.
//
//   PENSTOCK_BENCH_HUFFMAN=FILE:FILE... codec_bench --benchmark_filter=huffman_encode
//
// Each FILE is a set (its first 8 MiB), beside three that are made up. `ratio` is in/out, ours with
// its index; bytes_per_second counts uncompressed bytes. For ratios of speeds on a busy machine ask
// for --benchmark_enable_random_interleaving=true --benchmark_repetitions=20 and compare medians.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <zlib.h>

#include "codec/huff0_bench.h"
#include "codec/huffman_bench_sets.h"
#include "codec/huffman_encoder.h"

namespace penstock::huffman {
namespace {

using test::Buffer;

constexpr std::size_t kMemberBytes = std::size_t{1} << 20;

// Hands the set over in pieces; `work` returns the size of what it made of one.
template <class Work>
void over(benchmark::State& state, const Buffer& data, std::size_t piece_bytes, Work work) {
  std::size_t made = 0;
  for (auto _ : state) {
    made = 0;
    for (Bytes rest = data; !rest.empty();) {
      const Bytes piece = rest.first(std::min(rest.size(), piece_bytes));
      rest = rest.subspan(piece.size());
      made += work(piece);
    }
    benchmark::DoNotOptimize(made);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
  state.counters["ratio"] = static_cast<double>(data.size()) / static_cast<double>(made);
}

void encode_ours(benchmark::State& state, const Buffer& data, CpuLevel level) {
  auto encoder = Encoder::create(level);
  Buffer out(Encoder::bound(kMemberBytes));
  std::vector<BlockEntry> index;
  over(state, data, kMemberBytes, [&](Bytes piece) {
    index.clear();
    std::size_t size = encoder->deflate(piece, true, out, &index);
    for (const BlockEntry& entry : index)
      size += entry.kind == BlockKind::kStored ? 4 : 4 + 3 * kStreams;
    return size;
  });
}

void encode_huff0(benchmark::State& state, const Buffer& data) {
  constexpr std::size_t kBlockHeader = 3;  // what zstd puts in front of a block
  Buffer out(2 * kBlockBytes);
  std::vector<std::uint64_t> workspace(8 << 10);
  over(state, data, kBlockBytes, [&](Bytes block) {
    const std::size_t size = HUF_compress4X_repeat(
        out.data(), out.size(), block.data(), block.size(), 255, kCodeBitsMost, workspace.data(),
        workspace.size() * sizeof workspace[0], nullptr, nullptr, 1);
    if (size == 0) std::copy(block.begin(), block.end(), out.begin());
    return kBlockHeader + (size == 0 ? block.size() : size);
  });
}

void encode_zlib(benchmark::State& state, const Buffer& data) {
  Buffer out(2 * kMemberBytes);
  over(state, data, kMemberBytes, [&](Bytes piece) {
    z_stream z{};
    deflateInit2(&z, 1, Z_DEFLATED, -15, 8, Z_HUFFMAN_ONLY);
    z.next_in = const_cast<Bytef*>(as_u8(piece));
    z.avail_in = static_cast<uInt>(piece.size());
    z.next_out = as_u8(MutableBytes(out));
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return z.total_out;
  });
}

const int registered = [] {
  for (const test::NamedSet& set : test::bench_sets()) {
    const Buffer* const data = &set.data;
    const auto add = [&set](const std::string& coder, auto run) {
      benchmark::RegisterBenchmark(("huffman_encode/" + set.name + "/" + coder).c_str(), run);
    };
    for (const CpuLevel level : {CpuLevel::kPortable, CpuLevel::kAvx2, CpuLevel::kAvx512})
      if (cpu_has(level))
        add(std::string(name(level)),
            [data, level](benchmark::State& state) { encode_ours(state, *data, level); });
    add("huff0", [data](benchmark::State& state) { encode_huff0(state, *data); });
    add("zlib", [data](benchmark::State& state) { encode_zlib(state, *data); });
  }
  return 0;
}();

}  // namespace
}  // namespace penstock::huffman
