#include "codec/zstd_seek_table.h"

#include "base/narrow.h"

namespace penstock {
namespace {

constexpr std::uint32_t kFooterMagic = 0x8F92EAB1;
constexpr std::size_t kFooterBytes = 9;
constexpr std::size_t kEntryBytes = 8;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint32_t kFramesMost = 0x8000000;
constexpr std::uint8_t kChecksumFlag = 0x80;
constexpr std::uint8_t kReservedBits = 0x7C;
// Entries are read so many at a time: the number of them is the file's word.
constexpr std::size_t kEntriesAtOnce = 4096;

struct Footer {
  std::uint32_t frames = 0;
  std::size_t entry_bytes = kEntryBytes;
  std::uint64_t content_bytes() const { return std::uint64_t{frames} * entry_bytes + kFooterBytes; }
};

std::optional<Footer> parse_footer(Bytes bytes) {
  if (load_le<std::uint32_t>(bytes, 5) != kFooterMagic) return std::nullopt;
  const auto descriptor = load_le<std::uint8_t>(bytes, 4);
  if ((descriptor & kReservedBits) != 0) return std::nullopt;
  Footer footer{load_le<std::uint32_t>(bytes, 0), kEntryBytes};
  if ((descriptor & kChecksumFlag) != 0) footer.entry_bytes += kChecksumBytes;
  if (footer.frames > kFramesMost) return std::nullopt;
  return footer;
}

Status read_entries(const ByteSource& file, std::uint64_t at, const Footer& footer,
                    std::vector<ChunkSizes>& frames) {
  std::vector<std::byte> block;
  for (std::uint32_t left = footer.frames; left > 0;) {
    const auto some = std::min<std::size_t>(left, kEntriesAtOnce);
    block.resize(some * footer.entry_bytes);
    PENSTOCK_CHECK(file.read_at(at, block));
    for (std::size_t i = 0; i < some; ++i)
      frames.push_back({.bytes = load_le<std::uint32_t>(block, i * footer.entry_bytes + 4),
                        .compressed_bytes = load_le<std::uint32_t>(block, i * footer.entry_bytes)});
    at += block.size();
    left -= narrow<std::uint32_t>(some);
  }
  return {};
}

}  // namespace

std::vector<std::byte> make_seek_table(const std::vector<ChunkSizes>& frames) {
  if (frames.size() > kFramesMost) return {};
  std::vector<std::byte> table;
  table.reserve(kSkippableHeaderBytes + frames.size() * kEntryBytes + kFooterBytes);
  append_le<std::uint32_t>(table, kSeekTableMagic);
  append_le<std::uint32_t>(table,
                           narrow<std::uint32_t>(frames.size() * kEntryBytes + kFooterBytes));
  for (const ChunkSizes& frame : frames) {
    append_le<std::uint32_t>(table, frame.compressed_bytes);
    append_le<std::uint32_t>(table, frame.bytes);
  }
  append_le<std::uint32_t>(table, narrow<std::uint32_t>(frames.size()));
  append_le<std::uint8_t>(table, 0);
  append_le<std::uint32_t>(table, kFooterMagic);
  return table;
}

Result<std::optional<SeekTable>> read_seek_table(const ByteSource& file) {
  constexpr std::optional<SeekTable> kNone;
  if (file.size() < kSkippableHeaderBytes + kFooterBytes) return kNone;
  std::array<std::byte, kFooterBytes> footer_bytes{};
  PENSTOCK_CHECK(file.read_at(file.size() - kFooterBytes, footer_bytes));
  const std::optional<Footer> footer = parse_footer(footer_bytes);
  if (!footer || footer->content_bytes() > file.size() - kSkippableHeaderBytes) return kNone;
  SeekTable table;
  table.table_bytes = kSkippableHeaderBytes + footer->content_bytes();
  const std::uint64_t at = file.size() - table.table_bytes;
  std::array<std::byte, kSkippableHeaderBytes> header{};
  PENSTOCK_CHECK(file.read_at(at, header));
  if (load_le<std::uint32_t>(header, 0) != kSeekTableMagic ||
      load_le<std::uint32_t>(header, 4) != footer->content_bytes())
    return kNone;
  PENSTOCK_CHECK(read_entries(file, at + kSkippableHeaderBytes, *footer, table.frames));
  std::uint64_t sum = 0;
  for (const ChunkSizes& frame : table.frames) sum += frame.compressed_bytes;
  if (sum != at) return kNone;
  return std::optional<SeekTable>(std::move(table));
}

}  // namespace penstock
