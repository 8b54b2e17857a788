#include "chunks/seek_table_reader.h"

#include <algorithm>
#include <array>

#include "base/narrow.h"
#include "codec/zstd_seek_table.h"

namespace penstock {
namespace {

// Entries are read so many at a time: the number of them is the file's word.
constexpr std::size_t kEntriesAtOnce = 4096;

Status read_entries(const ByteSource& file, std::uint64_t at, const SeekTableFooter& footer,
                    std::vector<ChunkSizes>& frames) {
  std::vector<std::byte> block;
  for (std::uint32_t left = footer.frames; left > 0;) {
    const auto some = std::min<std::size_t>(left, kEntriesAtOnce);
    block.resize(some * footer.entry_bytes);
    PENSTOCK_CHECK(file.read_at(at, block));
    for (std::size_t i = 0; i < some; ++i)
      frames.push_back(
          read_seek_table_entry(Bytes(block).subspan(i * footer.entry_bytes, footer.entry_bytes)));
    at += block.size();
    left -= narrow<std::uint32_t>(some);
  }
  return {};
}

}  // namespace

Result<std::optional<SeekTable>> read_seek_table(const ByteSource& file) {
  constexpr std::optional<SeekTable> kNone;
  if (file.size() < kSkippableHeaderBytes + kSeekTableFooterBytes) return kNone;
  std::array<std::byte, kSeekTableFooterBytes> footer_bytes{};
  PENSTOCK_CHECK(file.read_at(file.size() - footer_bytes.size(), footer_bytes));
  const std::optional<SeekTableFooter> footer = read_seek_table_footer(footer_bytes);
  if (!footer || footer->content_bytes() > file.size() - kSkippableHeaderBytes) return kNone;
  SeekTable table;
  table.table_bytes = kSkippableHeaderBytes + footer->content_bytes();
  const std::uint64_t at = file.size() - table.table_bytes;
  std::array<std::byte, kSkippableHeaderBytes> header{};
  PENSTOCK_CHECK(file.read_at(at, header));
  if (!begins_seek_table(header, *footer)) return kNone;
  PENSTOCK_CHECK(read_entries(file, at + kSkippableHeaderBytes, *footer, table.frames));
  std::uint64_t sum = 0;
  for (const ChunkSizes& frame : table.frames) sum += frame.compressed_bytes;
  if (sum != at) return kNone;
  return std::optional<SeekTable>(std::move(table));
}

}  // namespace penstock
