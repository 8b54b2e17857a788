// Any content: the portable path of the encoder and one of the others make the same stream and
// index of it, both paths of the decoder give it back, and so does libdeflate, which knows no
// index.
//
// The input: how the content is made of the rest (1 byte), in how many pieces and by which path (1
// byte), the rest.
#include "huffman_fuzz.h"

namespace {

using namespace penstock;
using namespace penstock::fuzz;

bool same_entry(const BlockEntry& a, const BlockEntry& b) {
  return a.kind == b.kind && a.bytes == b.bytes && a.stream_bits == b.stream_bits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t pieces = pieces_from(data[1]);
  const auto content = content_from(std::as_bytes(std::span(data, size)).subspan(2), data[0]);
  Index index;
  const auto stream = encode(CpuLevel::kPortable, content, pieces, index);
  Index other;
  const CpuLevel level = data[1] / 8 % 2 == 0 ? CpuLevel::kAvx512 : CpuLevel::kAvx2;
  require(same_bytes(stream, encode(level, content, pieces, other)));
  require(std::ranges::equal(index, other, same_entry));
  const auto decoded = decode(stream, index, content.size());
  require(decoded && same_bytes(*decoded, content));
  require_libdeflate_agrees(stream, content);
  return 0;
}
