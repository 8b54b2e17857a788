// Frames of zstd and members of gzip put together by hand: valid ones that say of themselves what
// no encoder would. Content is stored, so that every length is easy to tell.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/chunk_format.h"
#include "codec/crc32.h"
#include "codec/gzip_header.h"
#include "codec/test_data.h"
#include "codec/zstd_frames.h"
#include "codec/zstd_seek_table.h"

namespace penstock::test {

enum class ZstdBlockKind : std::uint32_t { kRaw = 0, kRun = 1 };

// `size`: of the content.
inline void append_zstd_block(Buffer& out, ZstdBlockKind kind, std::size_t size, bool last) {
  const auto word = static_cast<std::uint32_t>(size << 3U) |
                    static_cast<std::uint32_t>(kind) << 1U | static_cast<std::uint32_t>(last);
  append_le<std::uint16_t>(out, static_cast<std::uint16_t>(word));
  append_le<std::uint8_t>(out, static_cast<std::uint8_t>(word >> 16U));
}

// A frame's header: a window of 2^window_log bytes, no checksum, `says` as content size.
inline Buffer zstd_frame_header(std::optional<std::uint64_t> says, int window_log = 17) {
  constexpr std::uint8_t kEightBytesOfSize = 0xC0;
  Buffer out;
  append_le<std::uint32_t>(out, 0xFD2FB528);
  append_le<std::uint8_t>(out, says ? kEightBytesOfSize : 0);
  append_le<std::uint8_t>(out, static_cast<std::uint8_t>((window_log - 10) << 3U));
  if (says) append_le<std::uint64_t>(out, *says);
  return out;
}

// `content` in raw blocks of at most `block` bytes and, at the end, an empty one.
inline Buffer zstd_frame(Bytes content, std::optional<std::uint64_t> says,
                         std::size_t block = std::size_t{128} << 10) {
  Buffer out = zstd_frame_header(says, std::max(10, static_cast<int>(std::bit_width(block - 1))));
  while (!content.empty()) {
    const Bytes part = content.first(std::min(content.size(), block));
    content = content.subspan(part.size());
    append_zstd_block(out, ZstdBlockKind::kRaw, part.size(), false);
    append(out, part);
  }
  append_zstd_block(out, ZstdBlockKind::kRaw, 0, true);
  return out;
}

inline Buffer skippable_frame(std::size_t bytes) {
  Buffer out;
  append_le<std::uint32_t>(out, 0x184D2A50);
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(bytes));
  out.resize(out.size() + bytes);
  return out;
}

// A file of `frames`, with a table of what each holds and what it is said to hold.
struct Frame {
  Buffer bytes;
  std::uint32_t data = 0;
};
inline Buffer seekable(const std::vector<Frame>& frames) {
  Buffer file;
  std::vector<ChunkSizes> table;
  for (const Frame& frame : frames) {
    append(file, frame.bytes);
    table.push_back(
        {.bytes = frame.data, .compressed_bytes = static_cast<std::uint32_t>(frame.bytes.size())});
  }
  append(file, make_seek_table(table));
  return file;
}

// What a member of gzip says of itself.
struct MemberClaims {
  std::string_view id = "IG";    // in which subfield: "PS", "BC", "IG"
  std::size_t behind = 0;        // how many bytes behind its end it says are its own
  std::uint32_t data_bytes = 0;  // "PS" only
};

// `content` (less than 64 KiB) in one stored block.
inline Buffer gzip_member(Bytes content, const MemberClaims& claims) {
  constexpr std::size_t kSubfieldAt = 12;
  Buffer field;
  append(field, as_bytes(claims.id));
  const std::size_t field_bytes = claims.id == "PS" ? 12 : claims.id == "IG" ? 4 : 2;
  append_le<std::uint16_t>(field, static_cast<std::uint16_t>(field_bytes));
  const std::size_t bytes =
      kSubfieldAt + 4 + field_bytes + 5 + content.size() + gzip::kTrailerBytes + claims.behind;
  if (claims.id == "BC") append_le<std::uint16_t>(field, static_cast<std::uint16_t>(bytes - 1));
  if (claims.id == "PS") append_le<std::uint32_t>(field, 0x00000801);  // version, streams, blocks
  if (claims.id != "BC") append_le<std::uint32_t>(field, static_cast<std::uint32_t>(bytes));
  if (claims.id == "PS") append_le<std::uint32_t>(field, claims.data_bytes);

  Buffer out;
  append(out, as_bytes(std::string_view("\x1f\x8b\x08\x04\0\0\0\0\0\xff", 10)));
  append_le<std::uint16_t>(out, static_cast<std::uint16_t>(field.size()));
  append(out, field);
  append_le<std::uint8_t>(out, 1);  // a stored block, the last one
  append_le<std::uint16_t>(out, static_cast<std::uint16_t>(content.size()));
  append_le<std::uint16_t>(out, static_cast<std::uint16_t>(~content.size()));
  append(out, content);
  append_le<std::uint32_t>(out, crc32(0, content));
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(content.size()));
  return out;
}

}  // namespace penstock::test
