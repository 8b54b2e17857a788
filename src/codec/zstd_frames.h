// What a zstd frame asks of its reader, read from its header (RFC 8878 section 3.1.1).
#pragma once

#include <cstdint>
#include <optional>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Windows above 2^27 bytes are refused, in memory or streaming alike.
inline constexpr int kZstdWindowLogMost = 27;

// The longest header, magic number included.
inline constexpr std::size_t kZstdHeaderMost = 18;

struct ZstdFrameHeader {
  std::size_t header_bytes = 0;
  std::uint64_t window_bytes = 0;  // 0: no window of its own, it is the content
  std::optional<std::uint64_t> content_bytes;
  bool checksum = false;    // kZstdChecksumBytes behind the last block
  bool dictionary = false;  // made with one

  // No block may hold more, compressed or not (section 3.1.1.2.4).
  std::uint64_t block_most() const;
};

// The header at the start of `input`; nothing when no data frame begins there, the header is cut
// off, or it uses what is reserved.
std::optional<ZstdFrameHeader> read_zstd_header(Bytes input);

// Whether `input` begins with the magic number of a data frame, or of a skippable one.
bool is_zstd_frame(Bytes input);
bool is_skippable_frame(Bytes input);
// Whether more bytes behind `input` can make it one of the two.
bool may_begin_zstd_frame(Bytes input);
// A skippable frame (section 3.1.2) begins with a magic number and the number of bytes that follow.
inline constexpr std::size_t kSkippableHeaderBytes = 8;

// A block's header (section 3.1.1.2): three bytes.
inline constexpr std::size_t kZstdBlockHeaderBytes = 3;
inline constexpr std::size_t kZstdChecksumBytes = 4;
struct ZstdBlock {
  bool last = false;
  bool reserved = false;   // no block at all
  std::size_t bytes = 0;   // behind the header
  std::size_t number = 0;  // the block's size field: of those bytes, or of what a run makes
};
// Precondition: `input` has kZstdBlockHeaderBytes.
ZstdBlock read_zstd_block(Bytes input);
// Whether there may be such a block in the frame. libzstd asks only when it decodes in pieces.
inline bool may_hold(const ZstdFrameHeader& frame, const ZstdBlock& block) {
  return !block.reserved && block.number <= frame.block_most();
}

// Walks the frames of `input`: at least one, the last ending exactly at its end. kCorrupt
// otherwise; kUnsupported when one has a larger window.
Status check_zstd_windows(Bytes input);

}  // namespace penstock
