// One huge entry, cut as ours are, almost as ours are, and not at all.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "archive/test_zip.h"
#include "archive/unpack_source.h"
#include "codec/codec.h"
#include "files/test_directory.h"

namespace penstock::zip {
namespace {

using test::Buffer;
using test::TestEntry;
using test::TestZip;

constexpr std::size_t kBytes = (std::size_t{9} << 20) + 12345;

std::string text(std::size_t bytes) {
  std::mt19937_64 random(1);
  std::string out;
  while (out.size() < bytes) {
    out += std::to_string(random() % 10000);
    out += ' ';
  }
  out.resize(bytes);
  return out;
}

// What does not compress, with an end of piece imitated every few kilobytes.
std::string noise_with_marks(std::size_t bytes, std::size_t every) {
  std::mt19937_64 random(2);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random());
  for (std::size_t at = every; at + 4 < bytes; at += every) out.replace(at, 4, "\0\0\xff\xff", 4);
  return out;
}

std::string packed_in_pieces(std::string_view content, std::size_t piece_bytes = kPieceBytes) {
  auto compressor = *Compressor::create(Codec::kDeflate, 1);
  std::string out;
  for (std::size_t at = 0; at < content.size(); at += piece_bytes) {
    const std::string_view piece = content.substr(at, piece_bytes);
    Buffer packed(Compressor::bound(piece.size()));
    packed.resize(
        *compressor.compress_piece(as_bytes(piece), at + piece.size() == content.size(), packed));
    out += as_text(packed);
  }
  return out;
}

Result<std::string> unpacked(const TestEntry& entry, unsigned threads = 2, std::size_t memory = 0) {
  const TestDirectory directory;
  test::Told told;
  Progress progress;
  UnpackOptions options;
  const Secret password(std::string("secret"));
  options.password = &password;
  options.threads = threads;
  options.memory_bytes = memory;
  options.directory = directory / "out";
  const Buffer archive = TestZip().add(entry).build();
  auto done = unpack_source(*make_memory_source(archive, "test.zip"), options, told, progress, {});
  if (!done) {
    EXPECT_FALSE(directory.has("out"));
    return fail(std::move(done).error());
  }
  if (done->damage) {
    EXPECT_FALSE(directory.has("out"));
    return fail(*std::move(done->damage));
  }
  EXPECT_EQ(progress.bytes_out.load(), done->bytes_out) << "contents are counted once";
  return directory.read("out/huge");
}

TestEntry huge(const std::string& content, std::string packed) {
  return {
      .name = "huge", .content = content, .method = kMethodDeflate, .packed = std::move(packed)};
}

TEST(PieceRun, PiecesComeBack) {
  const std::string content = text(kBytes);
  for (const unsigned threads : {1U, 2U, 5U}) {
    const auto back = unpacked(huge(content, packed_in_pieces(content)), threads);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(*back == content);
  }
}

TEST(PieceRun, PiecesComeBackFromUnderEncryptionInLittleMemory) {
  const std::string content = text(kBytes);
  TestEntry entry = huge(content, packed_in_pieces(content));
  entry.aes = AesInfo{};
  const auto back = unpacked(entry, 2, 1);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(*back == content);
}

TEST(PieceRun, EndsImitatedInsideStoredDataAreSeenThrough) {
  for (const std::size_t every : {std::size_t{100'000}, std::size_t{5000}, std::size_t{700}}) {
    const std::string content = noise_with_marks(kBytes, every);
    const auto back = unpacked(huge(content, packed_in_pieces(content)));
    ASSERT_TRUE(back) << every << back.error().message;
    EXPECT_TRUE(*back == content) << every;
  }
}

TEST(PieceRun, PiecesOfAnotherSizeAreDecodedAsOneStream) {
  const std::string content = text(kBytes);
  for (const std::size_t piece : {std::size_t{100'000}, kPieceBytes - 1, kPieceBytes / 2}) {
    const auto back = unpacked(huge(content, packed_in_pieces(content, piece)));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(*back == content);
  }
}

TEST(PieceRun, AnEntryThatStopsBeingCutLikeOursIsDecodedAsOneStream) {
  const std::string content = text(kBytes);
  const std::string_view view = content;
  // Three pieces of ours, then pieces of another size.
  std::string packed;
  auto compressor = *Compressor::create(Codec::kDeflate, 1);
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t bytes = at < 3 * kPieceBytes ? kPieceBytes : kPieceBytes / 3;
    const std::string_view piece = view.substr(at, bytes);
    Buffer out(Compressor::bound(piece.size()));
    at += piece.size();
    out.resize(*compressor.compress_piece(as_bytes(piece), at == content.size(), out));
    packed += as_text(out);
  }
  const auto back = unpacked(huge(content, packed));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(*back == content);
}

TEST(PieceRun, DamageIsNoticedAndLeavesNothing) {
  const std::string content = text(kBytes);
  const std::string packed = packed_in_pieces(content);
  for (const std::size_t at : {std::size_t{5}, packed.size() / 2, packed.size() - 2}) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const auto back = unpacked(huge(content, damaged));
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, Code::kCorrupt);
  }
}

TEST(PieceRun, DamageUnderEncryptionIsNoticedAndLeavesNothing) {
  const std::string content = text(kBytes);
  for (const std::size_t from_end : {std::size_t{1}, std::size_t{20}, std::size_t{1'000'000}}) {
    TestEntry entry = huge(content, packed_in_pieces(content));
    entry.aes = AesInfo{};
    entry.edit_data = [from_end](Buffer& data) { data[data.size() - from_end] ^= std::byte{1}; };
    const auto back = unpacked(entry);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, Code::kCorrupt);
  }
}

TEST(PieceRun, DeclaredSizesThatLieAreNoticed) {
  const std::string content = text(kBytes);
  for (const std::uint64_t declared :
       {kBytes - 1, kBytes + 1, kBytes - 12345, kBytes + kPieceBytes}) {
    TestEntry entry = huge(content, packed_in_pieces(content));
    entry.declared_bytes = declared;
    const auto back = unpacked(entry);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, Code::kCorrupt);
  }
}

TEST(PieceRun, HugeStoredAndZstdEntriesComeBack) {
  const std::string content = text(kBytes);
  const auto stored = unpacked({.name = "huge", .content = content, .aes = AesInfo{}});
  ASSERT_TRUE(stored);
  EXPECT_TRUE(*stored == content);
  TestEntry zstd = huge(content, {});
  zstd.method = kMethodZstd;
  auto compressor = *Compressor::create(Codec::kZstd, 1);
  for (std::size_t at = 0; at < content.size(); at += kPieceBytes) {
    const std::string_view piece = std::string_view(content).substr(at, kPieceBytes);
    Buffer out(Compressor::bound(piece.size()));
    out.resize(*compressor.compress_piece(as_bytes(piece), false, out));
    *zstd.packed += as_text(out);
  }
  const auto back = unpacked(zstd);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(*back == content);
}

}  // namespace
}  // namespace penstock::zip
