// The zstd seekable format, version 0.1.0 (contrib/seekable_format in zstd's repository): a
// skippable frame at the end of a .zst that says how long each frame is. docs/formats/zstd-files.md
// tells which of it we write.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "codec/chunk_format.h"
#include "files/byte_source.h"

namespace penstock {

// RFC 8878 section 3.1.2: 16 magic numbers, any content.
inline constexpr std::uint32_t kSkippableMagic = 0x184D2A50;
inline constexpr std::uint32_t kSeekTableMagic = 0x184D2A5E;
inline constexpr std::size_t kSkippableHeaderBytes = 8;

// The table's frame, without checksums (each frame has its own); empty when there are more frames
// than the format can hold.
std::vector<std::byte> make_seek_table(const std::vector<ChunkSizes>& frames);

struct SeekTable {
  std::vector<ChunkSizes> frames;
  std::uint64_t table_bytes = 0;  // of its frame, at the end of the file
};

// The table at the end of `file`; nothing when there is none, or one whose frames do not fill the
// file exactly. What it says of the data is not checked: whoever uses it does.
Result<std::optional<SeekTable>> read_seek_table(const ByteSource& file);

}  // namespace penstock
