// The walk over any bytes accepts exactly what zlib's inflate accepts, but for distances, and finds
// the same end and the same length.
#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <zlib.h>

#include "codec/deflate_walk.h"

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

struct Inflated {
  bool ok;
  bool bad_distance;
  bool too_long;
  std::uint64_t consumed;
  std::uint64_t made;
};

Inflated inflate_all(penstock::Bytes input) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 24;  // long enough for inputs of 16 KiB
  static std::vector<Bytef> out(1U << 16);
  z_stream z{};
  inflateInit2(&z, -15);
  z.next_in = const_cast<Bytef*>(penstock::as_u8(input));
  z.avail_in = static_cast<uInt>(input.size());
  int status = Z_OK;
  while (status == Z_OK && z.total_out <= kMost) {
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    status = inflate(&z, Z_NO_FLUSH);
  }
  const Inflated result{
      status == Z_STREAM_END,
      z.msg != nullptr && std::string_view(z.msg) == "invalid distance too far back",
      z.total_out > kMost, z.total_in, z.total_out};
  inflateEnd(&z);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const penstock::Bytes input = std::as_bytes(std::span(data, size));
  const auto extent = penstock::walk_deflate(input);
  const Inflated inflated = inflate_all(input);
  if (inflated.bad_distance || inflated.too_long) return 0;
  require(extent.has_value() == inflated.ok);
  if (!extent) return 0;
  require((extent->end_bit + 7) / 8 == inflated.consumed);
  require(extent->output_bytes == inflated.made);
  require(extent->last_block_bit < extent->end_bit);
  return 0;
}
