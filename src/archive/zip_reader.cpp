#include "archive/zip_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <sys/stat.h>

#include "archive/extra_fields.h"
#include "archive/name_check.h"
#include "archive/winzip_aes.h"

namespace penstock::zip {
namespace {

// Holds several of the largest possible headers (46 + 3 * 65535 bytes).
constexpr std::size_t kWindowBytes = std::size_t{512} << 10;

// The fixed part of a central header.
struct Fixed {
  std::size_t name_bytes = 0;
  std::size_t extra_bytes = 0;
  std::size_t comment_bytes = 0;
  std::uint16_t disk = 0;
  DosTime time;

  std::size_t total() const { return kCentralBytes + name_bytes + extra_bytes + comment_bytes; }
};

Fixed parse_fixed(Bytes header, Entry& entry) {
  entry.made_by = load_le<std::uint16_t>(header, 4);
  entry.flags = load_le<std::uint16_t>(header, 8);
  entry.utf8 = (entry.flags & kFlagUtf8) != 0;
  entry.method = load_le<std::uint16_t>(header, 10);
  entry.crc = load_le<std::uint32_t>(header, 16);
  entry.compressed_bytes = load_le<std::uint32_t>(header, 20);
  entry.uncompressed_bytes = load_le<std::uint32_t>(header, 24);
  entry.external_attributes = load_le<std::uint32_t>(header, 38);
  entry.local_offset = load_le<std::uint32_t>(header, 42);
  entry.aes.reset();
  return {load_le<std::uint16_t>(header, 28),
          load_le<std::uint16_t>(header, 30),
          load_le<std::uint16_t>(header, 32),
          load_le<std::uint16_t>(header, 34),
          {load_le<std::uint16_t>(header, 12), load_le<std::uint16_t>(header, 14)}};
}

// The ZIP64 field holds, in this order, what did not fit in the header; some writers put all of it
// there anyway, which is fine as long as both places agree.
Status apply_zip64(const std::optional<Bytes>& field, Entry& entry) {
  const bool wide_size = entry.uncompressed_bytes == kMax32;
  const bool wide_compressed = entry.compressed_bytes == kMax32;
  const bool wide_offset = entry.local_offset == kMax32;
  if (!field) return {};  // without the field all ones are a number like any other
  const std::size_t needed = 8U * (std::size_t{wide_size} + wide_compressed + wide_offset);
  const bool exact = field->size() == needed || field->size() == needed + 4;
  std::size_t at = 0;
  const auto take = [&](std::uint64_t& value, bool wide) -> Status {
    if ((exact && !wide) || at + 8 > field->size())
      return wide ? corrupt("the ZIP64 extra field is too short") : Status{};
    const auto stored = load_le<std::uint64_t>(*field, at);
    at += 8;
    if (!wide && stored != value) return corrupt("header and ZIP64 extra field disagree");
    value = stored;
    return {};
  };
  PENSTOCK_CHECK(take(entry.uncompressed_bytes, wide_size));
  PENSTOCK_CHECK(take(entry.compressed_bytes, wide_compressed));
  PENSTOCK_CHECK(take(entry.local_offset, wide_offset));
  if (field->size() - at >= 4 && load_le<std::uint32_t>(*field, at) != 0)
    return fail(Code::kUnsupported, "the archive is split over several files");
  return {};
}

Status apply_aes(const std::optional<Bytes>& field, Entry& entry, const Judge& judge) {
  if (entry.method != kMethodAes) {
    if (field) return corrupt("an AES extra field without the AES method");
    return {};
  }
  if (!field) return corrupt("the AES method without its extra field");
  PENSTOCK_TRY(const AesField aes, parse_aes(*field));
  if ((entry.flags & kFlagEncrypted) == 0)
    return corrupt("the AES method without the encryption flag");
  entry.aes = aes.info;
  entry.method = aes.method;
  if (entry.compressed_bytes < overhead_bytes(aes.info.strength))
    return corrupt("too short to be encrypted with AES");
  if (aes.info.version == 2 && entry.crc != 0) {
    PENSTOCK_CHECK(judge.object(Code::kCorrupt, "an AE-2 entry with a CRC"));
    entry.crc = 0;
  }
  return {};
}

void apply_time(const ExtraFields& fields, DosTime dos, Entry& entry) {
  // NTFS has the fraction of the second, so it comes before UT.
  auto time = fields.ntfs ? parse_ntfs_time(*fields.ntfs) : std::nullopt;
  if (!time && fields.time) time = parse_unix_time(*fields.time);
  entry.mtime = time.value_or(timespec{from_dos_time(dos), 0});
}

Status check_kind(const Entry& entry, const Judge& judge) {
  const mode_t mode = entry.unix_mode();
  const bool says_directory = S_ISDIR(mode);
  if ((mode & S_IFMT) != 0 && says_directory != entry.is_directory())
    PENSTOCK_CHECK(judge.object(Code::kCorrupt,
                                says_directory ? "a directory by its mode, but not by its name"
                                               : "a directory by its name, but not by its mode"));
  const std::uint64_t most = 2 + (entry.aes ? overhead_bytes(entry.aes->strength) : 0);
  if (entry.is_directory() && (entry.uncompressed_bytes != 0 || entry.compressed_bytes > most))
    return corrupt("a directory with content");
  return {};
}

Status check_sizes(const Entry& entry) {
  const std::uint64_t overhead = entry.aes ? overhead_bytes(entry.aes->strength) : 0;
  const bool zip_crypto = (entry.flags & kFlagEncrypted) != 0 && !entry.aes;
  if (entry.method == kMethodStore && !zip_crypto &&
      entry.compressed_bytes - overhead != entry.uncompressed_bytes)
    return corrupt("stored, but its two sizes differ");
  return {};
}

// Other tools take the name of this field: two names would be two meanings of one archive.
Status check_unicode_path(const ExtraFields& fields, const Entry& entry, const Judge& judge) {
  if (!fields.unicode_path) return {};
  const auto name = parse_unicode_path(*fields.unicode_path, entry.name);
  if (!name || *name == entry.name) return {};
  return judge.object(Code::kUnsafe,
                      "its Unicode path field gives it another name: " + shown_name(*name));
}

Status parse_rest(Bytes header, const Fixed& fixed, const Directory& directory, const Judge& judge,
                  Entry& entry) {
  PENSTOCK_TRY(const ExtraFields fields,
               parse_extra(header.subspan(kCentralBytes + fixed.name_bytes, fixed.extra_bytes)));
  if (fixed.disk != 0 && !(fixed.disk == kMax16 && fields.zip64))
    return fail(Code::kUnsupported, "the archive is split over several files");
  PENSTOCK_CHECK(check_unicode_path(fields, entry, judge));
  PENSTOCK_CHECK(apply_zip64(fields.zip64, entry));
  PENSTOCK_CHECK(apply_aes(fields.aes, entry, judge));
  PENSTOCK_CHECK(check_kind(entry, judge));
  PENSTOCK_CHECK(check_sizes(entry));
  apply_time(fields, fixed.time, entry);
  const std::uint64_t room =
      directory.offset - directory.prefix;  // what may lie before the directory
  if (entry.local_offset > room || entry.compressed_bytes > room - entry.local_offset)
    return corrupt("its data reaches beyond the archive's data");
  entry.local_offset += directory.prefix;
  return {};
}

}  // namespace

EntryKind kind_of(const Entry& entry) {
  if (entry.is_directory()) return EntryKind::kDirectory;
  switch (entry.unix_mode() & S_IFMT) {
    case 0:
    case S_IFDIR:  // let pass by a lenient judge: the name decides
    case S_IFREG:
      return EntryKind::kFile;
    case S_IFLNK:
      return EntryKind::kSymlink;
    case S_IFIFO:
    case S_IFSOCK:  // Info-ZIP keeps the mode of what it read its standard input from
      return entry.uncompressed_bytes > 0 ? EntryKind::kFile : EntryKind::kSpecial;
    default:
      return EntryKind::kSpecial;
  }
}

std::string method_name(std::uint16_t method) {
  switch (method) {
    case kMethodStore:
      return "store";
    case 1:
      return "shrink";
    case 6:
      return "implode";
    case kMethodDeflate:
      return "deflate";
    case 9:
      return "deflate64";
    case 12:
      return "bzip2";
    case 14:
      return "lzma";
    case 20:
      return "zstd (old number 20)";
    case kMethodZstd:
      return "zstd";
    case 94:
      return "mp3";
    case 95:
      return "xz";
    case 96:
      return "jpeg";
    case 97:
      return "wavpack";
    case 98:
      return "ppmd";
    default:
      return "method " + std::to_string(method);
  }
}

std::string encryption_name(const Entry& entry) {
  if (entry.aes) return "AES-" + std::to_string(8 * key_bytes(entry.aes->strength));
  if ((entry.flags & (kFlagStrongEncryption | kFlagMaskedHeaders)) != 0) return "PKWARE strong";
  return (entry.flags & kFlagEncrypted) != 0 ? "ZipCrypto" : "";
}

Status check_supported(const Entry& entry) {
  if ((entry.flags & (kFlagStrongEncryption | kFlagMaskedHeaders)) != 0)
    return fail(Code::kUnsupported, "PKWARE strong encryption is not supported");
  if ((entry.flags & kFlagEncrypted) != 0 && !entry.aes)
    return fail(Code::kUnsupported,
                "ZipCrypto encryption is not supported (it is broken; 7-Zip reads it)");
  if ((entry.flags & kFlagPatch) != 0)
    return fail(Code::kUnsupported, "patch data is not supported");
  if (entry.method != kMethodStore && entry.method != kMethodDeflate && entry.method != kMethodZstd)
    return fail(Code::kUnsupported,
                "compression \"" + method_name(entry.method) + "\" is not supported");
  return {};
}

Error in_entry(const Entry& entry, Error error) {
  return std::move(error).within("entry " + shown_name(entry.name));
}

CentralCursor::CentralCursor(const ByteSource& source, const Directory& directory, Judge judge)
    : source_(source), directory_(directory), judge_(judge), offset_(directory.offset) {}

Result<Bytes> CentralCursor::view(std::uint64_t offset, std::size_t bytes) {
  if (bytes > directory_.end() - offset)
    return corrupt("record " + std::to_string(given_ + 1) +
                   " of the central directory reaches beyond its end");
  if (offset < window_offset_ || offset + bytes > window_offset_ + window_.size()) {
    window_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kWindowBytes, directory_.end() - offset)));
    window_offset_ = offset;
    PENSTOCK_CHECK(source_.read_at(offset, window_));
  }
  return Bytes(window_).subspan(static_cast<std::size_t>(offset - window_offset_), bytes);
}

Status CentralCursor::check_end() const {
  if (offset_ != directory_.end())
    return judge_.object(Code::kCorrupt, "the central directory has more in it than the declared " +
                                             std::to_string(directory_.entries) + " entries");
  return {};
}

Result<bool> CentralCursor::next(Entry& entry) {
  if (given_ == directory_.entries) {
    PENSTOCK_CHECK(check_end());
    return false;
  }
  PENSTOCK_TRY(const Bytes head, view(offset_, kCentralBytes));
  if (load_le<std::uint32_t>(head, 0) != kCentralSignature)
    return corrupt("record " + std::to_string(given_ + 1) +
                   " of the central directory does not begin as one must");
  const Fixed fixed = parse_fixed(head, entry);
  PENSTOCK_TRY(const Bytes header, view(offset_, fixed.total()));
  entry.name.assign(as_text(header.subspan(kCentralBytes, fixed.name_bytes)));
  if (auto rest = parse_rest(header, fixed, directory_, judge_.about(entry.name), entry); !rest)
    return fail(in_entry(entry, std::move(rest).error()));
  offset_ += fixed.total();
  ++given_;
  return true;
}

}  // namespace penstock::zip
