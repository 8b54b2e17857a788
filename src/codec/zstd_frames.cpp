#include "codec/zstd_frames.h"

#include <zstd.h>

namespace penstock {
namespace {

// The window a frame declares, in bytes; 0 where it has no window of its own (one segment: the
// window is the content) or is no data frame.
std::uint64_t declared_window(Bytes frame) {
  constexpr std::size_t kDescriptorAt = 4;
  constexpr std::uint8_t kSingleSegment = 0x20;
  if (frame.size() < kDescriptorAt + 2 || load_le<std::uint32_t>(frame, 0) != ZSTD_MAGICNUMBER)
    return 0;
  if ((load_le<std::uint8_t>(frame, kDescriptorAt) & kSingleSegment) != 0) return 0;
  const auto window = load_le<std::uint8_t>(frame, kDescriptorAt + 1);
  const std::uint64_t base = std::uint64_t{1} << (10U + (window >> 3U));
  return base + base / 8 * (window & 7U);
}

}  // namespace

Status check_zstd_windows(Bytes input) {
  do {
    if (declared_window(input) > std::uint64_t{1} << kZstdWindowLogMost)
      return fail(Code::kUnsupported, "zstd data with a window above 128 MiB");
    const std::size_t size = ZSTD_findFrameCompressedSize(input.data(), input.size());
    if (ZSTD_isError(size) != 0)
      return fail(Code::kCorrupt, std::string("zstd: ") + ZSTD_getErrorName(size));
    input = input.subspan(size);
  } while (!input.empty());
  return {};
}

}  // namespace penstock
