// The Huffman decoder's paths beside libdeflate and zlib, which read the same streams, and beside
// huff0 reading what it made of the same data; see huffman_bench.cpp for the sets.
//
//   PENSTOCK_BENCH_HUFFMAN=FILE:FILE... codec_bench --benchmark_filter=huffman_decode
//
// bytes_per_second counts uncompressed bytes; what comes out is compared once, before.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <libdeflate.h>
#include <zlib.h>

#include "codec/huff0_bench.h"
#include "codec/huffman_bench_sets.h"
#include "codec/huffman_decoder.h"
#include "codec/huffman_encoder.h"

namespace penstock::huffman {
namespace {

using test::Buffer;

constexpr std::size_t kMemberBytes = std::size_t{1} << 20;

// A piece of a set as one of the coders made it.
struct Piece {
  Buffer packed;
  std::vector<BlockEntry> index;  // ours
  bool raw = false;               // huff0: did not compress
  std::size_t bytes = 0;
};

template <class Make>
std::vector<Piece> pieces(const Buffer& data, std::size_t piece_bytes, Make make) {
  std::vector<Piece> made;
  for (Bytes rest = data; !rest.empty();) {
    const Bytes part = rest.first(std::min(rest.size(), piece_bytes));
    rest = rest.subspan(part.size());
    made.push_back(make(part));
    made.back().bytes = part.size();
  }
  return made;
}

Piece encode_ours(Bytes part) {
  static Encoder encoder = *Encoder::create();
  Piece piece{Buffer(Encoder::bound(part.size())), {}};
  piece.packed.resize(encoder.deflate(part, true, piece.packed, &piece.index));
  return piece;
}

Piece encode_huff0(Bytes part) {
  static std::vector<std::uint64_t> workspace(8 << 10);
  Piece piece{Buffer(2 * kBlockBytes), {}};
  const std::size_t size = HUF_compress4X_repeat(
      piece.packed.data(), piece.packed.size(), part.data(), part.size(), 255, kCodeBitsMost,
      workspace.data(), workspace.size() * sizeof workspace[0], nullptr, nullptr, 1);
  piece.raw = size == 0;
  if (piece.raw) std::ranges::copy(part, piece.packed.begin());
  piece.packed.resize(piece.raw ? part.size() : size);
  return piece;
}

// `decode` puts a piece where it is told to and says whether it could.
template <class Decode>
void over(benchmark::State& state, const Buffer& data, const std::vector<Piece>& packed,
          Decode decode) {
  Buffer out(data.size());
  bool sound = true;
  const auto all = [&] {
    MutableBytes rest = out;
    for (const Piece& piece : packed) {
      sound = decode(piece, rest.first(piece.bytes)) && sound;
      rest = rest.subspan(piece.bytes);
    }
  };
  all();
  if (!sound || out != data) return state.SkipWithError("gives other bytes");
  for (auto _ : state) all();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.size()));
}

void decode_ours(benchmark::State& state, const Buffer& data, CpuLevel level) {
  Decoder decoder = *Decoder::create(level);
  over(state, data, pieces(data, kMemberBytes, encode_ours),
       [&](const Piece& piece, MutableBytes to) {
         return decoder.inflate(piece.packed, piece.index, to);
       });
}

void decode_huff0(benchmark::State& state, const Buffer& data) {
  constexpr unsigned kTableLog = 12;  // the most a table may have, which its first word tells
  std::vector<std::uint32_t> table(1 + (std::size_t{1} << kTableLog));
  std::vector<std::uint64_t> workspace(8 << 10);
  over(state, data, pieces(data, kBlockBytes, encode_huff0),
       [&](const Piece& piece, MutableBytes to) {
         if (piece.raw) {
           std::ranges::copy(piece.packed, to.begin());
           return true;
         }
         table[0] = kTableLog * 0x0100'0001U;
         return HUF_decompress4X_hufOnly_wksp(
                    table.data(), to.data(), to.size(), piece.packed.data(), piece.packed.size(),
                    workspace.data(), workspace.size() * sizeof workspace[0], 1) == to.size();
       });
}

void decode_libdeflate(benchmark::State& state, const Buffer& data) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> it(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  over(state, data, pieces(data, kMemberBytes, encode_ours),
       [&](const Piece& piece, MutableBytes to) {
         return libdeflate_deflate_decompress(it.get(), piece.packed.data(), piece.packed.size(),
                                              to.data(), to.size(), nullptr) == LIBDEFLATE_SUCCESS;
       });
}

void decode_zlib(benchmark::State& state, const Buffer& data) {
  over(state, data, pieces(data, kMemberBytes, encode_ours),
       [&](const Piece& piece, MutableBytes to) {
         z_stream z{};
         inflateInit2(&z, -15);
         z.next_in = const_cast<Bytef*>(as_u8(piece.packed));
         z.avail_in = static_cast<uInt>(piece.packed.size());
         z.next_out = as_u8(to);
         z.avail_out = static_cast<uInt>(to.size());
         const int status = inflate(&z, Z_FINISH);
         inflateEnd(&z);
         return status == Z_STREAM_END;
       });
}

const int registered = [] {
  for (const test::NamedSet& set : test::bench_sets()) {
    const Buffer* const data = &set.data;
    const auto add = [&set](const std::string& coder, auto run) {
      benchmark::RegisterBenchmark(("huffman_decode/" + set.name + "/" + coder).c_str(), run);
    };
    for (const CpuLevel level : {CpuLevel::kPortable, CpuLevel::kAvx2})
      if (cpu_has(level))
        add(level == CpuLevel::kPortable ? "portable" : "bmi2",
            [data, level](benchmark::State& state) { decode_ours(state, *data, level); });
    add("huff0", [data](benchmark::State& state) { decode_huff0(state, *data); });
    add("libdeflate", [data](benchmark::State& state) { decode_libdeflate(state, *data); });
    add("zlib", [data](benchmark::State& state) { decode_zlib(state, *data); });
  }
  return 0;
}();

}  // namespace
}  // namespace penstock::huffman
