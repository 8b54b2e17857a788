// Micro-benchmarks of the codec room over real data.
//
//   PENSTOCK_BENCH_TEXT=DIR PENSTOCK_BENCH_BINARY=FILE codec_bench
//
// `files`: files of DIR one by one, as small entries come; `text`: the same put together and cut
// into 128 KiB; `binary`: pieces of 1 MiB spread over FILE. Without the variables the data is made
// up, which shows that it runs and little else. `ratio` is out/in; bytes_per_second counts
// uncompressed bytes. docs/levels.md shows the results.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include "codec/compressor.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"
#include "codec/deflate_walk.h"
#include "codec/test_data.h"

namespace penstock {
namespace {

using test::Buffer;

constexpr std::size_t kSetBytes = std::size_t{24} << 20;

struct Set {
  std::vector<Buffer> buffers;
  std::size_t bytes = 0;
};

void add(Set& set, Buffer buffer) {
  set.bytes += buffer.size();
  set.buffers.push_back(std::move(buffer));
}

Buffer read_part(const std::filesystem::path& path, std::uint64_t offset, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  Buffer buffer(most);
  file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(most));
  buffer.resize(static_cast<std::size_t>(file.gcount()));
  return buffer;
}

// Every n-th file, so that the set has about kSetBytes; no file longer than a piece.
void add_tree(Set& set, const std::filesystem::path& root) {
  std::vector<std::filesystem::path> files;
  std::uintmax_t total = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.is_regular_file() && !entry.is_symlink() && entry.file_size() > 0 &&
        entry.file_size() <= kPieceBytes) {
      files.push_back(entry.path());
      total += entry.file_size();
    }
  std::sort(files.begin(), files.end());
  const std::size_t every = std::max<std::size_t>(1, static_cast<std::size_t>(total / kSetBytes));
  for (std::size_t i = 0; i < files.size(); i += every)
    add(set, read_part(files[i], 0, kPieceBytes));
}

// Parts spread evenly over the file.
void add_file(Set& set, const std::filesystem::path& path) {
  const std::uint64_t size = std::filesystem::file_size(path);
  const std::uint64_t parts =
      std::max<std::uint64_t>(1, std::min(size, std::uint64_t{2 * kSetBytes}) / kPieceBytes);
  for (std::uint64_t i = 0; i < parts; ++i)
    add(set, read_part(path, size / parts * i, kPieceBytes));
}

const Set& files() {
  static const Set set = [] {
    Set made;
    if (const char* path = std::getenv("PENSTOCK_BENCH_TEXT"))
      add_tree(made, path);
    else
      for (std::uint64_t i = 0; i < 800; ++i) add(made, test::text_bytes(12'000, i));
    return made;
  }();
  return set;
}

const Set& text() {
  static const Set set = [] {
    constexpr std::size_t kTextBytes = std::size_t{128} << 10;
    Buffer all;
    for (const Buffer& file : files().buffers) append(all, file);
    Set made;
    for (Bytes rest = all; !rest.empty(); rest = rest.subspan(made.buffers.back().size())) {
      const Bytes part = rest.first(std::min(kTextBytes, rest.size()));
      add(made, {part.begin(), part.end()});
    }
    return made;
  }();
  return set;
}

const Set& binary() {
  static const Set set = [] {
    Set made;
    if (const char* path = std::getenv("PENSTOCK_BENCH_BINARY"))
      add_file(made, path);
    else
      for (std::uint64_t i = 0; i < 8; ++i) add(made, test::mixed_bytes(kPieceBytes, i));
    return made;
  }();
  return set;
}
using GetSet = const Set& (*)();

// Runs `work(buffer)`, which returns what it made of one buffer, over the whole set.
template <class Work>
void over(benchmark::State& state, const Set& set, Work work) {
  std::size_t made = 0;
  for (auto _ : state) {
    made = 0;
    for (std::size_t i = 0; i < set.buffers.size(); ++i) made += work(i);
    benchmark::DoNotOptimize(made);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(set.bytes));
  state.counters["ratio"] = static_cast<double>(made) / static_cast<double>(set.bytes);
}

void compress(benchmark::State& state, GetSet get, Codec codec, int level) {
  const Set& set = get();
  auto compressor = Compressor::create(codec, level);
  Buffer out(Compressor::bound(kPieceBytes));
  over(state, set, [&](std::size_t i) {
    const std::size_t size = *compressor->compress(set.buffers[i], out);
    return size == 0 ? set.buffers[i].size() : size;
  });
}

void compress_pieces(benchmark::State& state, GetSet get, int level) {
  const Set& set = get();
  auto compressor = Compressor::create(Codec::kDeflate, level);
  Buffer out(Compressor::bound(kPieceBytes));
  over(state, set,
       [&](std::size_t i) { return *compressor->compress_piece(set.buffers[i], false, out); });
}

// libdeflate's stream of each buffer.
std::vector<Buffer> streams(const Set& set, bool pieces) {
  auto compressor = Compressor::create(Codec::kDeflate, 5);
  std::vector<Buffer> made;
  for (const Buffer& buffer : set.buffers) {
    Buffer out(Compressor::bound(buffer.size()));
    out.resize(*compressor->compress_piece(buffer, !pieces, out));
    made.push_back(std::move(out));
  }
  return made;
}

void walk(benchmark::State& state, GetSet get) {
  const Set& set = get();
  const auto packed = streams(set, false);
  over(state, set, [&](std::size_t i) { return walk_deflate(packed[i])->output_bytes; });
}

void inflate_libdeflate(benchmark::State& state, GetSet get) {
  const Set& set = get();
  const auto packed = streams(set, false);
  auto decompressor = Decompressor::create();
  Buffer out(kPieceBytes);
  over(state, set, [&](std::size_t i) {
    const MutableBytes to = MutableBytes(out).first(set.buffers[i].size());
    return decompressor->decompress(Codec::kDeflate, packed[i], to) ? to.size() : 0;
  });
}

void inflate_piece(benchmark::State& state, GetSet get) {
  const Set& set = get();
  const auto packed = streams(set, true);
  auto decompressor = Decompressor::create();
  Buffer out(kPieceBytes);
  over(state, set,
       [&](std::size_t i) { return *decompressor->inflate_piece(packed[i], false, out); });
}

void inflate_stream(benchmark::State& state, GetSet get) {
  const Set& set = get();
  const auto packed = streams(set, false);
  Buffer out(std::size_t{256} << 10);
  over(state, set, [&](std::size_t i) {
    auto decoder = StreamDecoder::create(Codec::kDeflate);
    Bytes in = packed[i];
    std::size_t made = 0;
    for (bool done = false; !done;) {
      const auto step = *decoder->step(in, out);
      in = in.subspan(step.consumed);
      made += step.produced;
      done = step.done;
    }
    return made;
  });
}

void probe(benchmark::State& state, GetSet get) {
  const Set& set = get();
  over(state, set, [&](std::size_t i) { return looks_incompressible(set.buffers[i]) ? 1U : 0U; });
}

// How often the probe errs over the pieces of at least 1 KiB of all files below
// PENSTOCK_BENCH_PROBE: `missed` ones gain less than 3 % at level 2 and were not noticed, `wrong`
// ones gain more and would be stored.
void probe_errors(benchmark::State& state) {
  const char* root = std::getenv("PENSTOCK_BENCH_PROBE");
  if (root == nullptr) return state.SkipWithError("PENSTOCK_BENCH_PROBE is not set");
  auto compressor = Compressor::create(Codec::kDeflate, 2);
  Buffer out(Compressor::bound(kPieceBytes));
  for (auto _ : state) {
    double pieces = 0, missed = 0, wrong = 0, lost_bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file() || entry.is_symlink()) continue;
      for (std::uint64_t at = 0; at < entry.file_size(); at += kPieceBytes) {
        const Buffer piece = read_part(entry.path(), at, kPieceBytes);
        if (piece.size() < 1024) continue;  // the probe says no to little data
        const std::size_t size = *compressor->compress(piece, out);
        const std::size_t gain = size == 0 ? 0 : piece.size() - size;
        const bool worth = gain * 100 > piece.size() * 3;
        const bool stored = looks_incompressible(piece);
        pieces += 1;
        missed += !stored && !worth ? 1 : 0;
        wrong += stored && worth ? 1 : 0;
        lost_bytes += stored ? static_cast<double>(gain) : 0;
      }
    }
    state.counters = {
        {"pieces", pieces}, {"missed", missed}, {"wrong", wrong}, {"lost_bytes", lost_bytes}};
  }
}
BENCHMARK(probe_errors)->Iterations(1);

