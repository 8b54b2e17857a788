// zlib as the witness: none of the room's own decoders uses it.
#pragma once

#include <optional>
#include <string_view>

#include <zlib.h>

#include "codec/test_data.h"

namespace penstock::test {

inline Buffer zlib_deflate(Bytes input, int level, int strategy = Z_DEFAULT_STRATEGY) {
  z_stream z{};
  deflateInit2(&z, level, Z_DEFLATED, -15, 8, strategy);
  Buffer out(deflateBound(&z, input.size()) + 16);
  z.next_in = const_cast<Bytef*>(as_u8(input));
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = as_u8(MutableBytes(out));
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

struct Inflated {
  bool ok = false;
  bool bad_distance = false;  // refused because of a distance that reaches too far back
  Buffer data;
  std::size_t consumed = 0;
};

// Inflates the stream at the start of `input`; not ok when it is bad, cut off, or makes more than
// `most` bytes.
inline Inflated zlib_inflate(Bytes input, std::size_t most) {
  z_stream z{};
  inflateInit2(&z, -15);
  Inflated result;
  z.next_in = const_cast<Bytef*>(as_u8(input));
  z.avail_in = static_cast<uInt>(input.size());
  // Most results are short: room for all of `most` at once would take longer than the inflating.
  int status = Z_OK;
  for (std::size_t room = 4096; status == Z_OK && z.total_out <= most; room *= 8) {
    result.data.resize(std::min(room, most + 1));
    z.next_out = as_u8(MutableBytes(result.data)) + z.total_out;
    z.avail_out = static_cast<uInt>(result.data.size() - z.total_out);
    status = inflate(&z, Z_NO_FLUSH);
    if (status == Z_BUF_ERROR || (status == Z_OK && z.avail_out != 0)) break;  // the input ends
  }
  result.ok = status == Z_STREAM_END && z.total_out <= most;
  result.bad_distance = status == Z_DATA_ERROR && z.msg != nullptr &&
                        std::string_view(z.msg) == "invalid distance too far back";
  result.data.resize(std::min<std::size_t>(z.total_out, most));
  result.consumed = z.total_in;
  inflateEnd(&z);
  return result;
}

}  // namespace penstock::test
