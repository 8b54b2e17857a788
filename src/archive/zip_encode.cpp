#include "archive/zip_encode.h"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/narrow.h"
#include "base/utf8.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kExtraHeaderBytes = 4;
constexpr std::size_t kTimeExtraBytes = kExtraHeaderBytes + 5;  // flags, mtime
constexpr std::size_t kAesExtraBytes = kExtraHeaderBytes + 7;
constexpr std::size_t kLocalZip64ExtraBytes = kExtraHeaderBytes + 16;  // both sizes
constexpr std::uint8_t kTimeHasMtime = 1;

// The UT field holds a signed 32-bit time; beyond it, NTFS alone carries the time.
bool fits_unix_time(const timespec& time) {
  return time.tv_sec >= std::numeric_limits<std::int32_t>::min() &&
         time.tv_sec <= std::numeric_limits<std::int32_t>::max();
}
bool needs_ntfs_time(const timespec& time) { return time.tv_nsec != 0 || !fits_unix_time(time); }

std::uint16_t version_needed(const Entry& entry, bool zip64) {
  if (entry.method == kMethodZstd) return kVersionZstd;
  if (entry.aes) return kVersionAes;
  return zip64 ? kVersionZip64 : kVersionDefault;
}
std::uint16_t stored_method(const Entry& entry) { return entry.aes ? kMethodAes : entry.method; }

// Writes fields one behind the other into memory that was sized for them.
class FieldWriter {
 public:
  explicit FieldWriter(MutableBytes out) : out_(out) {}
  template <class Unsigned>
  FieldWriter& put(std::type_identity_t<Unsigned> value) {
    store_le<Unsigned>(out_, at_, value);
    at_ += sizeof(Unsigned);
    return *this;
  }
  FieldWriter& u16(std::uint16_t value) { return put<std::uint16_t>(value); }
  FieldWriter& u32(std::uint32_t value) { return put<std::uint32_t>(value); }
  FieldWriter& u64(std::uint64_t value) { return put<std::uint64_t>(value); }
  FieldWriter& text(std::string_view value) {
    std::ranges::copy(as_bytes(value), out_.subspan(at_).begin());
    at_ += value.size();
    return *this;
  }

 private:
  MutableBytes out_;
  std::size_t at_ = 0;
};

void put_time_extra(FieldWriter& out, const Entry& entry) {
  if (!fits_unix_time(entry.mtime)) return;
  out.u16(kExtraTime).u16(kTimeExtraBytes - kExtraHeaderBytes).put<std::uint8_t>(kTimeHasMtime);
  out.u32(static_cast<std::uint32_t>(entry.mtime.tv_sec));
}

void put_aes_extra(FieldWriter& out, const Entry& entry) {
  if (!entry.aes) return;
  out.u16(kExtraAes).u16(kAesExtraBytes - kExtraHeaderBytes).u16(entry.aes->version).text("AE");
  out.put<std::uint8_t>(static_cast<std::uint8_t>(entry.aes->strength)).u16(entry.method);
}

// NTFS times count 100 ns steps from 1601-01-01 (APPNOTE 4.5.5).
constexpr std::int64_t kNtfsEpochSeconds = 11'644'473'600;
constexpr std::size_t kNtfsExtraBytes = kExtraHeaderBytes + 32;

void put_ntfs_extra(FieldWriter& out, const timespec& mtime) {
  // What the field cannot hold (file systems hold more) becomes the nearest time that it can.
  constexpr std::int64_t kMostSeconds = 1'844'674'407'369;  // 2^64 ticks, less one second
  const std::int64_t seconds =
      std::clamp<std::int64_t>(mtime.tv_sec, -kNtfsEpochSeconds, kMostSeconds - kNtfsEpochSeconds);
  const auto ticks = to_u64(seconds + kNtfsEpochSeconds) * 10'000'000 + to_u64(mtime.tv_nsec) / 100;
  out.u16(kExtraNtfs).u16(kNtfsExtraBytes - kExtraHeaderBytes).u32(0).u16(1).u16(24);
  out.u64(ticks).u64(ticks).u64(ticks);
}

std::size_t shared_extra_bytes(const Entry& entry) {
  return (fits_unix_time(entry.mtime) ? kTimeExtraBytes : 0) + (entry.aes ? kAesExtraBytes : 0);
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::uint32_t clamp32(std::uint64_t value) {
  return value >= kMax32 ? kMax32 : static_cast<std::uint32_t>(value);
}

}  // namespace

std::size_t local_header_bytes(const Entry& entry, bool zip64) {
  return kLocalBytes + entry.name.size() + shared_extra_bytes(entry) +
         (zip64 ? kLocalZip64ExtraBytes : 0);
}

