// The chunk driver, there and back, over memory: what comes out, and that nothing but the input
// decides it.
#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "chunks/chunk_driver.h"
#include "chunks/chunk_restorer.h"
#include "chunks/chunk_testing.h"
#include "chunks/frame_index.h"
#include "chunks/seek_table_reader.h"
#include "codec/codec.h"
#include "codec/crc32.h"
#include "codec/test_data.h"
#include "codec/test_frames.h"
#include "codec/unit_decoder.h"
#include "codec/zlib_streams.h"
#include "codec/zstd_seek_table.h"

namespace penstock {
namespace {

using test::Buffer;
using test::compressed;
using test::Environment;
using test::MemorySink;
using test::restored;

constexpr std::array kCodecs{FileCodec::kZstd, FileCodec::kGzip, FileCodec::kHuffman};

TEST(Chunks, RoundTripAroundEveryEdgeWithTheSameBytesForAnyThreads) {
  Environment around;
  const Buffer all = test::mixed_bytes(std::size_t{9} << 20, 1);
  constexpr std::size_t kMiB = std::size_t{1} << 20;
  for (const FileCodec codec : kCodecs)
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kMiB - 1, kMiB, kMiB + 1,
                                   4 * kMiB, 4 * kMiB + 1, all.size()}) {
      const Bytes data = Bytes(all).first(size);
      const auto one = compressed(data, codec, codec == FileCodec::kHuffman ? 0 : 1, around.run(1));
      const auto many =
          compressed(data, codec, codec == FileCodec::kHuffman ? 0 : 1, around.run(5, 1));
      ASSERT_TRUE(one && many);
      EXPECT_EQ(*one, *many) << size;
      const auto back = restored(*many, around.run(3));
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_TRUE(std::ranges::equal(back->data, data)) << size;
      EXPECT_TRUE(back->parallel) << size;
    }
}

TEST(Chunks, AFullSinkEndsTheRunWithItsError) {
  Environment around;
  const Buffer data = test::random_bytes(std::size_t{20} << 20, 2);
  const auto format = make_chunk_format(FileCodec::kGzip, 1);
  ASSERT_TRUE(format);
  const auto source = make_memory_source(data, "data");
  const auto input = make_part_input(*source, 0, data.size());
  MemorySink sink;
  sink.room = std::size_t{3} << 20;
  const auto counts = compress_chunks(*input, **format, sink, around.run(2), {});
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, Code::kNoSpace);
}

TEST(Chunks, AStopIsNoSuccess) {
  Environment around;
  const Buffer data = test::random_bytes(std::size_t{5} << 20, 2);
  const auto format = make_chunk_format(FileCodec::kZstd, 1);
  ASSERT_TRUE(format);
  const auto source = make_memory_source(data, "data");
  const auto input = make_part_input(*source, 0, data.size());
  MemorySink sink;
  std::stop_source stop;
  stop.request_stop();
  const auto counts = compress_chunks(*input, **format, sink, around.run(2), stop.get_token());
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, Code::kCancelled);
}

