#include "codec/zstd_frames.h"

#include <algorithm>
#include <array>

#include <zstd.h>

namespace penstock {
namespace {

constexpr std::size_t kMagicBytes = 4;
constexpr std::uint8_t kSingleSegment = 0x20;
constexpr std::uint8_t kReservedBit = 0x08;
constexpr std::uint8_t kChecksumBit = 0x04;
constexpr std::uint32_t kSkippableMask = 0xFFFFFFF0;

std::uint64_t window_of(std::uint8_t descriptor) {
  const std::uint64_t base = std::uint64_t{1} << (10U + (descriptor >> 3U));
  return base + base / 8 * (descriptor & 7U);
}

// The content size is a number of 1, 2, 4 or 8 bytes; that of two bytes counts from 256.
std::uint64_t content_size(Bytes field) {
  std::uint64_t value = 0;
  for (std::size_t i = field.size(); i-- > 0;)
    value = value << 8U | std::to_integer<std::uint64_t>(field[i]);
  return field.size() == 2 ? value + 256 : value;
}

std::uint32_t magic_of(Bytes input) {
  return input.size() < kMagicBytes ? 0 : load_le<std::uint32_t>(input, 0);
}

}  // namespace

bool is_zstd_frame(Bytes input) { return magic_of(input) == ZSTD_MAGICNUMBER; }

bool is_skippable_frame(Bytes input) {
  return (magic_of(input) & kSkippableMask) == ZSTD_MAGIC_SKIPPABLE_START;
}

bool may_begin_zstd_frame(Bytes input) {
  std::array<std::byte, kMagicBytes> start{};
  // What is missing is taken from each magic number: it then is one, or cannot become one.
  for (const std::uint32_t magic : {ZSTD_MAGICNUMBER, std::uint32_t{ZSTD_MAGIC_SKIPPABLE_START}}) {
    store_le<std::uint32_t>(start, 0, magic);
    std::ranges::copy(input.first(std::min(input.size(), kMagicBytes)), start.begin());
    if (is_zstd_frame(start) || is_skippable_frame(start)) return true;
  }
  return false;
}

std::optional<ZstdFrameHeader> read_zstd_header(Bytes input) {
  constexpr std::array<std::size_t, 4> kDictionaryBytes{0, 1, 2, 4};
  constexpr std::array<std::size_t, 4> kContentBytes{0, 2, 4, 8};
  if (!is_zstd_frame(input) || input.size() <= kMagicBytes) return std::nullopt;
  const auto descriptor = load_le<std::uint8_t>(input, kMagicBytes);
  if ((descriptor & kReservedBit) != 0) return std::nullopt;
  const bool single = (descriptor & kSingleSegment) != 0;
  const std::size_t dictionary = kDictionaryBytes.at(descriptor & 3U);
  std::size_t content = kContentBytes.at(descriptor >> 6U);
  if (single && content == 0) content = 1;

  ZstdFrameHeader header;
  std::size_t at = kMagicBytes + 1;
  header.header_bytes = at + (single ? 0 : 1) + dictionary + content;
  if (input.size() < header.header_bytes) return std::nullopt;
  if (!single) header.window_bytes = window_of(load_le<std::uint8_t>(input, at++));
  if (content != 0) header.content_bytes = content_size(input.subspan(at + dictionary, content));
  header.checksum = (descriptor & kChecksumBit) != 0;
  header.dictionary = dictionary != 0;
  return header;
}

std::uint64_t ZstdFrameHeader::block_most() const {
  constexpr std::uint64_t kBlockMost = std::uint64_t{128} << 10;
  // Without a window of its own, the frame is its own window.
  return std::min(kBlockMost, window_bytes != 0 ? window_bytes : content_bytes.value_or(0));
}

ZstdBlock read_zstd_block(Bytes input) {
  constexpr unsigned kRunLength = 1;  // one byte that is repeated
  constexpr unsigned kReserved = 3;
  const unsigned word = load_le<std::uint16_t>(input, 0) | unsigned{load_le<std::uint8_t>(input, 2)}
                                                               << 16U;
  const unsigned type = word >> 1U & 3U;
  return {.last = (word & 1U) != 0,
          .reserved = type == kReserved,
          .bytes = type == kRunLength ? 1 : word >> 3U,
          .number = word >> 3U};
}

Status check_zstd_windows(Bytes input) {
  do {
    const auto header = read_zstd_header(input);
    if (header && header->window_bytes > std::uint64_t{1} << kZstdWindowLogMost)
      return fail(Code::kUnsupported, "zstd data with a window above 128 MiB");
    const std::size_t size = ZSTD_findFrameCompressedSize(input.data(), input.size());
    if (ZSTD_isError(size) != 0)
      return fail(Code::kCorrupt, std::string("zstd: ") + ZSTD_getErrorName(size));
    input = input.subspan(size);
  } while (!input.empty());
  return {};
}

}  // namespace penstock
