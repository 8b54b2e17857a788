// The zstd seekable format, version 0.1.0 (contrib/seekable_format in zstd's repository): a
// skippable frame at the end of a .zst that says how long each frame is. Here is what its bytes
// mean; chunks/seek_table_reader.h finds it in a file. docs/formats/zstd-files.md tells which of it
// we write.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "codec/chunk_format.h"
#include "codec/zstd_frames.h"

namespace penstock {

// The table's frame, without checksums (each frame has its own); empty when there are more frames
// than the format can hold.
std::vector<std::byte> make_seek_table(const std::vector<ChunkSizes>& frames);

// What stands at the table's end.
inline constexpr std::size_t kSeekTableFooterBytes = 9;
struct SeekTableFooter {
  std::uint32_t frames = 0;
  std::size_t entry_bytes = 0;          // of one frame
  std::uint64_t content_bytes() const;  // of the table, behind the header of its frame
};
// Nothing when no table ends with `bytes`. Precondition: kSeekTableFooterBytes.
std::optional<SeekTableFooter> read_seek_table_footer(Bytes bytes);
// Whether the table that ends so begins with `bytes`. Precondition: kSkippableHeaderBytes.
bool begins_seek_table(Bytes bytes, const SeekTableFooter& footer);
// Precondition: `entry` has footer.entry_bytes.
ChunkSizes read_seek_table_entry(Bytes entry);

}  // namespace penstock
