// What lies in a .gz or .zst: by what it says of itself as far as that goes, by decoding from there
// on.
#include "chunks/list_frames.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/narrow.h"
#include "chunks/chunk_restorer.h"
#include "chunks/frame_index.h"
#include "chunks/seek_table_reader.h"
#include "chunks/zstd_walk.h"
#include "codec/unit_decoder.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::size_t kMagicBytes = 4;

using Each = std::function<Status(const ListedFrame&)>;

class Lister {
 public:
  Lister(const ByteSource& file, FileFormat format, const std::stop_token& stop, const Each& each)
      : file_(file), format_(format), stop_(stop), each_(each), headers_(file, stop) {
    listed_.format = name(format);
    listed_.compressed_bytes = file.size();
  }

  Result<ListedFile> run() {
    while (at_ < file_.size()) {
      if (stop_.stop_requested()) return fail(Code::kCancelled, "cancelled");
      PENSTOCK_TRY(const std::optional<ListedFrame> frame,
                   format_ == FileFormat::kZstd ? zstd_frame() : gzip_member());
      if (!frame) {
        PENSTOCK_CHECK(decode_rest());
        break;
      }
      at_ += frame->compressed_bytes;
      PENSTOCK_CHECK(tell(*frame));
    }
    return listed_;
  }

 private:
  Status tell(const ListedFrame& frame) {
    if (frame.kind == "frame" || frame.kind == "member") ++listed_.frames;
    listed_.bytes += frame.bytes;
    return each_(frame);
  }

  // Nothing: only decoding tells.
  Result<std::optional<ListedFrame>> gzip_member() {
    if (at_ > 0) {
      PENSTOCK_TRY(const bool padding, only_zeros(headers_, at_));
      if (padding) return std::optional(ListedFrame{at_, file_.size() - at_, 0, "padding"});
    }
    PENSTOCK_TRY(const auto member, read_indexed_member(headers_, at_));
    if (!member) return std::optional<ListedFrame>();
    return std::optional(ListedFrame{at_, member->member_bytes, member->data_bytes, "member"});
  }

  Result<std::optional<ListedFrame>> zstd_frame() {
    PENSTOCK_TRY(const auto frame, walk_zstd_frame(headers_, at_, file_.size() - at_));
    if (!frame || !frame->content_bytes) return std::optional<ListedFrame>();
    ListedFrame listed{at_, frame->bytes, *frame->content_bytes, "frame"};
    if (frame->skippable) {
      PENSTOCK_TRY(listed.kind, kind_of_skippable(frame->bytes));
    }
    return std::optional(listed);
  }

  Result<std::string_view> kind_of_skippable(std::uint64_t bytes) const {
    if (at_ + bytes == file_.size()) {
      PENSTOCK_TRY(const auto table, SeekTable::find(file_, stop_));
      if (table && table->table_bytes() == bytes) return "seek table";
    }
    return "skippable frame";
  }

  Status decode_rest() {
    listed_.decoded = true;
    PENSTOCK_TRY(const auto decoder, format_ == FileFormat::kZstd ? make_zstd_front_decoder(at_)
                                                                  : make_gzip_front_decoder(at_));
    std::vector<ListedFrame> ended;
    decoder->tell([&](std::uint64_t begin, std::uint64_t end, std::uint64_t data) {
      ended.push_back(
          {begin, end - begin, data, format_ == FileFormat::kZstd ? "frame" : "member"});
    });
    std::vector<std::byte> in(kReadBytes);
    std::vector<std::byte> out(kReadBytes);
    while (at_ < file_.size()) {
      const auto bytes =
          narrow<std::size_t>(std::min<std::uint64_t>(in.size(), file_.size() - at_));
      PENSTOCK_CHECK(file_.read_at(at_, MutableBytes(in).first(bytes)));
      at_ += bytes;
      PENSTOCK_CHECK(decode(*decoder, Bytes(in).first(bytes), out));
      for (const ListedFrame& frame : std::exchange(ended, {})) PENSTOCK_CHECK(tell_decoded(frame));
    }
    return named(decoder->end());
  }

  Status decode(FrontDecoder& decoder, Bytes in, MutableBytes out) {
    for (bool more = true; more;) {
      if (stop_.stop_requested()) return fail(Code::kCancelled, "cancelled");
      PENSTOCK_TRY(const auto step, named(decoder.step(in, out)));
      in = in.subspan(step.consumed);
      more = step.produced == out.size() || !in.empty();
    }
    return {};
  }

  // The decoder passes over skippable frames as if they were empty.
  Status tell_decoded(ListedFrame frame) {
    std::array<std::byte, kMagicBytes> magic{};
    PENSTOCK_CHECK(file_.read_at(frame.offset, magic));
    if (format_ == FileFormat::kZstd && is_skippable_frame(magic)) frame.kind = "skippable frame";
    return tell(frame);
  }

  template <class Outcome>
  Outcome named(Outcome outcome) const {
    if (outcome) return outcome;
    return fail(std::move(outcome).error().within(file_.name()));
  }

  const ByteSource& file_;
  const FileFormat format_;
  const std::stop_token& stop_;
  const Each& each_;
  HeaderWindow headers_;
  ListedFile listed_;
  std::uint64_t at_ = 0;
};

}  // namespace

bool looks_compressed(const std::string& path) {
  const auto file = open_file_source(path);
  if (!file) return false;
  std::array<std::byte, kMagicBytes> start{};
  return (*file)->size() >= start.size() && (*file)->read_at(0, start) &&
         format_of(start).has_value();
}

Result<ListedFile> list_frames(const ByteSource& file, const std::stop_token& stop,
                               const std::function<Status(const ListedFrame&)>& each) {
  PENSTOCK_TRY(const FileFormat format, format_of_source(file));
  return Lister(file, format, stop, each).run();
}

Result<ListedFile> list_frames(const std::string& path, const std::stop_token& stop,
                               const std::function<Status(const ListedFrame&)>& each) {
  PENSTOCK_TRY(const auto file, open_file_source(path));
  return list_frames(*file, stop, each);
}

}  // namespace penstock
