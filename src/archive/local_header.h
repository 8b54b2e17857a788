// The copies of an entry's description that lie around its data: the local header in front, and the
// descriptor behind where flag bit 3 says so. Both must say what the central directory says.
// Source: APPNOTE 4.3.7 (local header), 4.3.9 (data descriptor).
#pragma once

#include <cstddef>
#include <cstdint>

#include "penstock/error.h"

#include "archive/judge.h"
#include "archive/zip_format.h"
#include "base/bytes.h"
#include "files/byte_source.h"

namespace penstock::zip {

inline constexpr std::size_t kLongestDescriptorBytes = 24;

// The size of the local header (name and extra fields included) that begins with `fixed`, its first
// kLocalBytes. kCorrupt when it does not begin as one must.
Result<std::size_t> local_header_size(Bytes fixed);

// Holds a whole local header against `entry`, field by field. Times and versions are not compared:
// nothing here uses the local ones, and writers differ.
Status check_local_header(Bytes header, const Entry& entry, const Judge& judge);

// The size of the descriptor at the start of `after_data` (at most kLongestDescriptorBytes are
// looked at), 0 when the entry has none. It comes in four forms, with and without signature, with
// sizes of 32 and 64 bits, and nothing tells which: the one that says what `entry` says is it.
Result<std::size_t> descriptor_size(Bytes after_data, const Entry& entry, const Judge& judge);

// Where an entry ends unless its local extra fields are unusually long.
std::uint64_t likely_end(const Entry& entry);

// Where the entry's data begins in `source`: its local header is read, and checked against `entry`.
Result<std::uint64_t> find_data(const ByteSource& source, const Entry& entry, const Judge& judge);

}  // namespace penstock::zip