TEST(Chunks, WhatCannotBeCutIsDecodedFrontToBackWithWhatFollows) {
  Environment around;
  const Buffer data = test::mixed_bytes(3'000'000, 3);
  auto file = compressed(data, FileCodec::kGzip, 1, around.run(2));
  ASSERT_TRUE(file);
  append(*file, test::foreign_member(data));
  append(*file, *compressed(data, FileCodec::kHuffman, 0, around.run(2)));
  file->resize(file->size() + 100'000);  // padding
  const auto back = restored(*file, around.run(2));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_FALSE(back->parallel);
  Buffer thrice = data;
  append(thrice, data);
  append(thrice, data);
  EXPECT_EQ(back->data, thrice);
}

TEST(Chunks, AWrongByteAnywhereNeverGivesOtherData) {
  Environment around;
  std::mt19937_64 random(4);
  for (const FileCodec codec : kCodecs) {
    const Buffer data = test::mixed_bytes(300'000, random());
    const auto file = compressed(data, codec, 0, around.run(1));
    ASSERT_TRUE(file);
    for (int i = 0; i < 200; ++i) {
      Buffer bad = *file;
      // Half of them in the first header, where the hints are.
      const std::size_t place = random() % (i % 2 == 0 ? bad.size() : 300);
      bad[place] ^= static_cast<std::byte>(1U << random() % 8);
      const auto back = restored(bad, around.run(2));
      if (back)
        EXPECT_EQ(back->data, data) << place;
      else
        EXPECT_TRUE(back.error().code == Code::kCorrupt || back.error().code == Code::kUnsupported)
            << back.error().message;
    }
  }
}

TEST(Chunks, LimitsSkipTakeAndStop) {
  Environment around;
  const Buffer data = test::text_bytes(9'000'000, 5);
  const auto file = compressed(data, FileCodec::kZstd, 1, around.run(2));
  ASSERT_TRUE(file);
  RestoreLimits limits;
  limits.skip = 4'194'300;
  limits.take = 10;
  const auto part = restored(*file, around.run(2), limits);
  ASSERT_TRUE(part);
  EXPECT_TRUE(std::ranges::equal(part->data, Bytes(data).subspan(4'194'300, 10)));
  limits.max_output_bytes = 9;
  const auto refused = restored(*file, around.run(2), limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnsafe);
}

TEST(Chunks, NothingIsDecodedBeyondWhatTheIndexSays) {
  constexpr std::uint64_t kSaid = 1'000'000;
  const unsigned threads = 2;
  // 1 GiB in one frame that does not say so, and 40 MB in frames that do.
  Buffer silent = test::zstd_frame_header(std::nullopt);
  for (int i = 0; i < 8192; ++i) {
    test::append_zstd_block(silent, test::ZstdBlockKind::kRun, std::size_t{128} << 10, i == 8191);
    append(silent, as_bytes("x"));
  }
  Buffer frames;
  for (int i = 0; i < 400; ++i) append(frames, test::zstd_frame(Buffer(100'000), 100'000));
  for (const Buffer& file : {silent, frames}) {
    Environment around;
    RestoreLimits limits;
    limits.made_most = kSaid;
    const auto made = restored(file, around.run(threads), limits);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::kCorrupt);
    EXPECT_NE(made.error().message.find("more than the 1,000,000 bytes"), std::string::npos);
    // The joiner refuses what is too much; the workers are ahead of it by what is in flight.
    EXPECT_LE(around.meters.join.snapshot().bytes, kSaid + (std::size_t{512} << 10));
    EXPECT_LE(around.meters.work.snapshot().bytes, kSaid + 8 * (std::size_t{4} << 20));
  }
}

// All that `decoder` makes of `file`, given and taken in pieces of random sizes.
Result<Buffer> in_pieces(FrontDecoder& decoder, Bytes file, std::mt19937_64& random) {
  Buffer made;
  Buffer out(5000);
  while (!file.empty()) {
    Bytes in = file.first(std::min<std::size_t>(file.size(), 1 + random() % 3000));
    file = file.subspan(in.size());
    for (bool more = true; more;) {
      const MutableBytes to = MutableBytes(out).first(1 + random() % out.size());
      PENSTOCK_TRY(const auto step, decoder.step(in, to));
      append(made, to.first(step.produced));
      in = in.subspan(step.consumed);
      more = step.produced == to.size() || !in.empty();
    }
  }
  PENSTOCK_CHECK(decoder.end());
  return made;
}

TEST(FrontDecoders, GiveTheSameInAnyPieces) {
  Environment around;
  std::mt19937_64 random(6);
  const Buffer data = test::mixed_bytes(200'000, 7);
  for (int i = 0; i < 30; ++i) {
    const FileCodec codec = kCodecs.at(random() % kCodecs.size());
    const auto file = compressed(data, codec, 0, around.run(1));
    ASSERT_TRUE(file);
    auto decoder =
        codec == FileCodec::kZstd ? make_zstd_front_decoder(0) : make_gzip_front_decoder(0);
    ASSERT_TRUE(decoder);
    std::uint64_t told = 0;
    (*decoder)->tell([&](std::uint64_t begin, std::uint64_t end, std::uint64_t) {
      EXPECT_EQ(begin, told);
      told = end;
    });
    const auto made = in_pieces(**decoder, *file, random);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*made, data);
    EXPECT_EQ(told, file->size());
  }
}

std::vector<ChunkSizes> entries_of(SeekTable table) {
  std::vector<ChunkSizes> entries;
  for (auto entry = table.next(); entry && *entry; entry = table.next()) entries.push_back(**entry);
  return entries;
}

TEST(SeekTable, IsReadBackAndOnlyTakenWhenItFillsTheFile) {
  Buffer file(700);
  const Buffer table = make_seek_table({{1000, 300}, {0, 0}, {77, 400}});
  append(file, table);
  const auto source = make_memory_source(file, "file");
  const auto read = SeekTable::find(*source, {});
  ASSERT_TRUE(read && *read);
  const auto frames = entries_of(**read);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].bytes, 1000U);
  EXPECT_EQ(frames[2].compressed_bytes, 400U);
  EXPECT_EQ((*read)->table_bytes(), table.size());
  file.insert(file.begin(), std::byte{0});
  const auto longer = SeekTable::find(*make_memory_source(file, "file"), {});
  ASSERT_TRUE(longer);
  EXPECT_FALSE(longer->has_value());
}

TEST(SeekTable, NoNumberInItIsBelieved) {
  std::mt19937_64 random(8);
  Buffer file(100);
  append(file, make_seek_table({{1000, 60}, {10, 40}}));
  for (std::size_t place = 100; place < file.size(); ++place)
    for (int bit = 0; bit < 8; ++bit) {
      Buffer bad = file;
      bad[place] ^= static_cast<std::byte>(1U << bit);
      const auto source = make_memory_source(bad, "file");
      const auto read = SeekTable::find(*source, {});
      ASSERT_TRUE(read) << place;
      if (!*read) continue;
      std::uint64_t sum = 0;
      for (const ChunkSizes& frame : entries_of(**read)) sum += frame.compressed_bytes;
      EXPECT_EQ(sum + (*read)->table_bytes(), bad.size()) << place;
    }
}

TEST(RangePlan, CoversEveryRangeAndNoFrameMore) {
  Environment around;
  const Buffer data = test::text_bytes(6'000'000, 9);
  const auto file = compressed(data, FileCodec::kGzip, 1, around.run(2));
  ASSERT_TRUE(file);
  const auto source = make_memory_source(*file, "file");
  std::mt19937_64 random(10);
  for (int i = 0; i < 200; ++i) {
    ByteRange range{random() % data.size(), random() % data.size()};
    if (range.begin > range.end) std::swap(range.begin, range.end);
    const auto plan = plan_range(*source, FileFormat::kGzip, range, {});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_LT(plan->skip, kPieceBytes);
    EXPECT_EQ(plan->take, range.end - range.begin);
    EXPECT_LE(plan->skip + plan->take, plan->made);
    EXPECT_LT(plan->made, plan->skip + plan->take + kPieceBytes + 1);
  }
  EXPECT_FALSE(plan_range(*source, FileFormat::kGzip, {data.size() + 1, UINT64_MAX}, {}));
}

}  // namespace
}  // namespace penstock
