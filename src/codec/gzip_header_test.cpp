#include "codec/gzip_header.h"

#include <gtest/gtest.h>

#include "codec/crc32.h"
#include "codec/test_data.h"

namespace penstock::gzip {
namespace {

using huffman::BlockEntry;
using huffman::BlockKind;
using test::Buffer;

constexpr BlockEntry kStored{BlockKind::kStored, 300, {}};
constexpr BlockEntry kCoded{BlockKind::kHuffman, 1000, {1, 2, 3, 4, 5, 6, 7, 0xFFFFFF}};
const std::vector<BlockEntry> kBlocks{kStored, kCoded, kStored};

HeaderContent content_of(std::span<const BlockEntry> blocks) {
  std::uint32_t bytes = 0;
  for (const BlockEntry& block : blocks) bytes += block.bytes;
  return {900, bytes, blocks};
}

Buffer written(const HeaderContent& content) {
  Buffer out(header_size(content));
  EXPECT_EQ(*write_header(content, out), out.size());
  return out;
}

// A header with these flags, FEXTRA field and other bytes behind it.
Buffer header_of(unsigned flags, Bytes extra, std::string_view rest) {
  Buffer out{std::byte{0x1F}, std::byte{0x8B}, std::byte{8}, static_cast<std::byte>(flags)};
  out.resize(kFixedHeaderBytes);
  if ((flags & 4) != 0) {
    append_le<std::uint16_t>(out, static_cast<std::uint16_t>(extra.size()));
    append(out, extra);
  }
  append(out, as_bytes(rest));
  return out;
}
Buffer header_with_extra(std::string_view extra) { return header_of(4, as_bytes(extra), ""); }

Header read(Bytes input) {
  const auto header = read_header(input);
  EXPECT_TRUE(header) << header.error().message;
  EXPECT_TRUE(header && *header);
  return header && *header ? **header : Header();
}

Code refused(Bytes input) {
  const auto header = read_header(input);
  EXPECT_FALSE(header);
  return header ? Code::kInternal : header.error().code;
}

bool same(const BlockEntry& a, const BlockEntry& b) {
  return a.kind == b.kind && a.bytes == b.bytes && a.stream_bits == b.stream_bits;
}

TEST(GzipHeader, ReadsBackWhatItWrote) {
  const Buffer bytes = written(content_of(kBlocks));
  const Header header = read(bytes);
  EXPECT_EQ(header.header_bytes, bytes.size());
  EXPECT_EQ(header.mtime, 0U);
  EXPECT_EQ(header.name, "");
  EXPECT_EQ(header.hint, Hint::kPenstock);
  EXPECT_EQ(header.member_bytes, bytes.size() + 900 + kTrailerBytes);
  EXPECT_EQ(header.data_bytes, 1600U);
  EXPECT_TRUE(std::ranges::equal(header.blocks, kBlocks, same));
}

TEST(GzipHeader, WithoutBlocksStillSaysWhereTheNextMemberIs) {
  const HeaderContent content{900, 5000, {}};
  const Header header = read(written(content));
  EXPECT_EQ(header.member_bytes, 28U + 900U + kTrailerBytes);
  EXPECT_EQ(header.data_bytes, 5000U);
  EXPECT_TRUE(header.blocks.empty());
}

TEST(GzipHeader, BoundHoldsForEveryBlockCodedAndForEveryBlockStored) {
  for (const std::size_t blocks : {1U, 2U, 8U, 32U}) {
    const std::size_t bytes = (blocks - 1) * huffman::kBlockBytes + 1;
    const std::vector<BlockEntry> coded(blocks, kCoded);
    EXPECT_LE(header_size(content_of(coded)), header_bound(bytes));
    const std::vector<BlockEntry> stored(3 * (blocks - 1) + 1, kStored);
    EXPECT_LE(header_size(content_of(stored)), header_bound(bytes));
  }
}

TEST(GzipHeader, RefusesToWriteWhatDoesNotFit) {
  Buffer out(std::size_t{1} << 17);
  HeaderContent content{UINT32_MAX, 0, {}};
  EXPECT_FALSE(write_header(content, out));
  const std::vector<BlockEntry> many(2400, kCoded);
  EXPECT_FALSE(write_header(content_of(many), out));
  const std::vector<BlockEntry> large{{BlockKind::kStored, 1U << 24, {}}};
  EXPECT_FALSE(write_header(content_of(large), out));
  EXPECT_FALSE(write_header(content_of(kBlocks), MutableBytes(out).first(20)));
}

TEST(GzipHeader, AsksForMoreAtEveryCutAndNeverTwiceForTheSame) {
  Buffer bytes = header_of(2 | 4 | 8 | 16, as_bytes(std::string_view("XY\2\0ab")), {});
  append(bytes, as_bytes(std::string_view("name\0comment\0", 13)));
  append_le<std::uint16_t>(bytes, static_cast<std::uint16_t>(crc32(0, bytes) & 0xFFFF));
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const auto header = read_header(Bytes(bytes).first(cut));
    ASSERT_TRUE(header) << cut;
    EXPECT_FALSE(*header) << cut;
  }
  const Header header = read(bytes);
  EXPECT_EQ(header.header_bytes, bytes.size());
  EXPECT_EQ(header.name, "name");
  EXPECT_EQ(header.comment, "comment");
}

TEST(GzipHeader, WhatFollowsIsLeftAlone) {
  Buffer bytes = header_of(8, {}, std::string_view("n\0behind", 8));
  EXPECT_EQ(read(bytes).header_bytes, kFixedHeaderBytes + 2);
}

TEST(GzipHeader, WhatIsNoGzipIsRefusedAtTheFirstByteThatShowsIt) {
  EXPECT_EQ(refused(as_bytes("P")), Code::kCorrupt);
  EXPECT_EQ(refused(as_bytes("\x1FP")), Code::kCorrupt);
  EXPECT_EQ(refused(as_bytes("\x1F\x8B\x07")), Code::kUnsupported);
  for (const unsigned flag : {0x20U, 0x40U, 0x80U})
    EXPECT_EQ(refused(Bytes(header_of(flag, {}, "")).first(4)), Code::kUnsupported);
}

TEST(GzipHeader, AWrongHeaderCrcIsRefused) {
  Buffer bytes = header_of(2, {}, "");
  append_le<std::uint16_t>(bytes, static_cast<std::uint16_t>((crc32(0, bytes) + 1) & 0xFFFF));
  EXPECT_EQ(refused(bytes), Code::kCorrupt);
}

TEST(GzipHeader, ANameWithoutEndIsRefusedAndNotWaitedFor) {
  Buffer bytes = header_of(8, {}, std::string(kHeaderBytesMost, 'n'));
  EXPECT_EQ(refused(bytes), Code::kUnsupported);
  bytes.resize(kHeaderBytesMost - 1);
  EXPECT_FALSE(*read_header(bytes));
  // Its end just behind the limit: the same answer, however much is there.
  bytes.assign(kHeaderBytesMost + 1, std::byte{'n'});
  std::ranges::copy(header_of(8, {}, ""), bytes.begin());
  bytes.back() = std::byte{0};
  EXPECT_EQ(refused(bytes), Code::kUnsupported);
}

TEST(GzipHeader, FindsTheLengthInBgzf) {
  const Header header = read(header_with_extra(std::string_view("BC\2\0\x1B\0", 6)));
  EXPECT_EQ(header.hint, Hint::kBgzf);
  EXPECT_EQ(header.member_bytes, 28U);
  EXPECT_FALSE(header.data_bytes);
}

TEST(GzipHeader, FindsTheLengthInPgzip) {
  const Header header = read(header_with_extra(std::string_view("XX\0\0IG\4\0\0\0\1\0", 12)));
  EXPECT_EQ(header.hint, Hint::kIndexed);
  EXPECT_EQ(header.member_bytes, 65536U);
}

TEST(GzipHeader, LengthsThatCannotBeAreNoHint) {
  for (const std::string_view extra :
       {std::string_view("BC\2\0\x19\0", 6), std::string_view("IG\4\0\x1C\0\0\0", 8),
        std::string_view("BC\1\0\x1B", 5), std::string_view("IG\2\0\xFF\xFF", 6),
        std::string_view("BC\2\0\xFF\xFF"
                         "BC\2\0\xFF\xFF",
                         12),
        std::string_view("BC\3\0\xFF\xFF", 6), std::string_view("BC\2\0\xFF\xFFX", 7)}) {
    const Header header = read(header_with_extra(extra));
    EXPECT_EQ(header.hint, Hint::kNone);
    EXPECT_FALSE(header.member_bytes);
    EXPECT_EQ(header.header_bytes, kFixedHeaderBytes + 2 + extra.size());
  }
}

// Changes one byte of our subfield (whose content begins at 16) and expects no hint to be left.
void expect_no_hint(std::size_t at, std::uint8_t value) {
  Buffer bytes = written(content_of(kBlocks));
  bytes.at(at) = static_cast<std::byte>(value);
  const Header header = read(bytes);
  EXPECT_EQ(header.hint, Hint::kNone) << at;
  EXPECT_TRUE(header.blocks.empty()) << at;
  EXPECT_FALSE(header.member_bytes || header.data_bytes) << at;
}

TEST(GzipHeader, AnIndexThatContradictsItselfIsNone) {
  expect_no_hint(16, 2);    // version
  expect_no_hint(17, 4);    // streams
  expect_no_hint(18, 2);    // blocks
  expect_no_hint(18, 4);    //
  expect_no_hint(19, 255);  //
  expect_no_hint(24, 1);    // data_bytes
  expect_no_hint(28, 1);    // kind: takes the others' bytes
  expect_no_hint(28, 2);    // kind
  expect_no_hint(29, 0);    // bytes
  expect_no_hint(31, 1);    // a stored block of 65,536
  expect_no_hint(14, 12);   // LEN: the list goes wrong
}

TEST(GzipHeader, AMemberWithoutRoomForDataIsNoHint) {
  EXPECT_EQ(read(written({1, 300, {}})).hint, Hint::kPenstock);
  EXPECT_EQ(read(written({0, 0, {}})).hint, Hint::kNone);
}

TEST(GzipHeader, AnIndexOfMoreThan16MiBIsNotTakenSeriously) {
  std::vector<BlockEntry> blocks(2, {BlockKind::kHuffman, 1U << 23, {}});
  HeaderContent content{1U << 24, 1U << 24, blocks};
  EXPECT_EQ(read(written(content)).blocks.size(), 2U);
  blocks.push_back(kStored);
  content = {1U << 24, (1U << 24) + 300, blocks};
  EXPECT_EQ(read(written(content)).hint, Hint::kNone);
}

TEST(GzipHeader, MoreDataThanDeflateCanMakeIsNoHint) {
  EXPECT_EQ(read(written({1000, 1'032'000, {}})).data_bytes, 1'032'000U);
  EXPECT_EQ(read(written({1000, 1'032'001, {}})).hint, Hint::kNone);
}

TEST(GzipHeader, TrailerIsTheLastEightBytes) {
  Buffer member(20);
  write_trailer({0x01020304, 0xA0B0C0D0}, MutableBytes(member).last(kTrailerBytes));
  EXPECT_EQ(read_trailer(member).crc32, 0x01020304U);
  EXPECT_EQ(read_trailer(member).data_bytes, 0xA0B0C0D0U);
  EXPECT_EQ(member.at(12), std::byte{4});
}

}  // namespace
}  // namespace penstock::gzip
