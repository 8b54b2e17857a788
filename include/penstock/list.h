// list(): what is in an archive, as a stream, from its central directory alone.
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "penstock/error.h"
#include "penstock/observer.h"

namespace penstock {

enum class EntryKind { kFile, kDirectory, kSymlink, kSpecial };

// One entry as the central directory describes it: nothing here is verified. Valid during the call.
struct ListedEntry {
  std::string_view name;  // the bytes in the archive: hostile; quote it before a terminal sees it
  bool utf8 = false;      // whether the archive says that the name is UTF-8
  EntryKind kind = EntryKind::kFile;
  std::uint64_t bytes = 0;             // uncompressed
  std::uint64_t compressed_bytes = 0;  // as it lies in the archive, encryption included
  mode_t mode = 0;                     // permission and type bits; 0 when the archive has none
  timespec mtime{};                    // UTC
  std::string_view method;             // "store", "deflate", ..., "method 77"
  std::string_view encryption;         // "", "AES-256", "ZipCrypto", "PKWARE strong"
  std::uint32_t crc = 0;               // 0 where encryption hides it
  bool supported = true;               // whether unpack() reads it
};

struct ListOptions {
  std::string archive;
  bool lenient = false;  // see UnpackOptions
};

struct ListReport {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // uncompressed, all entries
  std::uint64_t compressed_bytes = 0;
  std::uint64_t archive_bytes = 0;
  std::uint64_t encrypted = 0;
  std::uint64_t prefix_bytes = 0;  // in front of the archive (a self-extractor's program, say)
  std::string comment;             // bytes: hostile as the names are
};

// Calls `each` for every entry in the directory's order; its failure ends the listing and is
// returned. Memory does not grow with the number of entries. Fails as unpack() does for archives
// that cannot be opened or whose directory is damaged.
Result<ListReport> list(const ListOptions& options, Observer& observer,
                        const std::function<Status(const ListedEntry&)>& each);

}  // namespace penstock
