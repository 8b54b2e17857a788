#include "archive/zip_writer.h"

#include <algorithm>
#include <utility>

#include "archive/zip_encode.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kDirectoryBudgetBytes = std::size_t{4} << 20;
constexpr std::size_t kCopyBytes = std::size_t{256} << 10;

}  // namespace

ZipWriter::ZipWriter(std::unique_ptr<ByteSink> sink)
    : sink_(std::move(sink)), directory_(kDirectoryBudgetBytes) {}

Status ZipWriter::add_central_record(const Entry& entry) {
  scratch_.clear();
  append_central_record(scratch_, entry);
  ++entries_;
  return directory_.append(scratch_);
}

Status ZipWriter::add_encoded(std::span<Entry> entries, Bytes data) {
  const std::uint64_t base = sink_->position();
  for (Entry& entry : entries) {
    entry.local_offset += base;
    PENSTOCK_CHECK(add_central_record(entry));
  }
  return sink_->write(data);
}

Status ZipWriter::begin_entry(Entry entry, std::uint64_t most_bytes) {
  const bool zip64 = most_bytes >= kMax32;
  entry.local_offset = sink_->position();
  if (!sink_->can_patch()) entry.flags |= kFlagDescriptor;
  entry.compressed_bytes = 0;
  entry.uncompressed_bytes = 0;
  scratch_.assign(local_header_bytes(entry, zip64), std::byte{0});
  write_local_header(scratch_, entry, zip64);
  PENSTOCK_CHECK(sink_->write(scratch_));
  open_ = OpenEntry{std::move(entry), zip64, sink_->position()};
  return {};
}

Status ZipWriter::write_data(Bytes data) { return sink_->write(data); }

Status ZipWriter::end_entry(std::uint32_t crc, std::uint64_t uncompressed_bytes) {
  Entry& entry = open_->entry;
  entry.crc = crc;
  entry.uncompressed_bytes = uncompressed_bytes;
  entry.compressed_bytes = sink_->position() - open_->data_offset;
  if ((entry.flags & kFlagDescriptor) != 0) {
    scratch_.clear();
    append_descriptor(scratch_, entry, open_->zip64);
    PENSTOCK_CHECK(sink_->write(scratch_));
  } else {
    scratch_.assign(local_header_bytes(entry, open_->zip64), std::byte{0});
    write_local_header(scratch_, entry, open_->zip64);
    PENSTOCK_CHECK(sink_->patch(entry.local_offset, scratch_));
  }
  PENSTOCK_CHECK(add_central_record(entry));
  open_.reset();
  return {};
}

Status ZipWriter::abandon_entry() {
  const std::uint64_t start = open_->entry.local_offset;
  open_.reset();
  return sink_->can_patch() ? sink_->rewind(start) : Status{};
}

Status ZipWriter::copy_directory_to_sink() {
  std::vector<std::byte> block(kCopyBytes);
  for (std::uint64_t at = 0; at < directory_.size();) {
    const auto step =
        static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), directory_.size() - at));
    const MutableBytes part = MutableBytes(block).first(step);
    PENSTOCK_CHECK(directory_.read_at(at, part));
    PENSTOCK_CHECK(sink_->write(part));
    at += step;
  }
  return {};
}

Status ZipWriter::finish(std::string_view comment) {
  const DirectoryExtent extent{entries_, sink_->position(), directory_.size()};
  PENSTOCK_CHECK(copy_directory_to_sink());
  scratch_.clear();
  append_end_records(scratch_, extent, comment);
  PENSTOCK_CHECK(sink_->write(scratch_));
  return sink_->finish();
}

}  // namespace penstock::zip
