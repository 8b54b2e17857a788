#include "codec/zstd_seek_table.h"

#include "base/narrow.h"

namespace penstock {
namespace {

constexpr std::uint32_t kTableMagic = 0x184D2A5E;  // of its skippable frame
constexpr std::uint32_t kFooterMagic = 0x8F92EAB1;
constexpr std::size_t kEntryBytes = 8;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint32_t kFramesMost = 0x8000000;
constexpr std::uint8_t kChecksumFlag = 0x80;
constexpr std::uint8_t kReservedBits = 0x7C;

}  // namespace

std::vector<std::byte> make_seek_table(const std::vector<ChunkSizes>& frames) {
  if (frames.size() > kFramesMost) return {};
  const SeekTableFooter footer{narrow<std::uint32_t>(frames.size()), kEntryBytes};
  const auto content_bytes = narrow<std::uint32_t>(footer.content_bytes());
  std::vector<std::byte> table;
  table.reserve(kSkippableHeaderBytes + content_bytes);
  append_le<std::uint32_t>(table, kTableMagic);
  append_le<std::uint32_t>(table, content_bytes);
  for (const ChunkSizes& frame : frames) {
    append_le<std::uint32_t>(table, frame.compressed_bytes);
    append_le<std::uint32_t>(table, frame.bytes);
  }
  append_le<std::uint32_t>(table, footer.frames);
  append_le<std::uint8_t>(table, 0);
  append_le<std::uint32_t>(table, kFooterMagic);
  return table;
}

std::uint64_t SeekTableFooter::content_bytes() const {
  return std::uint64_t{frames} * entry_bytes + kSeekTableFooterBytes;
}

std::optional<SeekTableFooter> read_seek_table_footer(Bytes bytes) {
  if (load_le<std::uint32_t>(bytes, 5) != kFooterMagic) return std::nullopt;
  const auto descriptor = load_le<std::uint8_t>(bytes, 4);
  if ((descriptor & kReservedBits) != 0) return std::nullopt;
  SeekTableFooter footer{load_le<std::uint32_t>(bytes, 0), kEntryBytes};
  if ((descriptor & kChecksumFlag) != 0) footer.entry_bytes += kChecksumBytes;
  if (footer.frames > kFramesMost) return std::nullopt;
  return footer;
}

bool begins_seek_table(Bytes bytes, const SeekTableFooter& footer) {
  return load_le<std::uint32_t>(bytes, 0) == kTableMagic &&
         load_le<std::uint32_t>(bytes, 4) == footer.content_bytes();
}

ChunkSizes read_seek_table_entry(Bytes entry) {
  return {.bytes = load_le<std::uint32_t>(entry, 4),
          .compressed_bytes = load_le<std::uint32_t>(entry, 0)};
}

}  // namespace penstock
