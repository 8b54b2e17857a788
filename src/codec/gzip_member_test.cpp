#include "codec/gzip_member.h"

#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "codec/compressor.h"
#include "codec/crc32.h"
#include "codec/stored_blocks.h"
#include "codec/test_data.h"
#include "codec/zlib_streams.h"

namespace penstock::gzip {
namespace {

using test::Buffer;

Buffer encode(MemberEncoder& encoder, Bytes data) {
  Buffer out(MemberEncoder::bound(data.size()));
  const auto member = encoder.encode(data, out);
  EXPECT_TRUE(member) << member.error().message;
  return {member->begin(), member->end()};
}

Buffer encode(Mode mode, Bytes data, int level = 6) {
  auto encoder = *MemberEncoder::create(mode, level);
  return encode(encoder, data);
}

// A member as any gzip makes it.
Buffer plain_member(Bytes data, int level = 6) {
  Buffer out{std::byte{0x1F}, std::byte{0x8B}, std::byte{8}};
  out.resize(kFixedHeaderBytes);
  append(out, test::zlib_deflate(data, level));
  out.resize(out.size() + kTrailerBytes);
  write_trailer({crc32(0, data), static_cast<std::uint32_t>(data.size())},
                MutableBytes(out).last(kTrailerBytes));
  return out;
}

Buffer inflate(Bytes member, std::size_t most) {
  auto decoder = *MemberDecoder::create();
  Buffer out(most);
  const auto made = decoder.inflate_member(member, out);
  EXPECT_TRUE(made) << made.error().message;
  out.resize(made ? *made : 0);
  return out;
}

std::string refusal(Bytes member, std::size_t most) {
  auto decoder = *MemberDecoder::create();
  Buffer out(most);
  const auto made = decoder.inflate_member(member, out);
  EXPECT_FALSE(made);
  return made ? "" : made.error().message;
}

// Bytes that are skewed but independent: what Huffman coding is for.
Buffer skewed_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer data(size);
  for (std::byte& b : data) {
    const std::uint64_t bits = random();
    b = static_cast<std::byte>((std::countr_zero(bits | 0x8000U) << 4) |
                               static_cast<int>(bits >> 60));
  }
  return data;
}

std::vector<Buffer> samples() {
  std::vector<Buffer> all{{}, Buffer(1), Buffer(100'000)};
  for (const std::size_t size :
       {1UL, 7UL, 8UL, 1000UL, 65'535UL, 65'536UL, 131'072UL, 131'073UL, 300'000UL, kPieceBytes}) {
    all.push_back(test::random_bytes(size, size));
    all.push_back(test::text_bytes(size, size));
    all.push_back(test::mixed_bytes(size, size));
  }
  return all;
}

TEST(GzipMember, ComesBackInEveryMode) {
  for (const Mode mode : {Mode::kHuffman, Mode::kBest})
    for (const Buffer& data : samples()) {
      const Buffer member = encode(mode, data);
      EXPECT_EQ(inflate(member, data.size()), data);
      EXPECT_EQ(inflate(member, data.size() + 1000), data) << "with room to spare";
    }
}

TEST(GzipMember, IsWhatAnyInflateReads) {
  for (const Mode mode : {Mode::kHuffman, Mode::kBest})
    for (const Buffer& data : samples()) {
      const Buffer member = encode(mode, data);
      const auto header = *read_header(member);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->member_bytes, member.size());
      EXPECT_EQ(header->data_bytes, data.size());
      const auto inflated =
          test::zlib_inflate(Bytes(member).subspan(header->header_bytes), data.size());
      EXPECT_TRUE(inflated.ok);
      EXPECT_EQ(inflated.data, data);
      EXPECT_EQ(header->header_bytes + inflated.consumed + kTrailerBytes, member.size());
    }
}

TEST(GzipMember, BytesDoNotDependOnWhatWasEncodedBefore) {
  auto encoder = *MemberEncoder::create(Mode::kBest, 6);
  for (const Buffer& data : samples()) EXPECT_EQ(encode(encoder, data), encode(Mode::kBest, data));
}

TEST(GzipMember, BytesDoNotDependOnTheVectorPath) {
  for (const CpuLevel level : {CpuLevel::kPortable, CpuLevel::kAvx2, CpuLevel::kAvx512}) {
    if (!cpu_has(level)) continue;
    auto encoder = *MemberEncoder::create(Mode::kBest, 6, level);
    for (const Buffer& data : samples())
      EXPECT_EQ(encode(encoder, data), encode(Mode::kBest, data)) << name(level);
  }
}

TEST(GzipMember, IsNeverLargerThanStoredButForTheIndex) {
  for (const Mode mode : {Mode::kHuffman, Mode::kBest})
    for (const Buffer& data : samples()) {
      const std::size_t blocks = data.size() / huffman::kBlockBytes + 1;
      const std::size_t most =
          28 + kTrailerBytes + stored_size(data.size()) + 28 * blocks + 5 * blocks;
      EXPECT_LE(encode(mode, data).size(), most) << data.size();
    }
}

TEST(GzipMember, HuffmanModeIsAlwaysIndexed) {
  for (const Buffer& data : samples())
    EXPECT_FALSE((*read_header(encode(Mode::kHuffman, data)))->blocks.empty()) << data.size();
}

TEST(GzipMember, BestIsLzForTextAndHuffmanForIndependentBytes) {
  const Buffer text = test::text_bytes(kPieceBytes, 1);
  const Buffer skewed = skewed_bytes(kPieceBytes, 1);
  EXPECT_TRUE((*read_header(encode(Mode::kBest, text)))->blocks.empty());
  EXPECT_FALSE((*read_header(encode(Mode::kBest, skewed)))->blocks.empty());
}

TEST(GzipMember, BestIsNotFooledByRunsThatNoSampleHits) {
  // All samples lie in independent bytes; what is between them is zero.
  Buffer data = skewed_bytes(kPieceBytes, 2);
  for (std::size_t part = 0; part < 8; ++part)
    std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(part << 17), 50'000, std::byte{0});
  std::fill_n(data.begin(), huffman::kBlockBytes / 2 - 5000, std::byte{0});
  EXPECT_LE(encode(Mode::kBest, data).size(), encode(Mode::kHuffman, data).size());
}

TEST(GzipMember, BestIsAtMostOnePercentLargerThanTheBetterOfBoth) {
  for (const Buffer& data : samples()) {
    const std::size_t huffman = encode(Mode::kHuffman, data).size();
    const std::size_t lz = 36 + test::zlib_deflate(data, 6).size();
    const std::size_t best = encode(Mode::kBest, data).size();
    EXPECT_LE(best, std::min(huffman, lz + lz / 20) + huffman / 100 + 40) << data.size();
  }
}

TEST(GzipMember, RefusesMoreThanAPieceAndTooSmallAnOutput) {
  auto encoder = *MemberEncoder::create(Mode::kHuffman);
  const Buffer data(kPieceBytes + 1);
  Buffer out(MemberEncoder::bound(data.size()));
  EXPECT_EQ(encoder.encode(data, out).error().code, Code::kInvalid);
  const MutableBytes small(out.data(), MemberEncoder::bound(100) - 1);
  EXPECT_EQ(encoder.encode(Bytes(data).first(100), small).error().code, Code::kInvalid);
  EXPECT_FALSE(MemberEncoder::create(Mode::kBest, 0));
  EXPECT_FALSE(MemberEncoder::create(Mode::kBest, 10));
}

TEST(GzipMember, ReadsMembersOfOthers) {
  for (const Buffer& data : samples())
    for (const int level : {0, 1, 9})
      EXPECT_EQ(inflate(plain_member(data, level), data.size()), data);
}

TEST(GzipMember, WhatFollowsAMemberIsTheCallers) {
  const Buffer data = test::text_bytes(5000, 1);
  auto decoder = *MemberDecoder::create();
  for (const Buffer& member : {plain_member(data), encode(Mode::kHuffman, data)}) {
    Buffer input = member;
    append(input, as_bytes("behind"));
    Buffer out(6000);
    const auto found = decoder.inflate_front(input, out);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->member_bytes, member.size());
    EXPECT_EQ(found->data_bytes, data.size());
    EXPECT_EQ(refusal(input, 6000), "bytes follow the end of the gzip member");
  }
}

TEST(GzipMember, CutOffAnywhereIsSaidToBeCutOff) {
  const Buffer data = test::text_bytes(2000, 1);
  for (const Buffer& member : {plain_member(data), encode(Mode::kHuffman, data)})
    for (std::size_t cut = 0; cut < member.size(); ++cut)
      ASSERT_EQ(refusal(Bytes(member).first(cut), 2000), "the gzip member is cut off") << cut;
}

TEST(GzipMember, AFlippedBitIsNoticedOrChangesNothing) {
  const Buffer data = test::text_bytes(600, 1);
  auto decoder = *MemberDecoder::create();
  Buffer out(5000);
  for (Buffer member : {plain_member(data), encode(Mode::kHuffman, data)}) {
    for (std::size_t bit = 0; bit < 8 * member.size(); ++bit) {
      const auto mask = static_cast<std::byte>(1U << bit % 8);
      member[bit / 8] ^= mask;
      // In a header, or in the code of distances, none of which occurs, it changes nothing.
      const auto made = decoder.inflate_member(member, out);
      ASSERT_TRUE(!made || std::ranges::equal(MutableBytes(out).first(*made), data)) << bit;
      member[bit / 8] ^= mask;
    }
  }
}

TEST(GzipMember, SaysWhichPartOfTheTrailerIsWrong) {
  const Buffer data = test::text_bytes(2000, 1);
  for (const Buffer& good : {plain_member(data), encode(Mode::kHuffman, data)}) {
    Buffer bad = good;
    bad[bad.size() - 8] ^= std::byte{1};
    EXPECT_EQ(refusal(bad, 2000), "the CRC-32 of the gzip member is wrong");
    bad = good;
    bad[bad.size() - 4] ^= std::byte{1};
    EXPECT_EQ(refusal(bad, 2000), "the gzip member holds 2000 bytes, but its trailer says 2001");
  }
}

TEST(GzipMember, MoreDataThanRoomIsRefused) {
  const Buffer data = test::text_bytes(2000, 1);
  for (const Buffer& member : {plain_member(data), encode(Mode::kHuffman, data)}) {
    EXPECT_EQ(refusal(member, 1999), "the gzip member holds more than 1999 bytes");
    EXPECT_EQ(refusal(member, 0), "the gzip member holds more than 0 bytes");
  }
}

TEST(GzipMember, ReadsNothingBehindItsInput) {
  const Buffer data = skewed_bytes(3000, 1);
  for (const Buffer& member :
       {plain_member(data), encode(Mode::kHuffman, data), encode(Mode::kBest, data)})
    for (std::size_t size = 0; size <= member.size(); ++size) {
      const auto exact = std::make_unique<std::byte[]>(size);
      std::copy_n(member.begin(), size, exact.get());
      const auto out = std::make_unique<std::byte[]>(data.size());
      auto decoder = *MemberDecoder::create();
      EXPECT_EQ(decoder.inflate_member({exact.get(), size}, {out.get(), data.size()}).has_value(),
                size == member.size());
    }
}

}  // namespace
}  // namespace penstock::gzip
