#include "archive/end_records.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "archive/zip_format.h"
#include "base/bytes.h"
#include "base/narrow.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kLongestComment = 0xffff;
// Some writers fill their last block with zeros. bsdtar does on a pipe: 10,240 bytes if not told
// otherwise, a mebibyte with the largest -b in use.
constexpr std::uint64_t kMostPaddingBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kZip64EndHeadBytes = 12;  // signature and size, not counted in the size

struct EndRecord {
  std::uint64_t position = 0;
  std::uint16_t disk = 0;
  std::uint16_t directory_disk = 0;
  std::uint64_t disk_entries = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
  std::string comment;
};

// What the file seems to be instead, from its first bytes.
std::string not_an_archive(const ByteSource& source) {
  if (source.size() == 0) return "the file is empty, not a ZIP archive";
  std::array<std::byte, 6> head{};
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(source.size(), head.size()));
  if (!source.read_at(0, MutableBytes(head).first(count))) return "not a ZIP archive";
  const std::string_view text = as_text(Bytes(head));
  if (text.starts_with("PK\x03\x04")) return "the archive is truncated: its end record is missing";
  if (text.starts_with("7z\xbc\xaf")) return "not a ZIP archive but a 7z one";
  if (text.starts_with("\x1f\x8b")) return "not a ZIP archive but a gzip file";
  if (text.starts_with("\xfd"
                       "7zXZ"))
    return "not a ZIP archive but an xz file";
  if (text.starts_with("\x28\xb5\x2f\xfd")) return "not a ZIP archive but a zstd file";
  if (text.starts_with("Rar!")) return "not a ZIP archive but a RAR one";
  return "not a ZIP archive";
}

EndRecord parse_end(Bytes tail, std::size_t at, std::uint64_t tail_offset) {
  const Bytes record = tail.subspan(at);
  EndRecord end;
  end.position = tail_offset + at;
  end.disk = load_le<std::uint16_t>(record, 4);
  end.directory_disk = load_le<std::uint16_t>(record, 6);
  end.disk_entries = load_le<std::uint16_t>(record, 8);
  end.entries = load_le<std::uint16_t>(record, 10);
  end.bytes = load_le<std::uint32_t>(record, 12);
  end.offset = load_le<std::uint32_t>(record, 16);
  const std::size_t comment = load_le<std::uint16_t>(record, 20);
  end.comment = as_text(record.subspan(kEndBytes, std::min(comment, record.size() - kEndBytes)));
  return end;
}

// Where the zeros begin that the source ends with. They are part of the end record, or of its
// comment, as far as it reaches; looked at are as many as padding may have, and those.
Result<std::uint64_t> zeros_start(const ByteSource& source) {
  constexpr std::uint64_t kMostZeros = kMostPaddingBytes + kEndBytes + kLongestComment;
  constexpr std::uint64_t kStepBytes = std::uint64_t{64} << 10;
  std::uint64_t start = source.size();
  const std::uint64_t lowest = start - std::min(start, kMostZeros);
  for (std::vector<std::byte> block; start > lowest; start -= block.size()) {
    block.resize(static_cast<std::size_t>(std::min(kStepBytes, start - lowest)));
    PENSTOCK_CHECK(source.read_at(start - block.size(), block));
    const auto last = std::find_if(block.rbegin(), block.rend(),
                                   [](std::byte byte) { return byte != std::byte{0}; });
    if (last != block.rend()) return start - static_cast<std::uint64_t>(last - block.rbegin());
  }
  return start;
}

