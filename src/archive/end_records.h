// Finds an archive's central directory from the records at its end.
// Source: APPNOTE 4.3.14 (ZIP64 end record), 4.3.15 (locator), 4.3.16 (end record).
#pragma once

#include <cstdint>
#include <string>

#include "penstock/error.h"

#include "archive/judge.h"
#include "files/byte_source.h"

namespace penstock::zip {

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t offset = 0;  // in the source
  std::uint64_t bytes = 0;
  // What lies in front of the archive without counting in its offsets; Entry::local_offset as
  // CentralCursor gives it has it added already.
  std::uint64_t prefix = 0;
  std::string comment;

  std::uint64_t end() const { return offset + bytes; }
};

// Strict about everything two readers could understand differently: exactly one end record, whose
// comment ends with the source; a directory that ends where the end records begin; end record and
// ZIP64 record that agree. A prefix is fine.
// Fails with kCorrupt (not a ZIP archive, truncated, or records that disagree), kUnsupported (an
// archive split over several files), kUnsafe (more than one possible end record), kIo.
Result<Directory> find_directory(const ByteSource& source, const Judge& judge);

}  // namespace penstock::zip
