#include "chunks/seek_table_reader.h"

#include <algorithm>
#include <array>

#include "base/narrow.h"

namespace penstock {
namespace {

constexpr std::size_t kEntriesAtOnce = 4096;

}  // namespace

SeekTable::SeekTable(const ByteSource& file, const SeekTableFooter& footer, std::stop_token stop)
    : file_(&file),
      footer_(footer),
      stop_(std::move(stop)),
      table_bytes_(kSkippableHeaderBytes + footer.content_bytes()) {}

Result<std::optional<SeekTable>> SeekTable::find(const ByteSource& file,
                                                 const std::stop_token& stop) {
  constexpr std::optional<SeekTable> kNone;
  if (file.size() < kSkippableHeaderBytes + kSeekTableFooterBytes) return kNone;
  std::array<std::byte, kSeekTableFooterBytes> footer_bytes{};
  PENSTOCK_CHECK(file.read_at(file.size() - footer_bytes.size(), footer_bytes));
  const std::optional<SeekTableFooter> footer = read_seek_table_footer(footer_bytes);
  if (!footer || footer->content_bytes() > file.size() - kSkippableHeaderBytes) return kNone;
  SeekTable table(file, *footer, stop);
  const std::uint64_t at = file.size() - table.table_bytes_;
  std::array<std::byte, kSkippableHeaderBytes> header{};
  PENSTOCK_CHECK(file.read_at(at, header));
  if (!begins_seek_table(header, *footer)) return kNone;
  PENSTOCK_TRY(const std::uint64_t sum, SeekTable(table).all_compressed());
  if (sum != at) return kNone;
  return std::optional(std::move(table));
}

Result<std::uint64_t> SeekTable::all_compressed() {
  for (std::uint64_t sum = 0;;) {
    PENSTOCK_TRY(const auto frame, next());
    if (!frame) return sum;
    sum += frame->compressed_bytes;
  }
}

Result<std::optional<ChunkSizes>> SeekTable::next() {
  if (at_ == block_.size()) PENSTOCK_CHECK(fill());
  if (block_.empty()) return std::optional<ChunkSizes>();
  const Bytes entry = Bytes(block_).subspan(at_, footer_.entry_bytes);
  at_ += entry.size();
  return std::optional(read_seek_table_entry(entry));
}

Status SeekTable::fill() {
  if (stop_.stop_requested()) return fail(Code::kCancelled, "cancelled");
  const std::uint64_t at = file_->size() - table_bytes_ + kSkippableHeaderBytes +
                           std::uint64_t{entries_} * footer_.entry_bytes;
  const auto some = std::min<std::size_t>(footer_.frames - entries_, kEntriesAtOnce);
  block_.resize(some * footer_.entry_bytes);
  at_ = 0;
  entries_ += narrow<std::uint32_t>(some);
  return file_->read_at(at, block_);
}

}  // namespace penstock
