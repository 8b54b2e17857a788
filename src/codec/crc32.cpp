#include "codec/crc32.h"

#include <limits>

#include <isa-l/crc.h>
#include <zlib.h>

namespace penstock {

std::uint32_t crc32(std::uint32_t crc, Bytes data) {
  return data.empty() ? crc : crc32_gzip_refl(crc, as_u8(data), data.size());
}

std::uint32_t crc32_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t bytes_b) {
  static_assert(std::numeric_limits<z_off64_t>::digits == 63);
  // zlib multiplies by x^(8 n): n is a count of bytes, so the sign bit is never needed.
  return static_cast<std::uint32_t>(
      crc32_combine64(crc_a, crc_b, static_cast<z_off64_t>(bytes_b & (~std::uint64_t{0} >> 1))));
}

}  // namespace penstock
