#include <algorithm>

#include "base/narrow.h"
#include "codec/gzip_header.h"
#include "codec/gzip_layout.h"
#include "codec/stored_blocks.h"

namespace penstock::gzip {
namespace {

using huffman::BlockEntry;
using huffman::BlockKind;
using huffman::kStreams;

void store_u24(MutableBytes bytes, std::size_t at, std::uint32_t value) {
  store_le<std::uint16_t>(bytes, at, static_cast<std::uint16_t>(value & 0xFFFF));
  store_le<std::uint8_t>(bytes, at + 2, static_cast<std::uint8_t>(value >> 16));
}

std::size_t entry_bytes(const BlockEntry& entry) {
  return entry.kind == BlockKind::kStored ? kStoredEntryBytes : kHuffmanEntryBytes;
}

std::size_t index_bytes(std::span<const BlockEntry> blocks) {
  std::size_t sum = 0;
  for (const BlockEntry& entry : blocks) sum += entry_bytes(entry);
  return sum;
}

bool fits(const BlockEntry& entry) {
  const auto fits_u24 = [](std::uint32_t value) { return value <= kU24Most; };
  return fits_u24(entry.bytes) && std::ranges::all_of(entry.stream_bits, fits_u24);
}

void write_entry(const BlockEntry& entry, MutableBytes out) {
  store_le<std::uint8_t>(out, 0, static_cast<std::uint8_t>(entry.kind));
  store_u24(out, 1, entry.bytes);
  if (entry.kind == BlockKind::kStored) return;
  for (std::size_t i = 0; i < kStreams; ++i)
    store_u24(out, kStoredEntryBytes + 3 * i, entry.stream_bits.at(i));
}

// Without the name and the time that gzip would write: the same data gives the same bytes.
void write_fixed_part(MutableBytes out) {
  std::fill_n(out.begin(), kFixedHeaderBytes, std::byte{0});
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  store_le<std::uint8_t>(out, kMagic.size(), kDeflate);
  store_le<std::uint8_t>(out, kFlagsAt, kHasExtra);
  store_le<std::uint8_t>(out, kOsAt, kOsUnknown);
}

// Returns the bytes written. The numbers have been found to fit.
std::size_t write_extra(const HeaderContent& content, std::size_t member_bytes, MutableBytes out) {
  const std::size_t length = kIndexAt + index_bytes(content.blocks);
  store_le<std::uint16_t>(out, 0, narrow<std::uint16_t>(kSubfieldHeadBytes + length));
  std::ranges::copy(as_bytes(kOurs), out.begin() + 2);
  store_le<std::uint16_t>(out, 4, narrow<std::uint16_t>(length));
  const MutableBytes field = out.subspan(2 + kSubfieldHeadBytes, length);
  store_le<std::uint8_t>(field, 0, kVersion);
  store_le<std::uint8_t>(field, 1, kStreams);
  store_le<std::uint16_t>(field, kBlocksAt, narrow<std::uint16_t>(content.blocks.size()));
  store_le<std::uint32_t>(field, kMemberBytesAt, narrow<std::uint32_t>(member_bytes));
  store_le<std::uint32_t>(field, kDataBytesAt, content.data_bytes);
  std::size_t at = kIndexAt;
  for (const BlockEntry& entry : content.blocks) {
    write_entry(entry, field.subspan(at));
    at += entry_bytes(entry);
  }
  return 2 + kSubfieldHeadBytes + length;
}

}  // namespace

std::size_t header_size(const HeaderContent& content) {
  return kFixedHeaderBytes + 2 + kSubfieldHeadBytes + kIndexAt + index_bytes(content.blocks);
}

std::size_t header_bound(std::size_t data_bytes) {
  // A block that does not compress becomes three stored ones at most: less than a Huffman entry.
  static_assert(huffman::kBlockBytes <= 3 * kStoredBlockMost &&
                3 * kStoredEntryBytes <= kHuffmanEntryBytes);
  const std::size_t blocks =
      std::max<std::size_t>(1, (data_bytes + huffman::kBlockBytes - 1) / huffman::kBlockBytes);
  return kFixedHeaderBytes + 2 + kSubfieldHeadBytes + kIndexAt + blocks * kHuffmanEntryBytes;
}

Result<std::size_t> write_header(const HeaderContent& content, MutableBytes out) {
  const std::size_t size = header_size(content);
  const std::size_t member_bytes = size + content.deflate_bytes + kTrailerBytes;
  const std::size_t extra = kSubfieldHeadBytes + kIndexAt + index_bytes(content.blocks);
  if (out.size() < size || member_bytes > UINT32_MAX || extra > UINT16_MAX ||
      !std::ranges::all_of(content.blocks, fits))
    return fail(Code::kInternal, "a gzip member that its header cannot describe");
  write_fixed_part(out);
  return kFixedHeaderBytes + write_extra(content, member_bytes, out.subspan(kFixedHeaderBytes));
}

void write_trailer(Trailer trailer, MutableBytes out) {
  store_le<std::uint32_t>(out, 0, trailer.crc32);
  store_le<std::uint32_t>(out, 4, trailer.data_bytes);
}

}  // namespace penstock::gzip
