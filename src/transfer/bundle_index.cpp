#include "transfer/bundle_index.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "archive/name_check.h"
#include "archive/zip_format.h"
#include "base/hex.h"
#include "base/narrow.h"

namespace penstock {
namespace {

constexpr std::string_view kMagic = "PNSTKBND";
constexpr std::uint32_t kIndexVersion = 1;
constexpr std::size_t kHeadBytes = 64;
constexpr std::size_t kOriginBytes = 24;
constexpr std::size_t kFileBytes = 76;
constexpr std::size_t kGroupBytes = kOriginBytes + 4;
constexpr std::size_t kDigestBytes = 32;
constexpr std::uint16_t kModeBits = 07777;
constexpr std::uint32_t kNanoseconds = 1'000'000'000;
constexpr std::uint32_t kMostTargetBytes = 4095;
constexpr std::size_t kMostNameBytes = 4096;

// Where the fields of a head and of a file lie in it.
namespace head {
constexpr std::size_t kVersion = 8;
constexpr std::size_t kFiles = 12;
constexpr std::size_t kOrigins = 16;
constexpr std::size_t kGroups = 20;
constexpr std::size_t kOrder = 24;
constexpr std::size_t kId = 32;
constexpr std::size_t kBegin = 48;
constexpr std::size_t kBundleBytes = 56;
}  // namespace head
namespace field {
constexpr std::size_t kBegin = 0;
constexpr std::size_t kBytes = 4;
constexpr std::size_t kCrc = 8;
constexpr std::size_t kNanos = 12;
constexpr std::size_t kSeconds = 16;
constexpr std::size_t kMode = 24;
constexpr std::size_t kKind = 26;
constexpr std::size_t kOrigin = 28;
constexpr std::size_t kNumber = 32;
constexpr std::size_t kNameBytes = 36;
constexpr std::size_t kReserved = 38;
constexpr std::size_t kSha256 = 44;
}  // namespace field

Failure damaged(const std::string& what) {
  return fail(Code::kCorrupt, "the index is damaged: " + what);
}

using Origin = std::pair<std::uint64_t, BundleId>;

Origin origin_of(const BundledVersion& version) { return {version.order, version.bundle}; }

void append_origin(std::vector<std::byte>& out, const Origin& origin) {
  append_le<std::uint64_t>(out, origin.first);
  append(out, origin.second);
}

Origin read_origin(Bytes index, std::size_t at) {
  Origin origin{load_le<std::uint64_t>(index, at), {}};
  std::ranges::copy(index.subspan(at + 8, origin.second.size()), origin.second.begin());
  return origin;
}

// Of all files but those the bundle was made for; numbered from 1.
std::map<Origin, std::uint32_t> origins_of(std::span<const BundledFile> files,
                                           const BundleName& name) {
  std::map<Origin, std::uint32_t> origins;
  for (const BundledFile& file : files)
    if (file.version.bundle != name.id) origins.emplace(origin_of(file.version), 0);
  std::uint32_t number = 0;
  for (auto& [origin, given] : origins) given = ++number;
  return origins;
}

void append_file(std::vector<std::byte>& out, const BundledFile& file, std::uint32_t origin) {
  append_le<std::uint32_t>(out, file.begin);
  append_le<std::uint32_t>(out, file.bytes);
  append_le<std::uint32_t>(out, file.crc);
  append_le<std::uint32_t>(out, narrow<std::uint32_t>(file.mtime.tv_nsec));
  append_le<std::uint64_t>(out, static_cast<std::uint64_t>(std::int64_t{file.mtime.tv_sec}));
  append_le<std::uint16_t>(out, file.mode);
  append_le<std::uint16_t>(out, file.is_symlink ? 1 : 0);
  append_le<std::uint32_t>(out, origin);
  append_le<std::uint32_t>(out, file.version.number);
  append_le<std::uint16_t>(out, narrow<std::uint16_t>(file.name.size()));
  out.resize(out.size() + field::kSha256 - field::kReserved);
  append(out, file.sha256);
}

// A group of numbers for each bundle that made removed versions. How many groups.
std::uint32_t append_removed(std::vector<std::byte>& out, std::span<const BundledVersion> removed) {
  std::uint32_t groups = 0;
  for (std::size_t at = 0; at < removed.size(); ++groups) {
    const Origin origin = origin_of(removed[at]);
    std::size_t end = at;
    while (end < removed.size() && origin_of(removed[end]) == origin) ++end;
    append_origin(out, origin);
    append_le<std::uint32_t>(out, narrow<std::uint32_t>(end - at));
    for (; at < end; ++at) append_le<std::uint32_t>(out, removed[at].number);
  }
  return groups;
}

bool read_hex(std::string_view digits, std::uint64_t& value) {
  const bool plain = std::ranges::all_of(
      digits, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return plain &&
         std::from_chars(digits.data(), digits.data() + digits.size(), value, 16).ec == std::errc();
}

std::string hex_number(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15U];
  return text;
}

}  // namespace

std::string BundleName::text() const {
  return hex_number(order, 16) + "-" + hex(id) + "-" + hex_number(index_begin, 8) + "-" +
         hex_number(index_bytes, 8) + ".zip";
}

std::optional<BundleName> BundleName::parse(std::string_view text) {
  constexpr std::size_t kLength = 16 + 1 + 32 + 1 + 8 + 1 + 8 + 4;
  if (text.size() != kLength || text[16] != '-' || text[49] != '-' || text[58] != '-' ||
      !text.ends_with(".zip"))
    return std::nullopt;
  BundleName name;
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
  if (!read_hex(text.substr(0, 16), name.order) || !from_hex(text.substr(17, 32), name.id) ||
      !read_hex(text.substr(50, 8), begin) || !read_hex(text.substr(59, 8), bytes))
    return std::nullopt;
  name.index_begin = narrow<std::uint32_t>(begin);
  name.index_bytes = narrow<std::uint32_t>(bytes);
  const bool possible = name.order < kMostBundleOrder && begin <= kMostBundleBytes &&
                        bytes <= kMostIndexBytes && name.text() == text;
  return possible ? std::optional(name) : std::nullopt;
}

std::size_t bundle_index_bytes(const BundleName& name, std::span<const BundledFile> files,
                               std::span<const BundledVersion> removed) {
  std::size_t bytes = kHeadBytes + kDigestBytes + kFileBytes * files.size();
  bytes += kOriginBytes * origins_of(files, name).size();
  for (const BundledFile& file : files) bytes += file.name.size();
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const bool is_new = i == 0 || origin_of(removed[i - 1]) != origin_of(removed[i]);
    bytes += sizeof(std::uint32_t) + (is_new ? kGroupBytes : 0);
  }
  return bytes;
}

