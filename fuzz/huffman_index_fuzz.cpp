// A sound stream with an index that was tampered with: the decoder gives the very bytes, or says
// no. With the index as it was made, it gives them.
//
// The input: how the content is made (1 byte), the numbers of changes, of pieces and of the
// encoder's path (1 byte), changes of 6 bytes each (entry, field, what to do, amount), what the
// content is made of.
#include "huffman_fuzz.h"

namespace {

using namespace penstock;
using namespace penstock::fuzz;

constexpr std::array kLevels{CpuLevel::kPortable, CpuLevel::kAvx2, CpuLevel::kAvx512};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Bytes input = std::as_bytes(std::span(data, size));
  const std::size_t changes = std::min<std::size_t>(data[1] % 8, (size - 2) / kChangeBytes);
  const auto content = content_from(input.subspan(2 + changes * kChangeBytes), data[0]);
  Index index;
  const CpuLevel level = kLevels.at(data[1] / 64 % kLevels.size());
  const auto stream = encode(level, content, pieces_from(data[1] / 8), index);
  change(index, input.subspan(2, changes * kChangeBytes));
  const auto decoded = decode(stream, index, content.size());
  require(decoded ? same_bytes(*decoded, content) : changes > 0);
  return 0;
}
