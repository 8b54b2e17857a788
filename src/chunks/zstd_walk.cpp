#include "chunks/zstd_walk.h"

#include "codec/zstd_frames.h"

namespace penstock {
namespace {

using Walked = std::optional<WalkedFrame>;

Walked skippable_frame(Bytes start) {
  if (start.size() < kSkippableHeaderBytes) return std::nullopt;
  return WalkedFrame{kSkippableHeaderBytes + load_le<std::uint32_t>(start, 4), 0, true};
}

// Of `most` bytes from `offset`, those of a data frame.
Result<Walked> data_frame(HeaderWindow& file, std::uint64_t offset, std::uint64_t most,
                          const ZstdFrameHeader& header) {
  std::uint64_t bytes = header.header_bytes;
  for (bool last = false; !last && bytes <= most;) {
    PENSTOCK_TRY(const Bytes ahead, file.look(offset + bytes, kZstdBlockHeaderBytes));
    if (ahead.size() < kZstdBlockHeaderBytes) return Walked();
    const ZstdBlock block = read_zstd_block(ahead);
    if (!may_hold(header, block)) return Walked();
    bytes += kZstdBlockHeaderBytes + block.bytes;
    last = block.last;
  }
  if (header.checksum) bytes += kZstdChecksumBytes;
  return Walked(WalkedFrame{bytes, header.content_bytes, false});
}

}  // namespace

Result<Walked> walk_zstd_frame(HeaderWindow& file, std::uint64_t offset, std::uint64_t most) {
  PENSTOCK_TRY(const Bytes start, file.look(offset, kZstdHeaderMost));
  Walked walked;
  if (is_skippable_frame(start)) {
    walked = skippable_frame(start);
  } else if (const auto header = read_zstd_header(start)) {
    PENSTOCK_TRY(walked, data_frame(file, offset, most, *header));
  }
  if (walked && walked->bytes > most) return Walked();
  return walked;
}

}  // namespace penstock
