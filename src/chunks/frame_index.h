// Where the frames or members of a file lie, found without decoding: gzip members by the sizes in
// their headers, zstd frames by their seek table or by walking their blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "penstock/compress.h"
#include "penstock/error.h"

#include "chunks/chunk_restorer.h"
#include "chunks/header_window.h"
#include "files/byte_source.h"

namespace penstock {

// What of a file must be read for a range of its data.
struct RangePlan {
  std::uint64_t begin = 0;  // of the frames that are needed, in the file
  std::uint64_t end = 0;
  std::uint64_t made = 0;  // by those frames
  std::uint64_t skip = 0;  // of what they make
  std::uint64_t take = 0;
  // Where the range lies is not the index's word alone: before it lies nothing, or frames whose
  // blocks end where it says and whose headers tell the sizes that it tells. Members of gzip cannot
  // be seen to: DEFLATE does not say how long its blocks are.
  bool confirmed = true;
};

// Reads headers only: of the frames, of the blocks of those before the range. kUnsupported when the
// file does not say where its parts lie, kCorrupt when it contradicts itself, kInvalid when the
// range begins behind the data or is the wrong way round, kCancelled.
Result<RangePlan> plan_range(const ByteSource& file, FileFormat format, const ByteRange& range,
                             const std::stop_token& stop);

// The format of a whole file. Fails as detect_format().
Result<FileFormat> format_of_source(const ByteSource& file);

// The gzip member at `offset`, as its header and trailer describe it; nothing when it does not say
// where it ends. kCorrupt when no member begins there.
struct IndexedMember {
  std::uint64_t member_bytes = 0;
  std::uint64_t data_bytes = 0;
};
Result<std::optional<IndexedMember>> read_indexed_member(HeaderWindow& file, std::uint64_t offset);
// Whether nothing but zeros follows from `offset` to the end.
Result<bool> only_zeros(HeaderWindow& file, std::uint64_t offset);

}  // namespace penstock
