// Any bytes as a stream and any bytes as its index: what the decoder accepts is what libdeflate
// makes of the stream, both of its paths agree, and neither steps outside its buffers.
//
// The input: the number of entries; per entry its kind (1 byte), its bytes (3) and, when it is a
// Huffman block, the bits of eight runs (3 each); the stream.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include <libdeflate.h>

#include "codec/guarded_bytes.h"
#include "codec/huffman_decoder.h"

namespace {

using namespace penstock;
using huffman::BlockEntry;
using huffman::BlockKind;

constexpr std::size_t kMost = std::size_t{1} << 19;

void require(bool promise) {
  if (!promise) std::abort();
}

class Reader {
 public:
  explicit Reader(Bytes input) : rest_(input) {}
  std::uint32_t take(std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes && !rest_.empty(); ++i, rest_ = rest_.subspan(1))
      value |= std::to_integer<std::uint32_t>(rest_[0]) << (8 * i);
    return value;
  }
  Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
};

std::vector<BlockEntry> read_index(Reader& in) {
  std::vector<BlockEntry> index(in.take(1));
  for (BlockEntry& entry : index) {
    entry.kind = static_cast<BlockKind>(in.take(1));
    entry.bytes = in.take(3);
    if (entry.kind == BlockKind::kHuffman)
      for (std::uint32_t& bits : entry.stream_bits) bits = in.take(3);
  }
  return index;
}

huffman::Decoder& decoder(CpuLevel level) {
  static huffman::Decoder portable = *huffman::Decoder::create(CpuLevel::kPortable);
  static huffman::Decoder fast = *huffman::Decoder::create(detected_cpu_level());
  return level == CpuLevel::kPortable ? portable : fast;
}

std::optional<std::vector<std::byte>> decode(Bytes stream, std::span<const BlockEntry> index,
                                             std::size_t bytes, CpuLevel level) {
  const test::GuardedBytes out(bytes);
  if (!decoder(level).inflate(stream, index, out.bytes())) return std::nullopt;
  return std::vector<std::byte>(out.bytes().begin(), out.bytes().end());
}

void require_libdeflate_agrees(Bytes stream, Bytes decoded) {
  static libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  std::vector<std::byte> out(decoded.size());
  std::size_t consumed = 0;
  std::size_t made = 0;
  const auto result = libdeflate_deflate_decompress_ex(decompressor, stream.data(), stream.size(),
                                                       out.data(), out.size(), &consumed, &made);
  require(result == LIBDEFLATE_SUCCESS && consumed == stream.size() && made == out.size());
  require(std::ranges::equal(decoded, out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader in(std::as_bytes(std::span(data, size)));
  const std::vector<BlockEntry> index = read_index(in);
  std::size_t bytes = 0;
  for (const BlockEntry& entry : index) bytes += entry.bytes;
  if (bytes > kMost) return 0;
  const test::GuardedBytes stream(in.rest());
  const auto portable = decode(stream.bytes(), index, bytes, CpuLevel::kPortable);
  const auto fast = decode(stream.bytes(), index, bytes, detected_cpu_level());
  require(portable == fast);
  if (portable) require_libdeflate_agrees(stream.bytes(), *portable);
  return 0;
}
