#include "archive/extract_plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "archive/local_header.h"
#include "base/narrow.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kSortBudgetBytes = std::size_t{2} << 20;
constexpr std::size_t kAttributeBytes = 20;

void invert(std::string& text) {
  for (char& c : text) c = static_cast<char>(~c);
}

}  // namespace

ExtractPlan::ExtractPlan(const ExtractContext& context)
    : context_(context),
      cursor_(context.source, context.directory, context.judge),
      directories_(kSortBudgetBytes) {}

Result<std::optional<ExtractBatch>> ExtractPlan::next() {
  while (!ready_ && !ended_) {
    PENSTOCK_TRY(const bool more, cursor_.next(entry_));
    if (!more) {
      ended_ = true;
    } else if (const std::string_view path = context_.selection.path_of(entry_); !path.empty()) {
      PENSTOCK_CHECK(take(entry_, path));
    }
  }
  if (ready_) return std::exchange(ready_, std::nullopt);
  if (open_.items.empty()) return std::optional<ExtractBatch>{};
  return std::optional<ExtractBatch>{std::exchange(open_, ExtractBatch{})};
}

Status ExtractPlan::take(const Entry& entry, std::string_view path) {
  const EntryKind kind = kind_of(entry);
  const bool directory = kind == EntryKind::kDirectory;
  if (directory) PENSTOCK_CHECK(note_directory(entry, path));
  // A directory has no content, but data of no content, or a MAC, that must be right.
  if (kind != EntryKind::kFile && !(directory && entry.compressed_bytes > 0)) return {};
  if (context_.archive_encrypted && !entry.aes && entry.uncompressed_bytes > 0)
    context_.outcome.plain(entry);
  if (is_huge(entry)) return {};
  if (!is_small(entry)) {
    ready_.emplace();
    ready_->streamed = true;
    ready_->begin = entry.local_offset;
    ready_->end = std::min(context_.directory.offset, likely_end(entry));
    ready_->items.push_back({entry, cursor_.position()});
    return {};
  }
  if (!fits(entry)) ready_ = std::exchange(open_, ExtractBatch{});
  append(entry);
  return {};
}

bool ExtractPlan::fits(const Entry& entry) const {
  return open_.items.empty() ||
         (open_.items.size() < kBatchEntries && entry.local_offset >= open_.begin &&
          likely_end(entry) - open_.begin <= kBatchBytes);
}

void ExtractPlan::append(const Entry& entry) {
  if (open_.items.empty()) {
    open_.items.reserve(kBatchEntries);
    open_.begin = entry.local_offset;
    open_.end = entry.local_offset;
  }
  const std::uint64_t most = std::min(context_.directory.offset, open_.begin + kBatchBytes);
  open_.end = std::max(open_.end, std::min(likely_end(entry), most));
  open_.items.push_back({entry, cursor_.position()});
}

Result<std::optional<ExtractItem>> ExtractPlan::next_huge() {
  if (!huge_cursor_) huge_cursor_.emplace(context_.source, context_.directory, context_.judge);
  for (;;) {
    PENSTOCK_TRY(const bool more, huge_cursor_->next(entry_));
    if (!more) return std::optional<ExtractItem>{};
    if (kind_of(entry_) == EntryKind::kFile && is_huge(entry_) &&
        !context_.selection.path_of(entry_).empty())
      return std::optional<ExtractItem>{ExtractItem{entry_, huge_cursor_->position()}};
  }
}

// Inverted bytes sort backwards; the highest byte behind them puts what lies below a directory in
// front of it.
Status ExtractPlan::note_directory(const Entry& entry, std::string_view path) {
  std::string record(path);
  record += '/';
  invert(record);
  record += '\xff';
  const Attributes attributes = attributes_of(entry);
  std::vector<std::byte> tail;
  append_le(tail, narrow<std::uint32_t>(attributes.mode));
  append_le(tail, static_cast<std::uint64_t>(attributes.mtime.tv_sec));
  append_le(tail, static_cast<std::uint64_t>(attributes.mtime.tv_nsec));
  return directories_.add(record.append(as_text(tail)));
}

Result<std::optional<ExtractPlan::DirectoryItem>> ExtractPlan::next_directory() {
  if (!std::exchange(sorted_, true)) PENSTOCK_CHECK(directories_.sort());
  PENSTOCK_TRY(const std::optional<std::string_view> record, directories_.next());
  if (!record) return std::optional<DirectoryItem>{};
  DirectoryItem item;
  item.path =
      record->substr(0, record->size() - kAttributeBytes - 2);  // without '/' and the end mark
  invert(item.path);
  const Bytes tail = as_bytes(record->substr(record->size() - kAttributeBytes));
  item.attributes.mode = static_cast<mode_t>(load_le<std::uint32_t>(tail, 0));
  item.attributes.mtime = {static_cast<time_t>(load_le<std::uint64_t>(tail, 4)),
                           static_cast<long>(load_le<std::uint64_t>(tail, 12))};
  return std::optional<DirectoryItem>{std::move(item)};
}

}  // namespace penstock::zip
