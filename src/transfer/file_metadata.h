// What an object's metadata tells about the file it was made of. The names are those that rclone
// and others use where they have one, so that a tree pushed here keeps its times when they pull it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/stat.h>

#include "penstock/error.h"

#include "crypto/digest.h"
#include "store/store.h"

namespace penstock {

struct FileMetadata {
  std::optional<timespec> mtime;       // "mtime": "1700000000.123456789", UTC
  std::optional<mode_t> mode;          // "mode": "644", permission bits in octal
  bool is_symlink = false;             // "kind": "symlink"; the content is its target
  std::optional<Sha256Digest> sha256;  // "sha256": of the file, in hex, where it was known
  std::optional<std::uint64_t> bytes;  // "size": of the file, where the object is a transformed one
  std::optional<std::uint64_t> part_bytes;  // "part-size": it was sent in such parts
};

Metadata encode(const FileMetadata& file);
// What cannot be read is as if it were not there: others write metadata too.
FileMetadata decode(const Metadata& metadata);

}  // namespace penstock