std::vector<std::byte> encode_bundle_index(const BundleName& name, std::uint64_t bundle_bytes,
                                           std::span<const BundledFile> files,
                                           std::span<const BundledVersion> removed) {
  const auto origins = origins_of(files, name);
  std::vector<std::byte> groups;
  const std::uint32_t group_count = append_removed(groups, removed);
  std::vector<std::byte> out;
  out.reserve(bundle_index_bytes(name, files, removed));
  append(out, as_bytes(kMagic));
  append_le<std::uint32_t>(out, kIndexVersion);
  append_le<std::uint32_t>(out, narrow<std::uint32_t>(files.size()));
  append_le<std::uint32_t>(out, narrow<std::uint32_t>(origins.size()));
  append_le<std::uint32_t>(out, group_count);
  append_le<std::uint64_t>(out, name.order);
  append(out, name.id);
  append_le<std::uint64_t>(out, name.index_begin);
  append_le<std::uint64_t>(out, bundle_bytes);
  for (const auto& [origin, number] : origins) append_origin(out, origin);
  for (const BundledFile& file : files) {
    const auto origin = origins.find(origin_of(file.version));
    append_file(out, file, origin == origins.end() ? 0 : origin->second);
  }
  for (const BundledFile& file : files) append(out, as_bytes(file.name));
  append(out, groups);
  const auto digest = sha256(out);
  append(out, digest ? *digest : Sha256Digest{});  // without SHA-256 no push comes this far
  return out;
}

