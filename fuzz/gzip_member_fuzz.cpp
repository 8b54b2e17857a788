// Gzip members against zlib. Any bytes: what we accept zlib accepts, with the same data and the
// same end, and the other way round; whatever the header claims. The same with the trailer put
// right, so that damaged data and lying indexes come past the CRC. Any content: its member comes
// back, and changing its header changes nothing or makes it refused.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include <zlib.h>

#include "codec/crc32.h"
#include "codec/deflate_walk.h"
#include "codec/gzip_member.h"

namespace {

using namespace penstock;
using Buffer = std::vector<std::byte>;

constexpr std::size_t kMost = std::size_t{1} << 18;

void require(bool promise) {
  if (!promise) std::abort();
}

gzip::MemberDecoder& decoder() {
  static auto made = *gzip::MemberDecoder::create();
  return made;
}

struct Inflated {
  bool ok = false;
  std::size_t consumed = 0;
  Buffer data;
};

// 31: a gzip member; -15: bare DEFLATE data. Not ok above kMost.
Inflated zlib_inflate(Bytes input, int window_bits) {
  static Buffer room(kMost);
  z_stream z{};
  inflateInit2(&z, window_bits);
  z.next_in = const_cast<Bytef*>(as_u8(input));
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = as_u8(MutableBytes(room));
  z.avail_out = static_cast<uInt>(room.size());
  const int status = inflate(&z, Z_FINISH);
  Inflated result{status == Z_STREAM_END, z.total_in, {}};
  result.data.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(z.total_out));
  inflateEnd(&z);
  return result;
}

// A header of ours at the start of `input`, if there is one.
std::optional<gzip::Header> header_of(Bytes input) {
  const auto header = gzip::read_header(input);
  return header ? *header : std::nullopt;
}

// libdeflate takes symbols for lengths and codes for complete that zlib refuses, and so does the
// walk. The CRC-32 has the last word; about no other data may the two disagree.
bool is_disputed(Bytes input) {
  const auto header = header_of(input);
  return header && !walk_deflate(input.subspan(header->header_bytes));
}

// Buffers of just the size, so that a sanitizer sees what reaches beyond.
void check_against_zlib(Bytes input) {
  const Inflated expected = zlib_inflate(input, 31);
  if (!expected.ok && expected.data.size() == kMost) return;
  Buffer out(expected.data.size());
  const auto found = decoder().inflate_front(input, out);
  if (!found.has_value() || !expected.ok) {
    require((!found.has_value() && !expected.ok) || is_disputed(input));
    return;
  }
  require(found->member_bytes == expected.consumed && found->data_bytes == out.size());
  require(out == expected.data);
  Buffer roomy(out.size() + 100);
  const auto made = decoder().inflate_member(input.first(expected.consumed), roomy);
  require(made && *made == out.size());
  require(std::equal(out.begin(), out.end(), roomy.begin()));
  if (out.empty()) return;
  Buffer tight(out.size() - 1);
  require(!decoder().inflate_front(input, tight));
}

// Ends the data of the member where it ends, and puts the trailer right.
void check_with_right_trailer(Bytes input) {
  const auto header = header_of(input);
  if (!header) return;
  const Inflated inflated = zlib_inflate(input.subspan(header->header_bytes), -15);
  if (!inflated.ok) return;
  const Bytes begin = input.first(header->header_bytes + inflated.consumed);
  Buffer member(begin.begin(), begin.end());
  member.resize(member.size() + gzip::kTrailerBytes);
  gzip::write_trailer({crc32(0, inflated.data), static_cast<std::uint32_t>(inflated.data.size())},
                      MutableBytes(member).last(gzip::kTrailerBytes));
  check_against_zlib(member);
}

gzip::MemberEncoder& encoder(gzip::Mode mode) {
  static auto huffman = *gzip::MemberEncoder::create(gzip::Mode::kHuffman);
  static auto best = *gzip::MemberEncoder::create(gzip::Mode::kBest, 3);
  return mode == gzip::Mode::kHuffman ? huffman : best;
}

// `content` is repeated, in one of 256 cases so often that the member has several blocks.
void check_as_content(Bytes content, std::size_t times, gzip::Mode mode, Bytes changes) {
  Buffer data;
  const std::size_t most = times == 256 ? 160U << 10 : 4U << 10;
  while (times-- > 0 && data.size() + content.size() <= most) append(data, content);
  Buffer room(gzip::MemberEncoder::bound(data.size()));
  const Bytes made = *encoder(mode).encode(data, room);
  Buffer member(made.begin(), made.end());
  const Inflated expected = zlib_inflate(member, 31);
  require(expected.ok && expected.consumed == member.size() && expected.data == data);
  check_against_zlib(member);
  const std::size_t header = header_of(member)->header_bytes;
  for (std::size_t i = 0; i + 1 < changes.size(); i += 2)
    member[std::to_integer<std::size_t>(changes[i]) % header] ^= changes[i + 1];
  check_against_zlib(member);
}

}  // namespace

// The first byte chooses; as content, the second is the number of repetitions, the four behind it
// change the header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 6) return 0;
  const Bytes input = std::as_bytes(std::span(data, size));
  switch (data[0] % 4) {
    case 0:
      check_against_zlib(input.subspan(1));
      break;
    case 1:
      check_with_right_trailer(input.subspan(1));
      break;
    default: {
      const auto mode = data[0] % 4 == 2 ? gzip::Mode::kHuffman : gzip::Mode::kBest;
      check_as_content(input.subspan(6), 1 + std::size_t{data[1]}, mode, input.subspan(2, 4));
    }
  }
  return 0;
}