void write_local_header(MutableBytes out, const Entry& entry, bool zip64) {
  const bool later = (entry.flags & kFlagDescriptor) != 0;
  const std::uint64_t compressed = later ? 0 : entry.compressed_bytes;
  const std::uint64_t uncompressed = later ? 0 : entry.uncompressed_bytes;
  const DosTime dos = to_dos_time(entry.mtime.tv_sec);
  const std::size_t extra_bytes = shared_extra_bytes(entry) + (zip64 ? kLocalZip64ExtraBytes : 0);

  FieldWriter fields(out);
  fields.u32(kLocalSignature).u16(version_needed(entry, zip64)).u16(entry.flags);
  fields.u16(stored_method(entry)).u16(dos.time).u16(dos.date).u32(later ? 0 : entry.crc);
  fields.u32(zip64 ? kMax32 : narrow<std::uint32_t>(compressed));
  fields.u32(zip64 ? kMax32 : narrow<std::uint32_t>(uncompressed));
  fields.u16(narrow<std::uint16_t>(entry.name.size())).u16(narrow<std::uint16_t>(extra_bytes));
  fields.text(entry.name);
  if (zip64) fields.u16(kExtraZip64).u16(16).u64(uncompressed).u64(compressed);
  put_time_extra(fields, entry);
  put_aes_extra(fields, entry);
}

void append_central_record(std::vector<std::byte>& out, const Entry& entry) {
  const bool big_size = entry.uncompressed_bytes >= kMax32;
  const bool big_packed = entry.compressed_bytes >= kMax32;
  const bool big_offset = entry.local_offset >= kMax32;
  const std::size_t zip64_values = std::size_t{big_size} + big_packed + big_offset;
  const std::size_t zip64_bytes = zip64_values == 0 ? 0 : kExtraHeaderBytes + 8 * zip64_values;
  const bool ntfs = needs_ntfs_time(entry.mtime);
  const std::size_t extra_bytes =
      zip64_bytes + (ntfs ? kNtfsExtraBytes : 0) + shared_extra_bytes(entry);
  const DosTime dos = to_dos_time(entry.mtime.tv_sec);

  const std::size_t start = out.size();
  out.resize(start + kCentralBytes + entry.name.size() + extra_bytes);
  FieldWriter fields(MutableBytes(out).subspan(start));
  fields.u32(kCentralSignature).u16(entry.made_by | kVersionZstd);
  fields.u16(version_needed(entry, zip64_values != 0)).u16(entry.flags).u16(stored_method(entry));
  fields.u16(dos.time).u16(dos.date).u32(entry.crc);
  fields.u32(clamp32(entry.compressed_bytes)).u32(clamp32(entry.uncompressed_bytes));
  fields.u16(narrow<std::uint16_t>(entry.name.size())).u16(narrow<std::uint16_t>(extra_bytes));
  fields.u16(0).u16(0).u16(0);  // comment, disk, internal attributes
  fields.u32(entry.external_attributes).u32(clamp32(entry.local_offset)).text(entry.name);
  if (zip64_values != 0) {
    fields.u16(kExtraZip64).u16(narrow<std::uint16_t>(8 * zip64_values));
    if (big_size) fields.u64(entry.uncompressed_bytes);
    if (big_packed) fields.u64(entry.compressed_bytes);
    if (big_offset) fields.u64(entry.local_offset);
  }
  if (ntfs) put_ntfs_extra(fields, entry.mtime);
  put_time_extra(fields, entry);
  put_aes_extra(fields, entry);
}

void append_descriptor(std::vector<std::byte>& out, const Entry& entry, bool zip64) {
  append_le<std::uint32_t>(out, kDescriptorSignature);
  append_le<std::uint32_t>(out, entry.crc);
  if (zip64) {
    append_le<std::uint64_t>(out, entry.compressed_bytes);
    append_le<std::uint64_t>(out, entry.uncompressed_bytes);
  } else {
    append_le<std::uint32_t>(out, narrow<std::uint32_t>(entry.compressed_bytes));
    append_le<std::uint32_t>(out, narrow<std::uint32_t>(entry.uncompressed_bytes));
  }
}

void append_end_records(std::vector<std::byte>& out, const DirectoryExtent& directory,
                        std::string_view comment) {
  const bool zip64 =
      directory.entries >= kMax16 || directory.offset >= kMax32 || directory.bytes >= kMax32;
  const std::size_t start = out.size();
  out.resize(start + (zip64 ? kZip64EndBytes + kZip64LocatorBytes : 0) + kEndBytes +
             comment.size());
  FieldWriter fields(MutableBytes(out).subspan(start));
  if (zip64) {
    fields.u32(kZip64EndSignature).u64(kZip64EndBytes - 12);
    fields.u16(kMadeByUnix | kVersionZstd).u16(kVersionZip64).u32(0).u32(0);
    fields.u64(directory.entries).u64(directory.entries);
    fields.u64(directory.bytes).u64(directory.offset);
    fields.u32(kZip64LocatorSignature).u32(0).u64(directory.offset + directory.bytes).u32(1);
  }
  const auto entries =
      static_cast<std::uint16_t>(std::min<std::uint64_t>(directory.entries, kMax16));
  fields.u32(kEndSignature).u16(0).u16(0).u16(entries).u16(entries);
  fields.u32(clamp32(directory.bytes)).u32(clamp32(directory.offset));
  fields.u16(narrow<std::uint16_t>(comment.size())).text(comment);
}

void set_name(Entry& entry, std::string name) {
  entry.name = std::move(name);
  entry.utf8 = !is_ascii(entry.name) && is_utf8(entry.name);
  if (entry.utf8) entry.flags |= kFlagUtf8;
}

}  // namespace penstock::zip