// Looks for the end record from the back. Another signature behind it, or a second record that
// fits, means that other readers may take another one for the end.
Result<EndRecord> find_end(const ByteSource& source, const Judge& judge) {
  PENSTOCK_TRY(const std::uint64_t zeros, zeros_start(source));
  constexpr std::uint64_t kLongestEnd = kEndBytes + kLongestComment;
  const std::uint64_t tail_offset = zeros - std::min(zeros, kLongestEnd);
  const std::uint64_t tail_end = std::min(source.size(), zeros + kLongestEnd);
  std::vector<std::byte> tail(static_cast<std::size_t>(tail_end - tail_offset));
  PENSTOCK_CHECK(source.read_at(tail_offset, tail));
  const std::size_t padding = narrow<std::size_t>(zeros - tail_offset);
  std::optional<std::size_t> exact;  // the record whose comment ends where only zeros follow
  std::optional<std::size_t> last;   // the signature nearest to the end of the file
  for (std::size_t at = tail.size() < kEndBytes ? 0 : tail.size() - kEndBytes + 1; at-- > 0;) {
    if (load_le<std::uint32_t>(tail, at) != kEndSignature) continue;
    if (!last) last = at;
    const std::size_t end = at + kEndBytes + load_le<std::uint16_t>(tail, at + 20);
    if (end > tail.size() || end < padding || source.size() - tail_offset - end > kMostPaddingBytes)
      continue;
    if (exact) {
      PENSTOCK_CHECK(judge.object(
          Code::kUnsafe, "the archive has two end records: two readers can see two archives"));
      break;
    }
    exact = at;
  }
  if (!last) return corrupt(not_an_archive(source));
  if (!exact)
    PENSTOCK_CHECK(judge.object(Code::kCorrupt,
                                "the archive is truncated, or something follows its end record"));
  if (exact && *exact != *last)
    PENSTOCK_CHECK(
        judge.object(Code::kUnsafe, "the archive's comment contains another end record"));
  return parse_end(tail, exact.value_or(*last), tail_offset);
}

