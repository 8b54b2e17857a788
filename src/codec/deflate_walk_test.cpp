#include "codec/deflate_walk.h"

#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include "codec/test_data.h"
#include "codec/zlib_streams.h"

namespace penstock {
namespace {

using test::Buffer;

Buffer libdeflate(Bytes input, int level) {
  auto* compressor = libdeflate_alloc_compressor(level);
  Buffer out(libdeflate_deflate_compress_bound(compressor, input.size()));
  out.resize(
      libdeflate_deflate_compress(compressor, input.data(), input.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

Buffer isal(Bytes input, int level) {
  auto stream = std::make_unique<isal_zstream>();
  std::vector<std::uint8_t> work(ISAL_DEF_LVL3_DEFAULT);
  Buffer out(2 * input.size() + 1'000);
  isal_deflate_init(stream.get());
  stream->level = static_cast<std::uint32_t>(level);
  stream->level_buf = work.data();
  stream->level_buf_size = static_cast<std::uint32_t>(work.size());
  stream->end_of_stream = 1;
  stream->next_in = const_cast<std::uint8_t*>(as_u8(input));
  stream->avail_in = static_cast<std::uint32_t>(input.size());
  stream->next_out = as_u8(MutableBytes(out));
  stream->avail_out = static_cast<std::uint32_t>(out.size());
  isal_deflate(stream.get());
  out.resize(stream->total_out);
  return out;
}

bool bit_at(Bytes stream, std::uint64_t bit) {
  return (std::to_integer<unsigned>(stream[bit / 8]) >> (bit % 8) & 1U) != 0;
}

// The walk of a good stream says what zlib says, and its last block is the final one.
void expect_walk(const Buffer& stream, Bytes data) {
  const auto extent = walk_deflate(stream);
  ASSERT_TRUE(extent);
  EXPECT_EQ((extent->end_bit + 7) / 8, stream.size());
  EXPECT_EQ(extent->output_bytes, data.size());
  ASSERT_TRUE(bit_at(stream, extent->last_block_bit));
  // Without its final bit the stream goes on: a stream put behind it is read too.
  Buffer longer = stream;
  longer[extent->last_block_bit / 8] &= ~static_cast<std::byte>(1U << (extent->last_block_bit % 8));
  const auto open = test::zlib_inflate(longer, data.size());
  EXPECT_FALSE(open.ok);
  EXPECT_EQ(open.data.size(), data.size());
}

TEST(DeflateWalk, AgreesWithInflateOnEveryMakerAndLevel) {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 2, 100, 5'000, 70'000, 400'000})
    for (const Buffer& data : {test::text_bytes(size, 1), test::mixed_bytes(size, size),
                               test::random_bytes(size, 1), Buffer(size)}) {
      for (const int level : {0, 1, 6, 9})
        for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE})
          expect_walk(test::zlib_deflate(data, level, strategy), data);
      for (const int level : {0, 1, 3, 4, 6, 9, 12}) expect_walk(libdeflate(data, level), data);
      for (const int level : {0, 1, 2, 3}) expect_walk(isal(data, level), data);
    }
}

TEST(DeflateWalk, StopsAtTheEndOfTheFirstStream) {
  const Buffer data = test::text_bytes(5'000, 1);
  const Buffer first = libdeflate(data, 4);
  Buffer both = first;
  append(both, test::random_bytes(500, 1));
  const auto alone = walk_deflate(first);
  const auto followed = walk_deflate(both);
  ASSERT_TRUE(alone && followed);
  EXPECT_EQ(alone->end_bit, followed->end_bit);
  EXPECT_EQ(alone->last_block_bit, followed->last_block_bit);
}

TEST(DeflateWalk, RefusesAStreamCutOffAnywhere) {
  for (const int level : {0, 1, 6})
    for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED}) {
      const Buffer whole = test::zlib_deflate(test::mixed_bytes(3'000, 2), level, strategy);
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto extent = walk_deflate(cut);
        ASSERT_FALSE(extent) << size;
        ASSERT_EQ(extent.error().code, Code::kCorrupt);
      }
    }
}

TEST(DeflateWalk, TakesStoredDataAsDataWhateverItLooksLike) {
  // The payload is a complete stream, marks of flushed pieces and final blocks.
  Buffer payload = libdeflate(test::text_bytes(500, 1), 4);
  for (int i = 0; i < 100; ++i)
    append(payload, as_bytes(std::string_view("\x03\x00\x00\x00\xFF\xFF\x01\x00\x00\xFF\xFF", 11)));
  const Buffer stream = test::zlib_deflate(payload, 0);
  expect_walk(stream, payload);
  EXPECT_EQ(walk_deflate(stream)->last_block_bit, 0U);
}

// Bits of a hand-made stream, first bit first; codes are written from their most significant bit.
class BitWriter {
 public:
  BitWriter& bits(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) put(i < 32 && (value >> i & 1U) != 0);
    return *this;
  }
  BitWriter& code(std::string_view digits) {
    for (const char digit : digits) put(digit == '1');
    return *this;
  }
  Buffer done() const { return bytes_; }

 private:
  void put(bool bit) {
    if (count_ % 8 == 0) bytes_.push_back(std::byte{0});
    if (bit) bytes_.back() |= static_cast<std::byte>(1U << (count_ % 8));
    ++count_;
  }
  Buffer bytes_;
  unsigned count_ = 0;
};

// A final dynamic block up to its code lengths: `symbols` of the precode (each of 5 bits: all 19 of
// them, which would not be complete, are cut to 0..15 of 4 bits).
BitWriter dynamic_header(unsigned litlen_count, unsigned distance_count) {
  constexpr std::array<unsigned, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                            11, 4,  12, 3, 13, 2, 14, 1, 15};
  BitWriter out;
  out.bits(1, 1).bits(2, 2).bits(litlen_count - 257, 5).bits(distance_count - 1, 5).bits(15, 4);
  for (const unsigned symbol : kOrder) out.bits(symbol < 16 ? 4 : 0, 3);
  return out;
}
void length(BitWriter& out, unsigned value) {
  for (unsigned bit = 4; bit-- > 0;) out.bits(value >> bit & 1U, 1);
}

// Literals 0 and 1 and the end of the block get the lengths given, one distance code its own.
BitWriter small_block(unsigned zero, unsigned one, unsigned end, unsigned distance) {
  BitWriter out = dynamic_header(257, 1);
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    length(out, symbol == 0 ? zero : symbol == 1 ? one : 0);
  length(out, end);
  length(out, distance);
  return out;
}

void expect_both(const Buffer& stream, bool good) {
  EXPECT_EQ(walk_deflate(stream).has_value(), good);
  EXPECT_EQ(test::zlib_inflate(stream, 1'000).ok, good);
}

TEST(DeflateWalk, IsAsStrictAsInflateAboutCodes) {
  expect_both(small_block(1, 2, 2, 0).code("0").code("10").code("11").done(), true);
  expect_both(small_block(1, 2, 2, 1).code("0").code("10").code("11").done(), true);
  expect_both(small_block(1, 2, 2, 2).code("11").done(),
              false);  // distances: incomplete, of two bits
  expect_both(small_block(1, 1, 1, 1).code("11").done(), false);  // over-subscribed
  expect_both(small_block(2, 2, 2, 1).code("11").done(), false);  // incomplete
  expect_both(small_block(1, 1, 0, 1).code("11").done(), false);  // no end of the block
  expect_both(small_block(0, 0, 1, 1).code("0").done(), true);    // a single code of one bit
  expect_both(small_block(0, 0, 1, 1).code("1").done(), false);   // ... and the bit it does not use
  expect_both(small_block(0, 0, 2, 1).code("00").done(), false);  // a single code of two bits
}

TEST(DeflateWalk, RefusesWhatMayNotOccur) {
  const auto fixed = [] { return BitWriter().bits(1, 1).bits(1, 2); };
  expect_both(fixed().code("0000000").done(), true);
  expect_both(fixed().code("11000110").code("0000000").done(), false);  // 286
  expect_both(fixed().code("11000111").code("0000000").done(), false);  // 287
  expect_both(fixed().code("00110000").code("0000001").code("11110").bits(0, 40).done(),
              false);  // 30
  expect_both(fixed().code("00110000").code("0000001").code("00000").code("0000000").done(), true);
  expect_both(BitWriter().bits(1, 1).bits(3, 2).bits(0, 40).done(), false);  // type 3
  expect_both(dynamic_header(287, 1).bits(0, 2'000).done(), false);
  expect_both(dynamic_header(257, 31).bits(0, 2'000).done(), false);
  expect_both(BitWriter().bits(1, 3).bits(0, 5).bits(5, 16).bits(5, 16).bits(0, 40).done(),
              false);  // NLEN
}

TEST(DeflateWalk, RefusesARepeatOfNothingAndOneTooLong) {
  const auto header = [] {
    // Precode: 0, 16, 17, 18 of two bits each: 00, 01, 10, 11.
    BitWriter out;
    out.bits(1, 1).bits(2, 2).bits(0, 5).bits(0, 5).bits(0, 4);
    return out.bits(2, 3).bits(2, 3).bits(2, 3).bits(2, 3);
  };
  expect_both(header().code("01").bits(0, 2).bits(0, 60).done(), false);
  expect_both(header().code("11").bits(127, 7).code("11").bits(127, 7).bits(0, 60).done(), false);
}

// The walk accepts what zlib accepts and nothing else, but for distances, which it does not follow.
bool agrees_with_zlib(const Buffer& bytes) {
  constexpr std::size_t kMost = 1U << 20;
  const auto extent = walk_deflate(bytes);
  const auto inflated = test::zlib_inflate(bytes, kMost);
  if (inflated.bad_distance || (extent && extent->output_bytes > kMost)) return true;
  if (extent.has_value() != inflated.ok) return false;
  return !extent || (inflated.data.size() == extent->output_bytes &&
                     inflated.consumed == (extent->end_bit + 7) / 8);
}

TEST(DeflateWalk, AcceptsOfAnyBytesWhatInflateDoes) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Buffer bytes = test::random_bytes(1 + seed % 300, seed);
    ASSERT_TRUE(agrees_with_zlib(bytes)) << seed;
    for (const unsigned header : {3U, 5U}) {  // a final block with fixed or with its own codes
      bytes[0] = (bytes[0] & std::byte{0xF8}) | static_cast<std::byte>(header);
      ASSERT_TRUE(agrees_with_zlib(bytes)) << seed << " " << header;
    }
  }
}

TEST(DeflateWalk, AcceptsOfDamagedStreamsWhatInflateDoes) {
  const std::array streams{libdeflate(test::mixed_bytes(9'000, 1), 6),
                           isal(test::text_bytes(3'000, 2), 1),
                           test::zlib_deflate(test::text_bytes(2'000, 3), 6, Z_FIXED)};
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    Buffer bytes = streams[random() % streams.size()];
    // Half of the damage goes to the headers, where the codes are.
    const std::size_t within =
        random() % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 100);
    bytes[random() % within] ^= static_cast<std::byte>(1U << (random() % 8));
    ASSERT_TRUE(agrees_with_zlib(bytes)) << i;
  }
}

}  // namespace
}  // namespace penstock
