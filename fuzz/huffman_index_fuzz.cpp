// A sound stream with an index that was tampered with: the decoder gives the very bytes, or says
// no. With the index as it was made, it gives them.
//
// The input: how often the content is repeated (1 byte; a few high values make full blocks), the
// number of changes (1 byte), changes of 6 bytes each (entry, field, what to do, amount), the
// content.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "codec/guarded_bytes.h"
#include "codec/huffman_decoder.h"
#include "codec/huffman_encoder.h"

namespace {

using namespace penstock;
using huffman::BlockEntry;
using Index = std::vector<BlockEntry>;

constexpr std::size_t kMost = huffman::kBlockBytes + 4'096;
constexpr std::size_t kMostOfSmall = 4'096;
constexpr std::uint8_t kFullFrom = 0xF8;
constexpr std::size_t kChangeBytes = 6;

void require(bool promise) {
  if (!promise) std::abort();
}

std::uint32_t& field(BlockEntry& entry, unsigned number) {
  return number % 9 == 8 ? entry.bytes : entry.stream_bits[number % 9];
}

// Adds, moves from one field to another (of any entry), sets, or changes the kind.
void change(Index& index, Bytes how) {
  const auto at = [how](std::size_t i) { return std::to_integer<unsigned>(how[i]); };
  BlockEntry& entry = index[at(0) % index.size()];
  BlockEntry& other = index[at(0) / 16 % index.size()];
  const std::uint32_t amount = at(3) | at(4) << 8 | at(5) << 16;
  std::uint32_t& value = field(entry, at(1));
  switch (at(2) % 4) {
    case 0:
      value += amount;
      break;
    case 1:
      value += amount;
      field(other, at(1) / 16) -= amount;
      break;
    case 2:
      value = amount;
      break;
    default:
      entry.kind = static_cast<huffman::BlockKind>(amount & 3);
  }
}

std::vector<std::byte> repeated(Bytes content, std::uint8_t how) {
  const std::size_t most = how < kFullFrom ? kMostOfSmall : kMost - (0xFF - how) * 512;
  const Bytes first = content.first(std::min(content.size(), most));
  std::vector<std::byte> data(first.begin(), first.end());
  for (unsigned times = how; times > 0 && data.size() < most && !content.empty(); --times)
    data.insert(data.end(), content.begin(), content.end());
  data.resize(std::min(data.size(), most));
  return data;
}

huffman::Decoder& decoder(CpuLevel level) {
  static huffman::Decoder portable = *huffman::Decoder::create(CpuLevel::kPortable);
  static huffman::Decoder fast = *huffman::Decoder::create(detected_cpu_level());
  return level == CpuLevel::kPortable ? portable : fast;
}

bool gives(Bytes stream, const Index& index, Bytes data, CpuLevel level) {
  const test::GuardedBytes out(data.size());
  if (!decoder(level).inflate(stream, index, out.bytes())) return false;
  require(std::ranges::equal(out.bytes(), data));
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Bytes input = std::as_bytes(std::span(data, size));
  const std::size_t changes = std::min<std::size_t>(data[1] % 8, (size - 2) / kChangeBytes);
  const auto content = repeated(input.subspan(2 + changes * kChangeBytes), data[0]);

  static huffman::Encoder encoder = *huffman::Encoder::create();
  static std::vector<std::byte> packed(huffman::Encoder::bound(kMost));
  Index index;
  const std::size_t packed_bytes = encoder.deflate(content, true, packed, &index);
  const test::GuardedBytes stream(Bytes(packed).first(packed_bytes));
  require(gives(stream.bytes(), index, content, CpuLevel::kPortable));
  require(gives(stream.bytes(), index, content, detected_cpu_level()));

  for (std::size_t i = 0; i < changes; ++i)
    change(index, input.subspan(2 + i * kChangeBytes, kChangeBytes));
  const bool portable = gives(stream.bytes(), index, content, CpuLevel::kPortable);
  require(portable == gives(stream.bytes(), index, content, detected_cpu_level()));
  return 0;
}
