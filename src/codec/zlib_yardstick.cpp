#include "codec/zlib_yardstick.h"

#include <zlib.h>

namespace penstock {

std::size_t zlib_compress(Bytes input, int level, MutableBytes out) {
  uLongf size = out.size();
  const int status = compress2(as_u8(out), &size, as_u8(input), input.size(), level);
  return status == Z_OK ? size : 0;
}

}  // namespace penstock