std::size_t BundleIndexReader::origin_at(std::uint32_t origin) const {
  return kHeadBytes + kOriginBytes * (std::size_t{origin} - 1);
}

std::size_t BundleIndexReader::file_at(std::uint32_t file) const {
  return kHeadBytes + kOriginBytes * std::size_t{origins_} + kFileBytes * std::size_t{file};
}

Result<BundleIndexReader> BundleIndexReader::open(Bytes index, const BundleName& name,
                                                  std::uint64_t bundle_bytes) {
  BundleIndexReader reader(index, name);
  PENSTOCK_CHECK(reader.check_head(bundle_bytes));
  PENSTOCK_CHECK(reader.check_files());
  PENSTOCK_CHECK(reader.check_removed());
  return reader;
}

Status BundleIndexReader::check_head(std::uint64_t bundle_bytes) {
  if (index_.size() != name_.index_bytes || index_.size() < kHeadBytes + kDigestBytes)
    return damaged("its length");
  if (as_text(index_.first(kMagic.size())) != kMagic) return damaged("it begins with other bytes");
  if (load_le<std::uint32_t>(index_, head::kVersion) != kIndexVersion)
    return fail(Code::kUnsupported, "the index was written by a later version of penstock");
  const std::size_t content_bytes = index_.size() - kDigestBytes;
  PENSTOCK_TRY(const Sha256Digest digest, sha256(index_.first(content_bytes)));
  if (!std::ranges::equal(digest, index_.subspan(content_bytes))) return damaged("its checksum");
  const Origin own = read_origin(index_, head::kOrder);
  if (own != Origin(name_.order, name_.id) ||
      load_le<std::uint64_t>(index_, head::kBegin) != name_.index_begin ||
      load_le<std::uint64_t>(index_, head::kBundleBytes) != bundle_bytes ||
      bundle_bytes > kMostBundleBytes ||
      std::uint64_t{name_.index_begin} + name_.index_bytes > bundle_bytes)
    return damaged("it belongs to another bundle");
  files_ = load_le<std::uint32_t>(index_, head::kFiles);
  origins_ = load_le<std::uint32_t>(index_, head::kOrigins);
  groups_ = load_le<std::uint32_t>(index_, head::kGroups);
  if (files_ > kMostBundleFiles || origins_ > files_) return damaged("its counts");
  names_begin_ = file_at(files_);
  if (names_begin_ > content_bytes) return damaged("its counts");
  return {};
}

Result<BundledVersion> BundleIndexReader::version_at(std::size_t at, std::uint32_t file) const {
  const auto origin = load_le<std::uint32_t>(index_, at + field::kOrigin);
  const auto number = load_le<std::uint32_t>(index_, at + field::kNumber);
  if (origin == 0) {
    if (number != file) return damaged("the number of a file");
    return BundledVersion{name_.order, name_.id, number};
  }
  if (origin > origins_) return damaged("the origin of a file");
  const Origin from = read_origin(index_, origin_at(origin));
  return BundledVersion{from.first, from.second, number};
}

Status BundleIndexReader::for_each_file(
    const std::function<Status(const BundledFile&)>& use) const {
  BundledFile file;
  std::size_t name_at = names_begin_;
  for (std::uint32_t i = 0; i < files_; ++i) {
    const std::size_t at = file_at(i);
    const std::size_t name_bytes = load_le<std::uint16_t>(index_, at + field::kNameBytes);
    if (name_bytes > index_.size() - kDigestBytes - name_at) return damaged("the names");
    file.name.assign(as_text(index_.subspan(name_at, name_bytes)));
    name_at += name_bytes;
    PENSTOCK_TRY(file.version, version_at(at, i));
    file.begin = load_le<std::uint32_t>(index_, at + field::kBegin);
    file.bytes = load_le<std::uint32_t>(index_, at + field::kBytes);
    file.crc = load_le<std::uint32_t>(index_, at + field::kCrc);
    file.mtime.tv_sec =
        static_cast<std::int64_t>(load_le<std::uint64_t>(index_, at + field::kSeconds));
    file.mtime.tv_nsec = load_le<std::uint32_t>(index_, at + field::kNanos);
    file.mode = load_le<std::uint16_t>(index_, at + field::kMode);
    file.is_symlink = load_le<std::uint16_t>(index_, at + field::kKind) != 0;
    std::ranges::copy(index_.subspan(at + field::kSha256, kDigestBytes), file.sha256.begin());
    PENSTOCK_CHECK(use(file));
  }
  return {};
}

