#include "codec/stored_blocks.h"

#include <algorithm>
#include <cstring>

namespace penstock {
namespace {

std::size_t write_header(bool final, std::size_t length, MutableBytes out, std::size_t at) {
  const auto len = static_cast<std::uint16_t>(length);
  store_le<std::uint8_t>(out, at, final ? 1 : 0);
  store_le<std::uint16_t>(out, at + 1, len);
  store_le<std::uint16_t>(out, at + 3, static_cast<std::uint16_t>(~len));
  return at + kStoredHeaderBytes;
}

}  // namespace

std::size_t stored_size(std::size_t input_bytes) {
  const std::size_t blocks =
      std::max<std::size_t>(1, (input_bytes + kStoredBlockMost - 1) / kStoredBlockMost);
  return input_bytes + blocks * kStoredHeaderBytes + kEmptyStoredBytes;
}

std::size_t write_stored(Bytes input, bool last, MutableBytes out) {
  std::size_t at = 0;
  do {
    const Bytes block = input.first(std::min(input.size(), kStoredBlockMost));
    input = input.subspan(block.size());
    at = write_header(last && input.empty(), block.size(), out, at);
    std::copy(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    at += block.size();
  } while (!input.empty());
  return last ? at : write_empty_stored(out, at);
}

std::size_t write_empty_stored(MutableBytes out, std::size_t at) {
  return write_header(false, 0, out, at);
}

}  // namespace penstock
