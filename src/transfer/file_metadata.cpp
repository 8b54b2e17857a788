#include "transfer/file_metadata.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/hex.h"
#include "store/file_values.h"

namespace penstock {
namespace {

constexpr std::string_view kKind = "kind";
constexpr std::string_view kSha256 = "sha256";
constexpr std::string_view kSize = "size";
constexpr std::string_view kPartSize = "part-size";
constexpr std::string_view kSymlink = "symlink";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Metadata encode(const FileMetadata& file) {
  Metadata metadata;
  const auto add = [&](std::string_view name, std::string value) {
    metadata.emplace_back(name, std::move(value));
  };
  if (file.mtime) add(kMtimeName, time_text(*file.mtime));
  if (file.mode) add(kModeName, mode_text(*file.mode));
  if (file.is_symlink) add(kKind, std::string(kSymlink));
  if (file.sha256) add(kSha256, hex(*file.sha256));
  if (file.bytes) add(kSize, std::to_string(*file.bytes));
  if (file.part_bytes) add(kPartSize, std::to_string(*file.part_bytes));
  return metadata;
}

FileMetadata decode(const Metadata& metadata) {
  FileMetadata file;
  for (const auto& [name, value] : metadata) {
    if (name == kMtimeName) file.mtime = parse_time(value);
    if (name == kModeName) file.mode = parse_mode(value);
    if (name == kKind) file.is_symlink = value == kSymlink;
    if (name == kSize) file.bytes = number(value);
    if (name == kPartSize) file.part_bytes = number(value);
    if (name != kSha256) continue;
    if (Sha256Digest digest{}; from_hex(value, digest)) file.sha256 = digest;
  }
  return file;
}

}  // namespace penstock
