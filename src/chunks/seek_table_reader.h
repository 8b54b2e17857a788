// Finds the seek table of a .zst (codec/zstd_seek_table.h) at the end of its file.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "penstock/error.h"

#include "codec/chunk_format.h"
#include "files/byte_source.h"

namespace penstock {

struct SeekTable {
  std::vector<ChunkSizes> frames;
  std::uint64_t table_bytes = 0;  // of its frame, at the end of the file
};

// The table at the end of `file`; nothing when there is none, or one whose frames do not fill the
// file exactly. What it says of the data is not checked: whoever uses it does.
Result<std::optional<SeekTable>> read_seek_table(const ByteSource& file);

}  // namespace penstock
