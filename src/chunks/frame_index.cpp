#include "chunks/frame_index.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/narrow.h"
#include "base/units.h"
#include "chunks/seek_table_reader.h"
#include "chunks/zstd_walk.h"
#include "codec/gzip_header.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

constexpr std::size_t kFirstLook = 512;

Failure no_index(const ByteSource& file, std::string_view what) {
  return fail(Code::kUnsupported,
              file.name() + ": a range cannot be taken from it: " + std::string(what));
}

Failure contradiction(const ByteSource& file, std::uint64_t offset) {
  return fail(Code::kCorrupt, file.name() + ": what lies at byte " + std::to_string(offset) +
                                  " is not what the file's index says");
}

// Adds frames until the range is covered.
class Planner {
 public:
  explicit Planner(const ByteRange& range) : range_(range) {}

  // Whether all of a frame with so much data lies before the range.
  bool passes(std::uint64_t data) const { return data_ + data <= range_.begin; }
  void add(std::uint64_t bytes, std::uint64_t data) {
    if (passes(data)) {
      plan_.begin = at_ + bytes;
      before_ = data_ + data;
    } else {
      plan_.made += data;
    }
    at_ += bytes;
    data_ += data;
    plan_.end = at_;
  }
  bool covered() const { return data_ >= range_.end && data_ > range_.begin; }
  std::uint64_t at() const { return at_; }

  Result<RangePlan> finish(const ByteSource& file) {
    if (range_.begin > data_)
      return fail(Code::kInvalid, file.name() + " holds " + format_count(data_) +
                                      " bytes: the range begins behind them");
    plan_.skip = range_.begin - before_;
    plan_.take = std::min(range_.end, data_) - range_.begin;
    return plan_;
  }
  void doubt() { plan_.confirmed = false; }

 private:
  ByteRange range_;
  RangePlan plan_;
  std::uint64_t at_ = 0;      // in the file
  std::uint64_t data_ = 0;    // that was passed
  std::uint64_t before_ = 0;  // of it before plan_.begin
};

// What the frame at `offset` says of its data, in its header only: nothing where it does not. A
// skippable frame has none.
Result<std::optional<std::uint64_t>> frame_data(HeaderWindow& file, std::uint64_t offset) {
  PENSTOCK_TRY(const Bytes start, file.look(offset, kZstdHeaderMost));
  if (is_skippable_frame(start)) return std::optional<std::uint64_t>(0);
  const auto header = read_zstd_header(start);
  if (!header) return contradiction(file.file(), offset);
  return header->content_bytes;
}

// The same of a frame before the range, that nobody will decode. One of another length, or two
// where there should be one, would move the range.
Result<std::optional<std::uint64_t>> passed_data(HeaderWindow& file, std::uint64_t offset,
                                                 std::uint64_t bytes) {
  PENSTOCK_TRY(const auto frame, walk_zstd_frame(file, offset, bytes));
  if (!frame || frame->bytes != bytes) return contradiction(file.file(), offset);
  return frame->content_bytes;
}

Status plan_zstd(HeaderWindow& file, const std::stop_token& stop, Planner& planner) {
  PENSTOCK_TRY(auto table, SeekTable::find(file.file(), stop));
  if (!table) return no_index(file.file(), "it has no seek table of the whole file");
  while (!planner.covered()) {
    PENSTOCK_TRY(const auto entry, table->next());
    if (!entry) break;
    const std::uint64_t at = planner.at();
    const bool passed = planner.passes(entry->bytes);
    PENSTOCK_TRY(const auto says,
                 passed ? passed_data(file, at, entry->compressed_bytes) : frame_data(file, at));
    if (says && *says != entry->bytes) return contradiction(file.file(), at);
    if (passed && !says) planner.doubt();
    planner.add(entry->compressed_bytes, entry->bytes);
  }
  return {};
}

Status plan_gzip(HeaderWindow& file, Planner& planner) {
  while (!planner.covered() && planner.at() < file.file().size()) {
    const std::uint64_t at = planner.at();
    if (at > 0) {
      PENSTOCK_TRY(const bool padding, only_zeros(file, at));
      if (padding) break;
    }
    PENSTOCK_TRY(const auto member, read_indexed_member(file, at));
    if (!member)
      return no_index(file.file(),
                      "the member at byte " + std::to_string(at) + " does not say where it ends");
    if (planner.passes(member->data_bytes)) planner.doubt();
    planner.add(member->member_bytes, member->data_bytes);
  }
  return {};
}

}  // namespace

Result<bool> only_zeros(HeaderWindow& file, std::uint64_t offset) {
  // Most often the first byte answers.
  for (std::size_t bytes = 1; offset < file.file().size(); bytes = HeaderWindow::kBytes) {
    PENSTOCK_TRY(const Bytes block, file.look(offset, bytes));
    if (std::ranges::any_of(block, [](std::byte b) { return b != std::byte{0}; })) return false;
    offset += block.size();
  }
  return true;
}

Result<std::optional<IndexedMember>> read_indexed_member(HeaderWindow& file, std::uint64_t offset) {
  constexpr std::optional<IndexedMember> kNone;
  std::optional<gzip::Header> header;
  for (std::size_t bytes = kFirstLook; !header; bytes *= 8) {
    PENSTOCK_TRY(const Bytes start, file.look(offset, bytes));
    auto found = gzip::read_header(start);
    if (!found)
      return fail(std::move(found).error().within(
          file.file().name() + ": the gzip member at byte " + std::to_string(offset)));
    header = *std::move(found);
    if (!header && start.size() < bytes) return kNone;
  }
  if (!header->member_bytes) return kNone;
  const std::uint64_t end = offset + *header->member_bytes;
  if (end > file.file().size() || *header->member_bytes < gzip::kTrailerBytes) return kNone;
  // With the beginning of the next member, which will be wanted: one read for both.
  PENSTOCK_TRY(const Bytes ahead,
               file.look(end - gzip::kTrailerBytes, gzip::kTrailerBytes + kFirstLook));
  const std::uint32_t data = gzip::read_trailer(ahead.first(gzip::kTrailerBytes)).data_bytes;
  if (header->data_bytes && *header->data_bytes != data) return contradiction(file.file(), offset);
  return std::optional(IndexedMember{*header->member_bytes, data});
}

Result<FileFormat> format_of_source(const ByteSource& file) {
  constexpr std::size_t kMagicBytes = 4;
  std::array<std::byte, kMagicBytes> bytes{};
  const auto there = narrow<std::size_t>(std::min<std::uint64_t>(kMagicBytes, file.size()));
  const MutableBytes start = MutableBytes(bytes).first(there);
  PENSTOCK_CHECK(file.read_at(0, start));
  return format_of(start, file.name());
}

Result<RangePlan> plan_range(const ByteSource& file, FileFormat format, const ByteRange& range,
                             const std::stop_token& stop) {
  if (range.begin > range.end) return fail(Code::kInvalid, "the range ends before it begins");
  Planner planner(range);
  HeaderWindow window(file, stop);
  PENSTOCK_CHECK(format == FileFormat::kZstd ? plan_zstd(window, stop, planner)
                                             : plan_gzip(window, planner));
  return planner.finish(file);
}

}  // namespace penstock
