// Reads a central directory as a stream of entries: one window of it is in memory, never the whole.
// Source: APPNOTE 4.3.12 (central header), 4.5.3 (ZIP64 extra field), 4.4.5 (methods).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"
#include "penstock/list.h"

#include "archive/end_records.h"
#include "archive/judge.h"
#include "archive/zip_format.h"
#include "base/bytes.h"
#include "files/byte_source.h"

namespace penstock::zip {

// What an entry is, by its mode where the archive has one, else by its name. A pipe or socket that
// has content is a file: somebody read it through that.
EntryKind kind_of(const Entry& entry);

// "deflate", "bzip2", ...; "method 77" for one without a name here.
std::string method_name(std::uint16_t method);
// "", "AES-256", "ZipCrypto", "PKWARE strong".
std::string encryption_name(const Entry& entry);
// kUnsupported, naming what the entry is made with, unless we can read it.
Status check_supported(const Entry& entry);

// `error` with the entry's name in front.
Error in_entry(const Entry& entry, Error error);

// Threads: one caller at a time. The source must outlive the cursor.
class CentralCursor {
 public:
  CentralCursor(const ByteSource& source, const Directory& directory, Judge judge);

  // Reads the next entry into `entry` (whose memory is used again). False at the end, which must be
  // exactly the directory's, after exactly the declared number of entries. kCorrupt else.
  Result<bool> next(Entry& entry);
  // How many entries next() has given.
  std::uint64_t position() const { return given_; }

 private:
  Result<Bytes> view(std::uint64_t offset, std::size_t bytes);
  Status check_end() const;

  const ByteSource& source_;
  const Directory directory_;
  const Judge judge_;
  std::uint64_t offset_;  // of the next entry
  std::uint64_t given_ = 0;
  std::vector<std::byte> window_;
  std::uint64_t window_offset_ = 0;
};

}  // namespace penstock::zip
