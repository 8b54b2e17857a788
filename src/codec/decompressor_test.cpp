#include "codec/decompressor.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zstd.h>

#include "codec/compressor.h"
#include "codec/test_data.h"
#include "codec/zlib_streams.h"

namespace penstock {
namespace {

using test::Buffer;

Decompressor make() {
  auto made = Decompressor::create();
  EXPECT_TRUE(made);
  return *std::move(made);
}

Buffer pack(Codec codec, int level, Bytes input) {
  auto compressor = Compressor::create(codec, level);
  Buffer out(Compressor::bound(input.size()));
  const auto size = compressor->compress(input, out);
  EXPECT_TRUE(size && *size > 0);
  out.resize(*size);
  return out;
}

Buffer piece(int level, Bytes input, bool last) {
  auto compressor = Compressor::create(Codec::kDeflate, level);
  Buffer out(Compressor::bound(input.size()));
  out.resize(*compressor->compress_piece(input, last, out));
  return out;
}

bool corrupt(const Status& status) { return !status && status.error().code == Code::kCorrupt; }

// A StreamDecoder fed with parts of `in_step` bytes into parts of `out_step`; bytes it does not
// take are offered again, as a caller does.
struct Streamed {
  bool ok = false;
  bool done = false;
  Buffer data;
  std::size_t consumed = 0;
};
Streamed stream(Codec codec, Bytes input, std::size_t in_step, std::size_t out_step) {
  auto decoder = StreamDecoder::create(codec);
  Streamed result;
  Buffer part(out_step);
  for (std::size_t idle = 0, window = in_step; idle < 3;) {
    const Bytes in = input.subspan(result.consumed);
    const auto step = decoder->step(in.first(std::min(window, in.size())), part);
    if (!step) return result;
    append(result.data, Bytes(part).first(step->produced));
    result.consumed += step->consumed;
    result.done = step->done;
    if (step->done && (codec == Codec::kDeflate || result.consumed == input.size())) break;
    // Nothing taken: the bytes left need their successors.
    window = step->consumed == 0 && step->produced == 0 ? window + in_step : in_step;
    idle = step->consumed + step->produced == 0 && window > in.size() + in_step ? idle + 1 : 0;
  }
  result.ok = true;
  return result;
}

TEST(Decompressor, RoundTripsEveryCodec) {
  auto decompressor = make();
  for (const std::size_t size : std::initializer_list<std::size_t>{100, 5'000, 300'000}) {
    const Buffer data = test::text_bytes(size, size);
    for (const Codec codec : {Codec::kDeflate, Codec::kZstd}) {
      Buffer back(size);
      EXPECT_TRUE(decompressor.decompress(codec, pack(codec, 3, data), back));
      EXPECT_EQ(back, data);
    }
    Buffer back(size);
    EXPECT_TRUE(decompressor.decompress(Codec::kStore, data, back));
    EXPECT_EQ(back, data);
  }
}

TEST(Decompressor, ReadsAnEmptyStream) {
  auto decompressor = make();
  EXPECT_TRUE(decompressor.decompress(Codec::kDeflate, test::zlib_deflate({}, 6), {}));
  EXPECT_TRUE(decompressor.decompress(Codec::kStore, {}, {}));
  EXPECT_TRUE(corrupt(decompressor.decompress(Codec::kDeflate, {}, {})));
  EXPECT_TRUE(corrupt(decompressor.decompress(Codec::kZstd, {}, {})));
}

TEST(Decompressor, RefusesAnyOtherSizeThanTheTrueOne) {
  auto decompressor = make();
  const Buffer data = test::text_bytes(5'000, 1);
  for (const Codec codec : {Codec::kDeflate, Codec::kZstd}) {
    const Buffer packed = pack(codec, 3, data);
    for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 4'999, 5'001, 10'000}) {
      Buffer back(size);
      EXPECT_TRUE(corrupt(decompressor.decompress(codec, packed, back))) << name(codec) << size;
    }
  }
  Buffer back(4'999);
  EXPECT_TRUE(corrupt(decompressor.decompress(Codec::kStore, data, back)));
}

TEST(Decompressor, RefusesBytesBehindTheStream) {
  auto decompressor = make();
  const Buffer data = test::text_bytes(5'000, 1);
  for (const Codec codec : {Codec::kDeflate, Codec::kZstd}) {
    Buffer packed = pack(codec, 3, data);
    packed.push_back(std::byte{0});
    Buffer back(data.size());
    EXPECT_TRUE(corrupt(decompressor.decompress(codec, packed, back))) << name(codec);
  }
}

TEST(Decompressor, RefusesAStreamCutOffAnywhere) {
  auto decompressor = make();
  const Buffer data = test::mixed_bytes(3'000, 1);
  for (const Codec codec : {Codec::kDeflate, Codec::kZstd}) {
    const Buffer packed = pack(codec, 3, data);
    for (std::size_t size = 0; size < packed.size(); ++size) {
      Buffer back(data.size());
      // A heap copy of just that length: a read behind it would be seen by a sanitizer.
      const Buffer cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_TRUE(corrupt(decompressor.decompress(codec, cut, back))) << name(codec) << size;
    }
  }
}

TEST(Decompressor, ReadsSeveralZstdFrames) {
  auto decompressor = make();
  const Buffer a = test::text_bytes(3'000, 1);
  const Buffer b = test::text_bytes(70'000, 2);
  Buffer packed = pack(Codec::kZstd, 1, a);
  append(packed, pack(Codec::kZstd, 9, b));
  Buffer both = a;
  append(both, b);
  Buffer back(both.size());
  EXPECT_TRUE(decompressor.decompress(Codec::kZstd, packed, back));
  EXPECT_EQ(back, both);
  EXPECT_EQ(stream(Codec::kZstd, packed, 1'000, 1'000).data, both);
}

// The frame header of a stream with a window of 2^log bytes, and one empty last block (RFC 8878).
Buffer zstd_with_window(unsigned log) {
  const std::array<std::uint8_t, 9> frame{
      0x28, 0xB5, 0x2F, 0xFD, 0, static_cast<std::uint8_t>((log - 10) << 3), 1, 0, 0};
  const Bytes bytes = std::as_bytes(std::span(frame));
  return {bytes.begin(), bytes.end()};
}

TEST(Decompressor, RefusesAZstdWindowAbove128MiBByName) {
  auto decompressor = make();
  EXPECT_TRUE(decompressor.decompress(Codec::kZstd, zstd_with_window(27), {}));
  const auto refused = decompressor.decompress(Codec::kZstd, zstd_with_window(28), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnsupported);
  auto decoder = StreamDecoder::create(Codec::kZstd);
  Buffer out(100);
  const auto step = decoder->step(zstd_with_window(28), out);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, Code::kUnsupported);
}

TEST(InflatePiece, InflatesEachPieceByItself) {
  auto decompressor = make();
  for (int level = 1; level <= 9; ++level)
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 5'000, 65'535, 86'234, 200'000, kPieceBytes})
      for (const bool last : {false, true})
        for (const Buffer& data : {test::mixed_bytes(size, size), test::random_bytes(size, 1)}) {
          const Buffer packed = piece(level, data, last);
          for (const std::size_t room : std::initializer_list<std::size_t>{0, 1, 300'000}) {
            Buffer back(size + room);
            const auto made = decompressor.inflate_piece(packed, last, back);
            ASSERT_TRUE(made) << level << " " << size << " " << room;
            back.resize(*made);
            ASSERT_EQ(back, data);
          }
        }
}

TEST(InflatePiece, TellsTheLastFromTheOthers) {
  auto decompressor = make();
  const Buffer data = test::text_bytes(5'000, 1);
  Buffer back(data.size());
  for (int level = 1; level <= 9; ++level) {
    EXPECT_FALSE(decompressor.inflate_piece(piece(level, data, true), false, back));
    EXPECT_FALSE(decompressor.inflate_piece(piece(level, data, false), true, back));
  }
}

TEST(InflatePiece, RefusesAPieceThatEndsElsewhere) {
  auto decompressor = make();
  const Buffer data = test::mixed_bytes(3'000, 1);
  for (const int level : {1, 4})
    for (const bool last : {false, true}) {
      const Buffer whole = piece(level, data, last);
      Buffer back(data.size() + 1'000);
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto made = decompressor.inflate_piece(cut, last, back);
        // An end between two blocks of the piece is an end, when it lies on a byte boundary.
        if (made) {
          ASSERT_FALSE(last) << size;
          ASSERT_TRUE(*made == 0 || *made == data.size()) << size;
        }
      }
      Buffer longer = whole;
      longer.push_back(std::byte{0});
      EXPECT_FALSE(decompressor.inflate_piece(longer, last, back));
    }
}

TEST(InflatePiece, RefusesMoreThanTheOutputHolds) {
  auto decompressor = make();
  const Buffer data = test::text_bytes(5'000, 1);
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 4'999}) {
    Buffer back(size);
    EXPECT_FALSE(decompressor.inflate_piece(piece(1, data, false), false, back));
    EXPECT_FALSE(decompressor.inflate_piece(piece(4, data, true), true, back));
  }
}

TEST(InflatePiece, RefusesAPieceThatNeedsHistory) {
  // A fixed block: the length 3 at distance 1, with nothing before it; then the empty stored block.
  // Bits: 0, 01, 0000001 (257), 00000 (distance 1), 0000000 (end), then 0, 00, padding.
  const std::array<std::uint8_t, 8> bits{0x02, 0x02, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0};
  Buffer back(100);
  auto decompressor = make();
  const Bytes bytes = std::as_bytes(std::span(bits));
  EXPECT_FALSE(decompressor.inflate_piece(bytes.first(7), false, back));
}

TEST(InflatePiece, IsNotFooledByABlockThatSwallowsTheEnd) {
  // A stored block whose length reaches two bytes further than the piece: with 03 00 put behind it
  // (an empty final block, the usual trick) it looks complete.
  const std::array<std::uint8_t, 9> bits{0x01, 0x06, 0x00, 0xF9, 0xFF, 0x00, 0x00, 0xFF, 0xFF};
  Buffer back(100);
  auto decompressor = make();
  EXPECT_FALSE(decompressor.inflate_piece(std::as_bytes(std::span(bits)), false, back));
  EXPECT_FALSE(decompressor.inflate_piece(std::as_bytes(std::span(bits)), true, back));
}

TEST(StreamDecoder, GivesTheSameForAnyCutOfInputAndOutput) {
  const Buffer data = test::mixed_bytes(200'000, 3);
  for (const Codec codec : {Codec::kDeflate, Codec::kZstd})
    for (const int level : {1, 4, 9}) {
      const Buffer packed = pack(codec, level, data);
      for (const std::size_t in : std::initializer_list<std::size_t>{1, 7, 300, 70'000})
        for (const std::size_t out : std::initializer_list<std::size_t>{1, 13, 4'096, 300'000}) {
          const auto got = stream(codec, packed, in, out);
          ASSERT_TRUE(got.ok && got.done) << name(codec) << level << " " << in << " " << out;
          ASSERT_EQ(got.consumed, packed.size()) << name(codec) << level << " " << in << " " << out;
          ASSERT_EQ(got.data, data);
        }
    }
}

TEST(StreamDecoder, ConsumesNothingBehindTheEnd) {
  const Buffer data = test::mixed_bytes(3'000, 5);
  for (const int level : {0, 1, 6, 9}) {
    const Buffer packed = test::zlib_deflate(data, level);
    Buffer followed = packed;
    append(followed, test::random_bytes(100, 1));
    for (const std::size_t in : std::initializer_list<std::size_t>{1, 2, 5, 9, 4'000})
      for (const std::size_t out :
           std::initializer_list<std::size_t>{1, 2, 3, 100, 2'999, 3'000, 4'000}) {
        const auto got = stream(Codec::kDeflate, followed, in, out);
        ASSERT_TRUE(got.done);
        ASSERT_EQ(got.consumed, packed.size()) << level << " " << in << " " << out;
        ASSERT_EQ(got.data, data);
      }
  }
}

TEST(StreamDecoder, StaysAtTheEnd) {
  auto decoder = StreamDecoder::create(Codec::kDeflate);
  Buffer out(100);
  const Buffer packed = test::zlib_deflate(as_bytes("penstock"), 6);
  EXPECT_TRUE(decoder->step(packed, out)->done);
  const auto again = decoder->step(packed, out);
  EXPECT_TRUE(again->done);
  EXPECT_EQ(again->consumed + again->produced, 0U);
}

TEST(StreamDecoder, IsNeverDoneWhenTheStreamIsCutOff) {
  const Buffer data = test::mixed_bytes(2'000, 6);
  for (const Codec codec : {Codec::kDeflate, Codec::kZstd}) {
    const Buffer packed = pack(codec, 3, data);
    for (std::size_t size = 0; size < packed.size(); ++size)
      for (const std::size_t in : std::initializer_list<std::size_t>{64, 4'000}) {
        const Buffer cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
        const auto got = stream(codec, cut, in, 4'000);
        ASSERT_FALSE(got.done) << name(codec) << " " << size;
        ASSERT_LE(got.data.size(), data.size());
      }
  }
}

TEST(StreamDecoder, RefusesDamage) {
  auto decoder = StreamDecoder::create(Codec::kDeflate);
  Buffer out(100);
  const auto step = decoder->step(as_bytes("\x07\x01\x02\x03"), out);  // block type 3
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, Code::kCorrupt);
  auto zstd = StreamDecoder::create(Codec::kZstd);
  EXPECT_FALSE(zstd->step(as_bytes("no zstd magic"), out));
  EXPECT_EQ(StreamDecoder::create(Codec::kStore).error().code, Code::kInvalid);
}

TEST(StreamDecoder, ReadsAnEmptyStreamIntoNoRoom) {
  const Buffer packed = test::zlib_deflate({}, 6);
  auto decoder = StreamDecoder::create(Codec::kDeflate);
  const auto step = decoder->step(packed, {});
  ASSERT_TRUE(step);
  EXPECT_TRUE(step->done);
  EXPECT_EQ(step->consumed, packed.size());
}

}  // namespace
}  // namespace penstock
