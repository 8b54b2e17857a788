#include "chunks/frame_index.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/narrow.h"
#include "base/units.h"
#include "chunks/seek_table_reader.h"
#include "codec/gzip_header.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

constexpr std::size_t kFirstLook = 512;
constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

// At most `bytes` from `offset`; less where the file ends.
Status read_some(const ByteSource& file, std::uint64_t offset, std::size_t bytes,
                 std::vector<std::byte>& out) {
  const std::uint64_t left = file.size() - std::min(offset, file.size());
  out.resize(narrow<std::size_t>(std::min<std::uint64_t>(bytes, left)));
  return file.read_at(offset, out);
}

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

  void add(std::uint64_t bytes, std::uint64_t data) {
    if (data_ + data <= range_.begin) {
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
    if (range_.begin > range_.end) return fail(Code::kInvalid, "the range ends before it begins");
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

// What the header of the frame at `offset` says of its data: nothing where it does not. A skippable
// frame has none.
Result<std::optional<std::uint64_t>> frame_data(const ByteSource& file, std::uint64_t offset) {
  std::vector<std::byte> start;
  PENSTOCK_CHECK(read_some(file, offset, kZstdHeaderMost, start));
  if (is_skippable_frame(start)) return std::optional<std::uint64_t>(0);
  const auto header = read_zstd_header(start);
  if (!header) return contradiction(file, offset);
  return header->content_bytes;
}

Status plan_zstd(const ByteSource& file, Planner& planner) {
  PENSTOCK_TRY(const auto table, read_seek_table(file));
  if (!table) return no_index(file, "it has no seek table of the whole file");
  for (const ChunkSizes& frame : table->frames) {
    if (planner.covered()) break;
    PENSTOCK_TRY(const auto says, frame_data(file, planner.at()));
    if (says && *says != frame.bytes) return contradiction(file, planner.at());
    if (!says) planner.doubt();
    planner.add(frame.compressed_bytes, frame.bytes);
  }
  return {};
}

Status plan_gzip(const ByteSource& file, Planner& planner) {
  while (!planner.covered() && planner.at() < file.size()) {
    if (planner.at() > 0) {
      PENSTOCK_TRY(const bool padding, only_zeros(file, planner.at()));
      if (padding) break;
    }
    PENSTOCK_TRY(const auto member, read_indexed_member(file, planner.at()));
    if (!member)
      return no_index(file, "the member at byte " + std::to_string(planner.at()) +
                                " does not say where it ends");
    planner.add(member->member_bytes, member->data_bytes);
  }
  return {};
}

}  // namespace

Result<bool> only_zeros(const ByteSource& file, std::uint64_t offset) {
  std::vector<std::byte> block;
  // Most often the first byte answers.
  for (std::size_t bytes = 1; offset < file.size(); bytes = kBlockBytes) {
    PENSTOCK_CHECK(read_some(file, offset, bytes, block));
    if (std::ranges::any_of(block, [](std::byte b) { return b != std::byte{0}; })) return false;
    offset += block.size();
  }
  return true;
}

Result<std::optional<IndexedMember>> read_indexed_member(const ByteSource& file,
                                                         std::uint64_t offset) {
  constexpr std::optional<IndexedMember> kNone;
  std::vector<std::byte> start;
  std::optional<gzip::Header> header;
  for (std::size_t bytes = kFirstLook; !header; bytes *= 8) {
    PENSTOCK_CHECK(read_some(file, offset, bytes, start));
    auto found = gzip::read_header(start);
    if (!found)
      return fail(std::move(found).error().within(file.name() + ": the gzip member at byte " +
                                                  std::to_string(offset)));
    header = *std::move(found);
    if (!header && start.size() < bytes) return kNone;
  }
  if (!header->member_bytes) return kNone;
  const std::uint64_t end = offset + *header->member_bytes;
  if (end > file.size() || *header->member_bytes < gzip::kTrailerBytes) return kNone;
  std::array<std::byte, gzip::kTrailerBytes> trailer{};
  PENSTOCK_CHECK(file.read_at(end - trailer.size(), trailer));
  const std::uint32_t data = gzip::read_trailer(trailer).data_bytes;
  if (header->data_bytes && *header->data_bytes != data) return contradiction(file, offset);
  return std::optional(IndexedMember{*header->member_bytes, data});
}

Result<RangePlan> plan_range(const ByteSource& file, FileFormat format, const ByteRange& range) {
  Planner planner(range);
  PENSTOCK_CHECK(format == FileFormat::kZstd ? plan_zstd(file, planner) : plan_gzip(file, planner));
  return planner.finish(file);
}

}  // namespace penstock