void probe_random(benchmark::State& state) {
  Set set;
  for (std::uint64_t i = 0; i < 16; ++i)
    add(set, test::random_bytes(static_cast<std::size_t>(state.range(0)), i));
  over(state, set, [&](std::size_t i) { return looks_incompressible(set.buffers[i]) ? 1U : 0U; });
}
BENCHMARK(probe_random)->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);

void crc(benchmark::State& state, std::uint32_t (*function)(Bytes)) {
  const Buffer data = test::random_bytes(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) benchmark::DoNotOptimize(function(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(crc, ours, [](Bytes d) { return crc32(0, d); })->Arg(1'000)->Arg(1 << 20);
BENCHMARK_CAPTURE(crc, isal, [](Bytes d) { return crc32_gzip_refl(0, as_u8(d), d.size()); })
    ->Arg(1'000)
    ->Arg(1 << 20);
BENCHMARK_CAPTURE(crc, libdeflate, [](Bytes d) { return libdeflate_crc32(0, d.data(), d.size()); })
    ->Arg(1'000)
    ->Arg(1 << 20);

const int registered = [] {
  for (const auto& [name, get] :
       {std::pair<std::string, GetSet>{"files", files}, {"text", text}, {"binary", binary}}) {
    for (int level = levels(Codec::kDeflate).lowest; level <= levels(Codec::kDeflate).highest;
         ++level) {
      benchmark::RegisterBenchmark(("deflate/" + name + "/" + std::to_string(level)).c_str(),
                                   compress, get, Codec::kDeflate, level);
      benchmark::RegisterBenchmark(("deflate_piece/" + name + "/" + std::to_string(level)).c_str(),
                                   compress_pieces, get, level);
    }
    for (const int level : {1, 3, 6, 9, 19})
      benchmark::RegisterBenchmark(("zstd/" + name + "/" + std::to_string(level)).c_str(), compress,
                                   get, Codec::kZstd, level);
    benchmark::RegisterBenchmark(("walk/" + name).c_str(), walk, get);
    benchmark::RegisterBenchmark(("inflate_libdeflate/" + name).c_str(), inflate_libdeflate, get);
    benchmark::RegisterBenchmark(("inflate_piece/" + name).c_str(), inflate_piece, get);
    benchmark::RegisterBenchmark(("inflate_stream/" + name).c_str(), inflate_stream, get);
    benchmark::RegisterBenchmark(("probe/" + name).c_str(), probe, get);
  }
  return 0;
}();

}  // namespace
}  // namespace penstock
