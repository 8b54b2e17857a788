#include "archive/local_header.h"

#include <algorithm>
#include <string>
#include <vector>

#include "archive/extra_fields.h"

namespace penstock::zip {
namespace {

// How hard deflate tried (APPNOTE 4.4.4); the only flags that may differ.
constexpr std::uint16_t kEffortFlags = 3U << 1;
constexpr std::uint64_t kUsualExtraBytes = 256;

struct Local {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t uncompressed_bytes = 0;
};

Status differs(std::string_view what, const Judge& judge) {
  return judge.object(Code::kCorrupt,
                      "local header and central directory disagree about the " + std::string(what));
}

Status apply_zip64(const ExtraFields& fields, Local& local) {
  const bool wide = local.compressed_bytes == kMax32 || local.uncompressed_bytes == kMax32;
  if (!wide || !fields.zip64) return {};
  if (fields.zip64->size() < 16)
    return fail(Code::kCorrupt, "the local ZIP64 extra field is too short");
  if (local.uncompressed_bytes == kMax32)
    local.uncompressed_bytes = load_le<std::uint64_t>(*fields.zip64, 0);
  if (local.compressed_bytes == kMax32)
    local.compressed_bytes = load_le<std::uint64_t>(*fields.zip64, 8);
  return {};
}

Status check_method(const Local& local, const ExtraFields& fields, const Entry& entry,
                    const Judge& judge) {
  if (local.method != (entry.aes ? kMethodAes : entry.method)) return differs("method", judge);
  if (!entry.aes) return {};
  if (!fields.aes) return differs("encryption", judge);
  PENSTOCK_TRY(const AesField aes, parse_aes(*fields.aes));
  if (aes.info.version != entry.aes->version || aes.info.strength != entry.aes->strength ||
      aes.method != entry.method)
    return differs("encryption", judge);
  return {};
}

// With a descriptor the local values may be left empty, but not be others.
Status check_values(const Local& local, const Entry& entry, const Judge& judge) {
  const bool later = (entry.flags & kFlagDescriptor) != 0;
  const auto same = [later](std::uint64_t here, std::uint64_t there) {
    return here == there || (later && (here == 0 || here == kMax32));
  };
  if (local.crc != entry.crc && !(later && local.crc == 0)) PENSTOCK_CHECK(differs("CRC", judge));
  if (!same(local.uncompressed_bytes, entry.uncompressed_bytes))
    PENSTOCK_CHECK(differs("uncompressed size", judge));
  if (!same(local.compressed_bytes, entry.compressed_bytes))
    PENSTOCK_CHECK(differs("compressed size", judge));
  return {};
}

bool describes(Bytes fields, std::size_t size_bytes, const Entry& entry) {
  const auto size_at = [&](std::size_t at) {
    return size_bytes == 8 ? load_le<std::uint64_t>(fields, at)
                           : load_le<std::uint32_t>(fields, at);
  };
  if (fields.size() < 4 + 2 * size_bytes) return false;
  return load_le<std::uint32_t>(fields, 0) == entry.crc && size_at(4) == entry.compressed_bytes &&
         size_at(4 + size_bytes) == entry.uncompressed_bytes;
}

}  // namespace

Result<std::size_t> local_header_size(Bytes fixed) {
  if (fixed.size() < kLocalBytes || load_le<std::uint32_t>(fixed, 0) != kLocalSignature)
    return fail(Code::kCorrupt, "there is no local header where the central directory says");
  return kLocalBytes + load_le<std::uint16_t>(fixed, 26) + load_le<std::uint16_t>(fixed, 28);
}

Status check_local_header(Bytes header, const Entry& entry, const Judge& judge) {
  PENSTOCK_TRY(const std::size_t bytes, local_header_size(header));
  if (bytes > header.size()) return fail(Code::kCorrupt, "the local header is cut short");
  Local local{load_le<std::uint16_t>(header, 6), load_le<std::uint16_t>(header, 8),
              load_le<std::uint32_t>(header, 14), load_le<std::uint32_t>(header, 18),
              load_le<std::uint32_t>(header, 22)};
  const std::size_t name_bytes = load_le<std::uint16_t>(header, 26);
  if (as_text(header.subspan(kLocalBytes, name_bytes)) != entry.name)
    PENSTOCK_CHECK(differs("name", judge));
  if (((local.flags ^ entry.flags) & ~kEffortFlags) != 0) PENSTOCK_CHECK(differs("flags", judge));
  const std::size_t extra_at = kLocalBytes + name_bytes;
  PENSTOCK_TRY(const ExtraFields fields, parse_extra(header.subspan(extra_at, bytes - extra_at)));
  PENSTOCK_CHECK(check_method(local, fields, entry, judge));
  PENSTOCK_CHECK(apply_zip64(fields, local));
  return check_values(local, entry, judge);
}

Result<std::size_t> descriptor_size(Bytes after_data, const Entry& entry, const Judge& judge) {
  if ((entry.flags & kFlagDescriptor) == 0) return std::size_t{0};
  for (const std::size_t signature_bytes : {std::size_t{4}, std::size_t{0}}) {
    if (after_data.size() < signature_bytes) continue;
    if (signature_bytes == 4 && load_le<std::uint32_t>(after_data, 0) != kDescriptorSignature)
      continue;
    for (const std::size_t size_bytes : {std::size_t{8}, std::size_t{4}})
      if (describes(after_data.subspan(signature_bytes), size_bytes, entry))
        return signature_bytes + 4 + 2 * size_bytes;
  }
  PENSTOCK_CHECK(judge.object(Code::kCorrupt,
                              "the descriptor behind its data and the central directory disagree"));
  return std::size_t{0};
}

std::uint64_t likely_end(const Entry& entry) {
  return entry.local_offset + kLocalBytes + entry.name.size() + kUsualExtraBytes +
         entry.compressed_bytes + kLongestDescriptorBytes;
}

Result<std::uint64_t> find_data(const ByteSource& source, const Entry& entry, const Judge& judge) {
  std::vector<std::byte> header(kLocalBytes);
  PENSTOCK_CHECK(source.read_at(entry.local_offset, header));
  PENSTOCK_TRY(const std::size_t bytes, local_header_size(header));
  header.resize(bytes);
  PENSTOCK_CHECK(source.read_at(entry.local_offset, header));
  PENSTOCK_CHECK(check_local_header(header, entry, judge));
  return entry.local_offset + bytes;
}

}  // namespace penstock::zip
