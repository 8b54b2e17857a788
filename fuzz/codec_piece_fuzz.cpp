// Two promises. The input as content: cut into pieces at any level, it comes back from the joined
// stream and from each piece by itself. The input as a stream: what the whole-buffer decoder
// accepts, the stream decoder gives too, however its input and output are cut; what inflates as a
// piece is a stream once an empty final block is put behind it.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include "codec/compressor.h"
#include "codec/decompressor.h"

namespace {

using namespace penstock;
using Buffer = std::vector<std::byte>;

constexpr std::size_t kMost = std::size_t{1} << 16;

void require(bool promise) {
  if (!promise) std::abort();
}

Decompressor& decompressor() {
  static Decompressor made = *Decompressor::create();
  return made;
}

// The stream decoder's output, up to kMost bytes; `done` tells whether the stream ended.
struct Streamed {
  Buffer data;
  std::size_t consumed = 0;
  bool done = false;
};
Streamed stream(Bytes input, std::size_t in_step, std::size_t out_step) {
  auto decoder = *StreamDecoder::create(Codec::kDeflate);
  Streamed result;
  Buffer part(out_step);
  for (std::size_t window = in_step; !result.done && result.data.size() <= kMost;) {
    const Bytes left = input.subspan(result.consumed);
    const Bytes in = left.first(std::min(window, left.size()));
    const auto step = decoder.step(in, part);
    if (!step) return result;
    append(result.data, Bytes(part).first(step->produced));
    result.consumed += step->consumed;
    result.done = step->done;
    const bool moved = step->consumed + step->produced > 0;
    if (!moved && !step->done && in.size() == left.size()) return result;
    window = moved ? in_step : window + in_step;
  }
  return result;
}

void check_as_stream(Bytes input, std::size_t in_step, std::size_t out_step) {
  const Streamed all = stream(input, input.size() + 1, kMost);
  const Streamed cut = stream(input, in_step, out_step);
  if (all.data.size() > kMost || cut.data.size() > kMost) return;
  require(all.done == cut.done);
  if (!all.done) return;
  require(all.data == cut.data && all.consumed == cut.consumed);
  // libdeflate may be stricter about codes; what it takes must be the same.
  Buffer out(all.data.size());
  if (decompressor().decompress(Codec::kDeflate, input.first(all.consumed), out))
    require(out == all.data);
  const auto piece = decompressor().inflate_piece(input.first(all.consumed), true, out);
  require(piece && *piece == out.size() && out == all.data);
}

// A piece goes on: with an empty final block behind it, it is a stream.
void check_piece(Bytes input) {
  static Buffer out(kMost);
  const auto made = decompressor().inflate_piece(input, false, out);
  if (!made) return;
  Buffer ended(input.begin(), input.end());
  append(ended, as_bytes(std::string_view("\x03\x00", 2)));
  const Streamed whole = stream(ended, ended.size(), kMost);
  require(whole.done && whole.consumed == ended.size());
  require(std::ranges::equal(whole.data, Bytes(out).first(*made)));
}

// Made once: what a compressor did before must not show in what it does next.
Compressor& compressor(int level) {
  static std::array<std::optional<Compressor>, 10> made;
  auto& it = made.at(static_cast<std::size_t>(level));
  if (!it) it.emplace(*Compressor::create(Codec::kDeflate, level));
  return *it;
}

void check_as_content(Bytes data, int level, std::size_t piece_bytes) {
  Buffer joined;
  Buffer back(data.size());
  std::size_t at = 0;
  do {
    const Bytes part = data.subspan(at, std::min(piece_bytes, data.size() - at));
    const MutableBytes to = MutableBytes(back).subspan(at, part.size());
    at += part.size();
    const bool last = at == data.size();
    Buffer packed(Compressor::bound(part.size()));
    packed.resize(*compressor(level).compress_piece(part, last, packed));
    const auto made = decompressor().inflate_piece(packed, last, to);
    require(made && *made == part.size() && std::ranges::equal(part, to));
    append(joined, packed);
  } while (at < data.size());
  require(decompressor().decompress(Codec::kDeflate, joined, back).has_value());
  require(std::ranges::equal(back, data));
}

}  // namespace

// The first three bytes choose level and cuts, the rest is the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const Bytes input = std::as_bytes(std::span(data, size)).subspan(3);
  check_as_content(input, 1 + data[0] % 7, 1 + std::size_t{data[1]} * 16);
  check_as_stream(input, 1 + std::size_t{data[1]}, 1 + std::size_t{data[2]});
  check_piece(input);
  return 0;
}
