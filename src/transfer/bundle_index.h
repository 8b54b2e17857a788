// The index of a bundle: which files lie in it, where, and which ones elsewhere are gone. The
// bytes: docs/formats/bundles.md.
//
// A bundle is a ZIP archive of small files under PLACE/.penstock/bundles/. Its index is its last
// entry, so that bundle and index come into being in one moment, and none is without the other. No
// bundle is ever changed: files that are replaced or removed are named in the index of a later one.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "crypto/digest.h"

namespace penstock {

// Below the place that the files belong to.
inline constexpr std::string_view kBundleDirectory = ".penstock/bundles/";
// The entry of the ZIP archive that holds the index.
inline constexpr std::string_view kBundleIndexName = ".penstock/index";

inline constexpr std::uint64_t kMostBundleBytes = std::uint64_t{1} << 30;
inline constexpr std::uint32_t kMostBundleFiles = 65'000;  // as many as a ZIP has without ZIP64
inline constexpr std::uint32_t kMostIndexBytes = std::uint32_t{32} << 20;
inline constexpr std::uint64_t kMostBundleOrder = std::uint64_t{1} << 48;

using BundleId = std::array<std::byte, 16>;

// One version of a file, wherever its bytes lie: a bundle that takes over a file of an older one
// keeps its version. Of several of one name the greatest is the file.
struct BundledVersion {
  std::uint64_t order = 0;   // of the bundle it was made in
  BundleId bundle{};         // that bundle
  std::uint32_t number = 0;  // its place there

  auto operator<=>(const BundledVersion&) const = default;
};

// What the name of a bundle tells: "<order>-<id>-<index begin>-<index bytes>.zip", in hex.
struct BundleName {
  std::uint64_t order = 0;  // greater than that of all bundles its maker saw
  BundleId id{};            // random
  std::uint32_t index_begin = 0;
  std::uint32_t index_bytes = 0;

  auto operator<=>(const BundleName&) const = default;
  std::string text() const;
  // Empty when `text`, without a directory, is none.
  static std::optional<BundleName> parse(std::string_view text);
};

struct BundledFile {
  std::string name;  // below the place, as the archive's entry
  BundledVersion version;
  std::uint32_t begin = 0;  // of its bytes in the bundle
  std::uint32_t bytes = 0;
  std::uint32_t crc = 0;
  timespec mtime{};
  std::uint16_t mode = 0;   // permission bits
  bool is_symlink = false;  // its bytes are the target
  Sha256Digest sha256{};
};

// `files` in the order of their names and bytes. `removed` sorted. Preconditions: as a reader
// checks.
std::vector<std::byte> encode_bundle_index(const BundleName& name, std::uint64_t bundle_bytes,
                                           std::span<const BundledFile> files,
                                           std::span<const BundledVersion> removed);
// How long that is; `name` needs no more than its id.
std::size_t bundle_index_bytes(const BundleName& name, std::span<const BundledFile> files,
                               std::span<const BundledVersion> removed);

// Reads an index. It comes from a store, and is believed in nothing: all of it is checked before
// any of it is told. Holds on to `index`, which must outlive it.
class BundleIndexReader {
 public:
  // kCorrupt when it is not an index, not that of `name`, or one that no bundle of so many bytes
  // can have; kUnsafe for a name that leads elsewhere; kUnsupported for a later version.
  static Result<BundleIndexReader> open(Bytes index, const BundleName& name,
                                        std::uint64_t bundle_bytes);

  std::uint32_t files() const { return files_; }
  // In the order of names.
  Status for_each_file(const std::function<Status(const BundledFile&)>& use) const;
  // Versions that are files no longer, in whatever bundle they lie.
  Status for_each_removed(const std::function<Status(const BundledVersion&)>& use) const;

 private:
  BundleIndexReader(Bytes index, const BundleName& name) : index_(index), name_(name) {}
  Status check_head(std::uint64_t bundle_bytes);
  Status check_files() const;
  Result<BundledVersion> version_at(std::size_t at, std::uint32_t file) const;
  Status check_removed();
  std::size_t origin_at(std::uint32_t origin) const;
  std::size_t file_at(std::uint32_t file) const;

  Bytes index_;
  BundleName name_;
  std::uint32_t files_ = 0;
  std::uint32_t origins_ = 0;
  std::uint32_t groups_ = 0;     // of removed versions
  std::size_t names_begin_ = 0;  // in the index
  std::size_t removed_begin_ = 0;
};

}  // namespace penstock
