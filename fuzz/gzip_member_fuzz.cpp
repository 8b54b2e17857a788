// Gzip members against zlib. Any bytes: what we accept zlib accepts, with the same data and the
// same end, and the other way round; whatever the header claims. The same with the trailer put
// right, so that damaged data and lying indexes come past the CRC. Any content: its member comes
// back, and changing its header changes nothing or makes it refused.
#include <zlib.h>

#include "codec/crc32.h"
#include "codec/deflate_walk.h"
#include "codec/gzip_member.h"
#include "huffman_fuzz.h"

namespace {

using namespace penstock;
using namespace penstock::fuzz;
using test::GuardedBytes;
using Buffer = std::vector<std::byte>;

constexpr std::size_t kMost = std::size_t{1} << 18;

// On the paths for every processor, and on the fastest.
gzip::MemberDecoder& decoder(bool portable) {
  static auto slow = *gzip::MemberDecoder::create(CpuLevel::kPortable);
  static auto fast = *gzip::MemberDecoder::create(detected_cpu_level());
  return portable ? slow : fast;
}

struct Inflated {
  bool ok = false;
  std::size_t consumed = 0;
  Bytes data;  // until the next call
};

z_stream opened(int window_bits) {
  z_stream z{};
  require(inflateInit2(&z, window_bits) == Z_OK);
  return z;
}

// A gzip member, or bare DEFLATE data. Not ok above kMost.
Inflated zlib_inflate(Bytes input, bool is_member) {
  static Buffer room(kMost);
  static z_stream member = opened(31);
  static z_stream bare = opened(-15);
  z_stream& z = is_member ? member : bare;
  require(inflateReset(&z) == Z_OK);
  z.next_in = const_cast<Bytef*>(as_u8(input));
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = as_u8(MutableBytes(room));
  z.avail_out = static_cast<uInt>(room.size());
  const int status = inflate(&z, Z_FINISH);
  return {status == Z_STREAM_END, z.total_in, Bytes(room).first(z.total_out)};
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

// Buffers of just the size, between forbidden pages.
void check_against_zlib(Bytes given) {
  static const GuardedBytes in(kMost);
  static const GuardedBytes room(kMost);
  if (given.size() > kMost) return;
  const Inflated expected = zlib_inflate(given, true);
  if (!expected.ok && expected.data.size() == kMost) return;
  const Bytes input = in.copy(given, given.size() % 4 == 3);
  const bool portable = given.size() % 2 != 0;
  const MutableBytes out = filled(room.part(expected.data.size(), given.size() % 8 > 5), 0x5A);
  const auto found = decoder(portable).inflate_front(input, out);
  if (!found.has_value() || !expected.ok) {
    require((!found.has_value() && !expected.ok) || is_disputed(input));
    return;
  }
  require(found->member_bytes == expected.consumed && found->data_bytes == out.size());
  require(same_bytes(out, expected.data));
  if (out.size() + 100 > kMost) return;
  const MutableBytes roomy = filled(room.part(out.size() + 100), 0xA5);
  const auto made = decoder(!portable).inflate_member(input.first(expected.consumed), roomy);
  require(made && same_bytes(roomy.first(*made), expected.data));
  if (expected.data.empty() || given.size() % 4 != 0) return;
  require(!decoder(portable).inflate_front(input, room.part(expected.data.size() - 1)));
}

// Ends the data of the member where it ends, and puts the trailer right.
void check_with_right_trailer(Bytes input) {
  const auto header = header_of(input);
  if (!header) return;
  const Inflated inflated = zlib_inflate(input.subspan(header->header_bytes), false);
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

void check_as_content(Bytes content, gzip::Mode mode, Bytes changes) {
  static const GuardedBytes in(kContentMost);
  static const GuardedBytes room(gzip::MemberEncoder::bound(kContentMost));
  const MutableBytes out = room.part(gzip::MemberEncoder::bound(content.size()));
  const Bytes made = *encoder(mode).encode(in.copy(content), out);
  Buffer member(made.begin(), made.end());
  const Inflated expected = zlib_inflate(member, true);
  require(expected.ok && expected.consumed == member.size());
  require(same_bytes(expected.data, content));
  check_against_zlib(member);
  const std::size_t header = header_of(member)->header_bytes;
  for (std::size_t i = 0; i + 1 < changes.size(); i += 2)
    member[std::to_integer<std::size_t>(changes[i]) % header] ^= changes[i + 1];
  check_against_zlib(member);
}

}  // namespace

// The first byte chooses; as content, the second says how it is made of the rest, the four behind
// it change the header.
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
      check_as_content(content_from(input.subspan(6), data[1]), mode, input.subspan(2, 4));
    }
  }
  return 0;
}
