#include "archive/extra_fields.h"

#include <algorithm>
#include <string>

#include "base/narrow.h"
#include "codec/crc32.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kFieldHeadBytes = 4;
constexpr std::size_t kAesFieldBytes = 7;

Status keep_once(std::optional<Bytes>& slot, Bytes data, std::string_view what) {
  if (slot) return corrupt("there are two " + std::string(what) + " extra fields");
  slot = data;
  return {};
}

Status keep(ExtraFields& fields, std::uint16_t id, Bytes data) {
  switch (id) {
    case kExtraZip64:
      return keep_once(fields.zip64, data, "ZIP64");
    case kExtraAes:
      return keep_once(fields.aes, data, "AES");
    case kExtraUnicodePath:
      return keep_once(fields.unicode_path, data, "Unicode path");
    case kExtraTime:
      fields.time = data;
      return {};
    case kExtraNtfs:
      fields.ntfs = data;
      return {};
    default:
      return {};
  }
}

bool is_zero(std::byte byte) { return byte == std::byte{0}; }

}  // namespace

Result<ExtraFields> parse_extra(Bytes extra) {
  ExtraFields fields;
  while (extra.size() >= kFieldHeadBytes) {
    const auto id = load_le<std::uint16_t>(extra, 0);
    const std::size_t bytes = load_le<std::uint16_t>(extra, 2);
    if (bytes > extra.size() - kFieldHeadBytes) return corrupt("the extra fields do not add up");
    PENSTOCK_CHECK(keep(fields, id, extra.subspan(kFieldHeadBytes, bytes)));
    extra = extra.subspan(kFieldHeadBytes + bytes);
  }
  // Tools that align entries' data leave one to three zeros.
  if (!std::all_of(extra.begin(), extra.end(), is_zero))
    return corrupt("the extra fields do not add up");
  return fields;
}

std::optional<std::string_view> parse_unicode_path(Bytes field, std::string_view name) {
  constexpr std::size_t kHeadBytes = 5;  // version, CRC of the header's name
  if (field.size() < kHeadBytes || field[0] != std::byte{1}) return std::nullopt;
  if (load_le<std::uint32_t>(field, 1) != crc32(0, as_bytes(name))) return std::nullopt;
  return as_text(field.subspan(kHeadBytes));
}

Result<AesField> parse_aes(Bytes field) {
  if (field.size() != kAesFieldBytes || as_text(field.subspan(2, 2)) != "AE")
    return corrupt("the AES extra field is malformed");
  const auto version = load_le<std::uint16_t>(field, 0);
  const auto strength = load_le<std::uint8_t>(field, 4);
  if (version < 1 || version > 2)
    return fail(Code::kUnsupported, "AES encryption of version " + std::to_string(version));
  if (strength < 1 || strength > 3) return corrupt("the AES extra field names no known strength");
  AesField result;
  result.info = {version, static_cast<AesStrength>(strength)};
  result.method = load_le<std::uint16_t>(field, 5);
  if (result.method == kMethodAes) return corrupt("the AES extra field names no method");
  return result;
}

std::optional<timespec> parse_unix_time(Bytes field) {
  constexpr std::size_t kTimeBytes = 5;
  if (field.size() < kTimeBytes || (load_le<std::uint8_t>(field, 0) & 1U) == 0) return std::nullopt;
  const auto seconds = static_cast<std::int32_t>(load_le<std::uint32_t>(field, 1));
  return timespec{seconds, 0};
}

std::optional<timespec> parse_ntfs_time(Bytes field) {
  constexpr std::size_t kReservedBytes = 4;
  constexpr std::uint64_t kTicksPerSecond = 10'000'000;    // of 100 ns
  constexpr std::int64_t kSecondsTo1970 = 11'644'473'600;  // from 1601
  if (field.size() < kReservedBytes) return std::nullopt;
  field = field.subspan(kReservedBytes);
  while (field.size() >= kFieldHeadBytes) {
    const auto tag = load_le<std::uint16_t>(field, 0);
    const std::size_t bytes = load_le<std::uint16_t>(field, 2);
    if (bytes > field.size() - kFieldHeadBytes) return std::nullopt;
    if (tag == 1 && bytes >= 8) {
      const auto ticks = load_le<std::uint64_t>(field, kFieldHeadBytes);
      return timespec{narrow<std::int64_t>(ticks / kTicksPerSecond) - kSecondsTo1970,
                      narrow<long>(ticks % kTicksPerSecond * 100)};
    }
    field = field.subspan(kFieldHeadBytes + bytes);
  }
  return std::nullopt;
}

}  // namespace penstock::zip
