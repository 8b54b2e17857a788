// The encoding of ZIP headers. What we write, byte by byte: docs/formats/zip.md.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 (layout) and 4.5 (extra fields).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/zip_format.h"
#include "base/bytes.h"

namespace penstock::zip {

// The size of `entry`'s local header with its name and extra fields. With `zip64`, both sizes are
// in a ZIP64 field; needed when either may reach 4 GiB - 1.
std::size_t local_header_bytes(const Entry& entry, bool zip64);

// Writes that header to the start of `out`. An entry with kFlagDescriptor has its CRC and sizes
// zeroed: they follow the data. Preconditions: out.size() >= local_header_bytes(), name <= 65,535
// bytes.
void write_local_header(MutableBytes out, const Entry& entry, bool zip64);

// Appends the entry's central directory record; ZIP64 fields only where a value needs them.
void append_central_record(std::vector<std::byte>& out, const Entry& entry);

// Appends the data descriptor that follows the data of an entry with kFlagDescriptor.
void append_descriptor(std::vector<std::byte>& out, const Entry& entry, bool zip64);

// What the end of an archive says about its central directory.
struct DirectoryExtent {
  std::uint64_t entries = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};
// Appends the end records, with ZIP64 ones only where needed. `comment` <= 65,535 bytes.
void append_end_records(std::vector<std::byte>& out, const DirectoryExtent& directory,
                        std::string_view comment);

// Sets flag bit 11 when the name is UTF-8 beyond ASCII; other bytes are kept as they are,
// unflagged.
void set_name(Entry& entry, std::string name);

}  // namespace penstock::zip