// That all of them can be, one behind the other, in front of the index.
Status BundleIndexReader::check_files() const {
  for (std::uint32_t origin = 1; origin <= origins_; ++origin) {
    const Origin from = read_origin(index_, origin_at(origin));
    const bool rises = origin == 1 || read_origin(index_, origin_at(origin - 1)) < from;
    if (!rises || from.first >= name_.order) return damaged("its origins");
  }
  for (std::uint32_t i = 0; i < files_; ++i) {
    const Bytes reserved =
        index_.subspan(file_at(i) + field::kReserved, field::kSha256 - field::kReserved);
    const bool zero = std::ranges::all_of(reserved, [](std::byte b) { return b == std::byte{}; });
    if (!zero || load_le<std::uint16_t>(index_, file_at(i) + field::kKind) > 1)
      return damaged("the kind of a file");
  }
  std::uint64_t end = 0;
  std::string last_name;
  return for_each_file([&](const BundledFile& file) -> Status {
    if (file.name.size() > kMostNameBytes) return damaged("a name is too long");
    PENSTOCK_CHECK(zip::check_name(file.name));
    if (file.name.ends_with('/') || file.name <= last_name || file.name == kBundleIndexName)
      return damaged("the order of names");
    const std::uint64_t least = end + zip::kLocalBytes + file.name.size();
    if (file.begin < least || std::uint64_t{file.begin} + file.bytes > name_.index_begin)
      return damaged("the place of " + zip::shown_name(file.name));
    if (file.mode > kModeBits || file.mtime.tv_nsec >= kNanoseconds ||
        (file.is_symlink && file.bytes > kMostTargetBytes))
      return damaged("what it says of " + zip::shown_name(file.name));
    end = std::uint64_t{file.begin} + file.bytes;
    last_name = file.name;
    return {};
  });
}

Status BundleIndexReader::check_removed() {
  removed_begin_ = names_begin_;
  for (std::uint32_t i = 0; i < files_; ++i)
    removed_begin_ += load_le<std::uint16_t>(index_, file_at(i) + field::kNameBytes);
  const std::size_t end = index_.size() - kDigestBytes;
  std::size_t at = removed_begin_;
  std::optional<Origin> last;
  for (std::uint32_t group = 0; group < groups_; ++group) {
    if (end - at < kGroupBytes) return damaged("what it removes");
    const Origin origin = read_origin(index_, at);
    const auto count = load_le<std::uint32_t>(index_, at + kOriginBytes);
    at += kGroupBytes;
    if (origin.first >= name_.order || (last && *last >= origin) || count == 0 ||
        (end - at) / 4 < count)
      return damaged("what it removes");
    for (std::uint32_t i = 1; i < count; ++i)
      if (load_le<std::uint32_t>(index_, at + std::size_t{4} * i) <=
          load_le<std::uint32_t>(index_, at + std::size_t{4} * (i - 1)))
        return damaged("what it removes");
    at += std::size_t{4} * count;
    last = origin;
  }
  return at == end ? Status() : damaged("something lies behind its end");
}

Status BundleIndexReader::for_each_removed(
    const std::function<Status(const BundledVersion&)>& use) const {
  std::size_t at = removed_begin_;
  for (std::uint32_t group = 0; group < groups_; ++group) {
    const Origin origin = read_origin(index_, at);
    const auto count = load_le<std::uint32_t>(index_, at + kOriginBytes);
    at += kGroupBytes;
    for (std::uint32_t i = 0; i < count; ++i, at += 4)
      PENSTOCK_CHECK(use({origin.first, origin.second, load_le<std::uint32_t>(index_, at)}));
  }
  return {};
}

}  // namespace penstock
