// Any bytes as a stream and any bytes as its index: what the decoder accepts is what libdeflate
// makes of the stream, both of its paths agree, and neither steps outside its buffers.
//
// The input: the number of entries; per entry its kind (1 byte; its highest bit: a full block,
// whatever its bytes say), its bytes (3) and, when it is a Huffman block, the bits of eight runs (3
// each); the stream.
#include "huffman_fuzz.h"

namespace {

using namespace penstock;
using namespace penstock::fuzz;

// Of a kind: this is a full block, of the length that the assembly is for.
constexpr std::uint32_t kFull = 0x80;

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
    const std::uint32_t kind = in.take(1);
    entry.kind = static_cast<BlockKind>(kind & ~kFull);
    entry.bytes = in.take(3);
    if ((kind & kFull) != 0) entry.bytes = huffman::kBlockBytes + entry.bytes % huffman::kStreams;
    if (entry.kind == BlockKind::kHuffman)
      for (std::uint32_t& bits : entry.stream_bits) bits = in.take(3);
  }
  return index;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader in(std::as_bytes(std::span(data, size)));
  const std::vector<BlockEntry> index = read_index(in);
  std::size_t bytes = 0;
  for (const BlockEntry& entry : index) bytes += entry.bytes;
  const Bytes stream = in.rest();
  if (bytes > kRoom || stream.size() > kRoom) return 0;
  const auto decoded = decode(stream, index, bytes);
  if (decoded) require_libdeflate_agrees(stream, *decoded);
  return 0;
}