struct Zip64End {
  std::uint64_t position = 0;
  std::uint64_t declared_position = 0;
  std::uint64_t disk_entries = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

// The record lies directly in front of its locator: at the declared place, or, with a prefix in
// front of the archive, where one of the usual size must begin.
Result<std::uint64_t> find_zip64_end(const ByteSource& source, std::uint64_t locator_position,
                                     std::uint64_t declared) {
  const std::uint64_t usual =
      locator_position - std::min<std::uint64_t>(locator_position, kZip64EndBytes);
  for (const std::uint64_t position : {declared, usual}) {
    if (locator_position < kZip64EndBytes || position > locator_position - kZip64EndBytes) continue;
    std::array<std::byte, kZip64EndHeadBytes> head{};
    PENSTOCK_CHECK(source.read_at(position, head));
    if (load_le<std::uint32_t>(head, 0) == kZip64EndSignature &&
        load_le<std::uint64_t>(head, 4) == locator_position - position - kZip64EndHeadBytes)
      return position;
  }
  return corrupt("the ZIP64 end record is not where its locator says");
}

Result<Zip64End> read_zip64_end(const ByteSource& source, std::uint64_t locator_position,
                                Bytes locator) {
  const auto disks = load_le<std::uint32_t>(locator, 16);
  if (load_le<std::uint32_t>(locator, 4) != 0 || disks > 1)
    return fail(Code::kUnsupported, "the archive is split over several files");
  Zip64End end;
  end.declared_position = load_le<std::uint64_t>(locator, 8);
  PENSTOCK_TRY(end.position, find_zip64_end(source, locator_position, end.declared_position));
  std::array<std::byte, kZip64EndBytes> record{};
  PENSTOCK_CHECK(source.read_at(end.position, record));
  if (load_le<std::uint32_t>(record, 16) != 0 || load_le<std::uint32_t>(record, 20) != 0)
    return fail(Code::kUnsupported, "the archive is split over several files");
  end.disk_entries = load_le<std::uint64_t>(record, 24);
  end.entries = load_le<std::uint64_t>(record, 32);
  end.bytes = load_le<std::uint64_t>(record, 40);
  end.offset = load_le<std::uint64_t>(record, 48);
  return end;
}

Result<std::optional<Zip64End>> find_zip64(const ByteSource& source, std::uint64_t end_position) {
  if (end_position < kZip64LocatorBytes) return std::optional<Zip64End>{};
  const std::uint64_t position = end_position - kZip64LocatorBytes;
  std::array<std::byte, kZip64LocatorBytes> locator{};
  PENSTOCK_CHECK(source.read_at(position, locator));
  if (load_le<std::uint32_t>(locator, 0) != kZip64LocatorSignature)
    return std::optional<Zip64End>{};
  PENSTOCK_TRY(Zip64End end, read_zip64_end(source, position, locator));
  return std::optional<Zip64End>{end};
}

// A field of the end record must be what the ZIP64 record says, or all ones ("look there").
Status merge_field(std::uint64_t& field, std::uint64_t all_ones, std::uint64_t wide,
                   std::string_view what, const Judge& judge) {
  if (field != wide && field != all_ones)
    PENSTOCK_CHECK(judge.object(
        Code::kCorrupt, "end record and ZIP64 end record disagree about " + std::string(what)));
  field = wide;
  return {};
}

Status merge_zip64(EndRecord& end, const Zip64End& wide, const Judge& judge) {
  PENSTOCK_CHECK(
      merge_field(end.disk_entries, kMax16, wide.disk_entries, "the number of entries", judge));
  PENSTOCK_CHECK(merge_field(end.entries, kMax16, wide.entries, "the number of entries", judge));
  PENSTOCK_CHECK(merge_field(end.bytes, kMax32, wide.bytes, "the size of the directory", judge));
  PENSTOCK_CHECK(merge_field(end.offset, kMax32, wide.offset, "the place of the directory", judge));
  if (end.disk == kMax16) end.disk = 0;
  if (end.directory_disk == kMax16) end.directory_disk = 0;
  return {};
}

// A directory that begins at the declared place although the sizes say that there is a prefix could
// be another one than ours.
Status check_prefix(const ByteSource& source, const EndRecord& end, const Directory& directory,
                    const Judge& judge) {
  if (directory.prefix == 0 || end.offset + 4 > source.size()) return {};
  std::array<std::byte, 4> signature{};
  PENSTOCK_CHECK(source.read_at(end.offset, signature));
  if (load_le<std::uint32_t>(signature, 0) == kCentralSignature)
    return judge.object(Code::kUnsafe, "the archive has two possible central directories");
  return {};
}

Result<Directory> place_directory(const ByteSource& source, EndRecord end,
                                  const std::optional<Zip64End>& wide, const Judge& judge) {
  const std::uint64_t directory_end = wide ? wide->position : end.position;
  if (end.bytes > directory_end || end.offset > directory_end - end.bytes)
    return corrupt("the central directory does not fit in front of the end record");
  Directory directory;
  directory.entries = end.entries;
  directory.bytes = end.bytes;
  directory.offset = directory_end - end.bytes;
  directory.prefix = directory.offset - end.offset;
  if (wide && wide->position != wide->declared_position &&
      wide->position - wide->declared_position != directory.prefix)
    return corrupt("the ZIP64 locator and the end records disagree");
  if (wide && wide->position == wide->declared_position && directory.prefix != 0)
    return corrupt("the central directory is not where the end records say");
  if (directory.bytes / kCentralBytes < directory.entries)
    return corrupt("the central directory is too small for the number of entries declared");
  PENSTOCK_CHECK(check_prefix(source, end, directory, judge));
  directory.comment = std::move(end.comment);
  return directory;
}

}  // namespace

Result<Directory> find_directory(const ByteSource& source, const Judge& judge) {
  PENSTOCK_TRY(EndRecord end, find_end(source, judge));
  PENSTOCK_TRY(const std::optional<Zip64End> wide, find_zip64(source, end.position));
  if (wide) PENSTOCK_CHECK(merge_zip64(end, *wide, judge));
  if (end.disk != 0 || end.directory_disk != 0 || end.disk_entries != end.entries)
    return fail(Code::kUnsupported, "the archive is split over several files");
  return place_directory(source, std::move(end), wide, judge);
}

}  // namespace penstock::zip
