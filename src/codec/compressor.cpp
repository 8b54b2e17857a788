#include "codec/compressor.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <zstd.h>

#include "codec/engine.h"
#include "codec/huffman_encoder.h"
#include "codec/stored_blocks.h"

namespace penstock {
namespace {

using MakeEngine = std::unique_ptr<Engine> (*)(int level);
struct DeflateLevel {
  MakeEngine make;
  int level;
};

// docs/levels.md shows what each of them gives. ISA-L's level 3 is left out: its bytes depend on
// the vector width.
constexpr std::array<DeflateLevel, 9> kDeflateLevels{{
    {make_isal_engine, 1},
    {make_isal_engine, 2},
    {make_libdeflate_engine, 1},
    {make_libdeflate_engine, 3},
    {make_libdeflate_engine, 4},
    {make_libdeflate_engine, 6},
    {make_libdeflate_engine, 7},
    {make_libdeflate_engine, 9},
    {make_libdeflate_engine, 12},
}};

std::unique_ptr<Engine> make_engine(Codec codec, int level) {
  if (codec == Codec::kZstd) return make_zstd_engine(level);
  if (codec == Codec::kHuffman) return make_huffman_engine();
  const DeflateLevel& chosen = kDeflateLevels.at(static_cast<std::size_t>(level - 1));
  return chosen.make(chosen.level);
}

}  // namespace

struct Compressor::State {
  Codec codec;
  std::unique_ptr<Engine> engine;
};

Compressor::Compressor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

Result<Compressor> Compressor::create(Codec codec, int level) {
  const LevelRange range = levels(codec);
  if (codec == Codec::kStore) return fail(Code::kInvalid, "store has nothing to compress");
  if (level < range.lowest || level > range.highest)
    return fail(Code::kInvalid,
                std::string(name(codec)) + " has levels " + std::to_string(range.lowest) + " to " +
                    std::to_string(range.highest) + ", not " + std::to_string(level));
  auto engine = make_engine(codec, level);
  if (!engine) return fail(Code::kNoSpace, "no memory for a compressor");
  return Compressor(std::make_unique<State>(State{codec, std::move(engine)}));
}

std::size_t Compressor::bound(std::size_t input_bytes) {
  return std::max({stored_size(input_bytes), ZSTD_compressBound(input_bytes),
                   huffman::Encoder::bound(input_bytes)});
}

Result<std::size_t> Compressor::compress(Bytes input, MutableBytes out) {
  const std::size_t room = bound(input.size());
  if (input.size() > kPieceBytes || out.size() < room)
    return fail(Code::kInvalid, "compress: input above a piece, or output below its bound");
  if (input.empty()) return std::size_t{0};
  // The same room for the same input, whatever the caller has: the bytes must not depend on it.
  const std::size_t size = state_->engine->whole(input, out.first(room));
  return size < input.size() ? size : 0;
}

Result<std::size_t> Compressor::compress_piece(Bytes input, bool last, MutableBytes out) {
  const std::size_t room = bound(input.size());
  if (input.size() > kPieceBytes || out.size() < room)
    return fail(Code::kInvalid, "compress_piece: input above a piece, or output below its bound");
  const bool deflate = state_->codec != Codec::kZstd;
  // Stored at once: most of a tree's big files are media, and trying costs as much as compressing.
  if (deflate && (input.empty() || looks_incompressible(input)))
    return write_stored(input, last, out);
  const std::size_t size = state_->engine->piece(input, last, out.first(room));
  if (!deflate && size == 0) return fail(Code::kInternal, "zstd exceeded its own bound");
  if (deflate && (size == 0 || size > stored_size(input.size()) - (last ? kEmptyStoredBytes : 0)))
    return write_stored(input, last, out);
  return size;
}

}  // namespace penstock
