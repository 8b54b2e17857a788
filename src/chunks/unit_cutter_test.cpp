#include "chunks/unit_cutter.h"

#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "chunks/chunk_testing.h"
#include "codec/unit_decoder.h"
#include "codec/zstd_seek_table.h"

namespace penstock {
namespace {

using test::Buffer;

constexpr std::size_t kDataMost = std::size_t{4} << 20;
constexpr std::size_t kRoom = kDataMost + kDataMost / 64 + (64U << 10U);

struct Unit {
  Buffer bytes;
  bool whole = false;
};

// All units of `file`, until there are no more; joined they are the file, whatever it holds.
std::vector<Unit> cut(Bytes file, FileFormat format, std::size_t data_most = kDataMost) {
  const auto source = make_memory_source(file, "file");
  const auto input = make_part_input(*source, 0, file.size());
  InputWindow window(*input, {});
  const auto cutter = format == FileFormat::kZstd ? make_zstd_cutter(window, data_most)
                                                  : make_gzip_cutter(window, data_most);
  std::vector<Unit> units;
  Buffer joined;
  Buffer room(kRoom);
  for (;;) {
    const auto next = cutter->next(room);
    EXPECT_TRUE(next) << next.error().message;
    if (!next || next->bytes == 0) break;
    const Bytes bytes = Bytes(room).first(next->bytes);
    units.push_back({Buffer(bytes.begin(), bytes.end()), next->whole});
    append(joined, bytes);
  }
  EXPECT_TRUE(std::ranges::equal(joined, file));
  return units;
}

// What a worker makes of it alone.
std::optional<Buffer> decoded(const Unit& unit, FileFormat format) {
  const auto decoder =
      format == FileFormat::kZstd ? make_zstd_unit_decoder() : make_gzip_unit_decoder();
  EXPECT_TRUE(decoder);
  Buffer out(kDataMost);
  const auto made = (*decoder)->decode(unit.bytes, out);
  if (!made) return std::nullopt;
  out.resize(*made);
  return out;
}

// Every unit can be decoded alone, and what they make is `data`.
void expect_all_whole(const std::vector<Unit>& units, FileFormat format, const Buffer& data) {
  Buffer made;
  for (const Unit& unit : units) {
    EXPECT_TRUE(unit.whole);
    const auto part = decoded(unit, format);
    ASSERT_TRUE(part);
    append(made, *part);
  }
  EXPECT_EQ(made, data);
}

// `data` in members of `piece` bytes.
template <class Make>
Buffer members(Bytes data, std::size_t piece, Make make) {
  Buffer file;
  for (; !data.empty(); data = data.subspan(std::min(piece, data.size())))
    append(file, make(data.first(std::min(piece, data.size()))));
  return file;
}

Buffer ours(Bytes data, FileCodec codec, int level = 0) {
  test::Environment around;
  return *test::compressed(data, codec, level, around.run(2));
}

TEST(UnitCutter, CutsOurFilesIntoUnitsThatStandAlone) {
  const Buffer data = test::mixed_bytes(9'000'000, 1);
  expect_all_whole(cut(ours(data, FileCodec::kZstd), FileFormat::kZstd), FileFormat::kZstd, data);
  for (const FileCodec codec : {FileCodec::kGzip, FileCodec::kHuffman}) {
    const auto units = cut(ours(data, codec), FileFormat::kGzip);
    EXPECT_GT(units.size(), 2U);
    expect_all_whole(units, FileFormat::kGzip, data);
  }
}

TEST(UnitCutter, CutsWhatOthersIndex) {
  const Buffer data = test::mixed_bytes(3'000'000, 2);
  const auto bgzf = cut(members(data, 60'000, test::bgzf_member), FileFormat::kGzip);
  EXPECT_GT(bgzf.size(), 1U);
  EXPECT_LT(bgzf.size(), 40U) << "small members travel together";
  expect_all_whole(bgzf, FileFormat::kGzip, data);
  const auto mgzip = cut(members(data, 1'000'000, test::mgzip_member), FileFormat::kGzip);
  EXPECT_EQ(mgzip.size(), 3U) << "they do not say what they make before their end";
  expect_all_whole(mgzip, FileFormat::kGzip, data);
}

TEST(UnitCutter, UnitsMakeNoMoreThanTheyMay) {
  constexpr std::size_t kMost = 100'000;
  const Buffer data(2'000'000);
  const Buffer file = members(data, 60'000, test::bgzf_member);
  for (const Unit& unit : cut(file, FileFormat::kGzip, kMost)) {
    EXPECT_TRUE(unit.whole);
    EXPECT_LE(decoded(unit, FileFormat::kGzip)->size(), kMost);
  }
}

// Where one cannot be cut, its end is not known, nor what comes next.
TEST(UnitCutter, FromWhatCannotBeCutOnEverythingIsHandedOnAsItComes) {
  const Buffer data = test::mixed_bytes(2'000'000, 3);
  Buffer file = ours(data, FileCodec::kGzip);
  const std::size_t cuttable = file.size();
  append(file, test::foreign_member(data));
  append(file, ours(data, FileCodec::kGzip));
  std::size_t whole = 0;
  bool before = true;
  for (const Unit& unit : cut(file, FileFormat::kGzip)) {
    EXPECT_TRUE(before || !unit.whole);
    before = unit.whole;
    if (unit.whole) whole += unit.bytes.size();
  }
  EXPECT_LE(whole, cuttable);
}

TEST(UnitCutter, AFrameWithMoreThanAUnitMayMakeIsNotCut) {
  const Buffer data = test::text_bytes(3'000'000, 4);
  for (const Unit& unit : cut(ours(data, FileCodec::kZstd), FileFormat::kZstd, 1'000'000))
    EXPECT_FALSE(unit.whole);
  for (const Unit& unit : cut(ours(data, FileCodec::kGzip), FileFormat::kGzip, 1'000'000))
    EXPECT_FALSE(unit.whole);
}

TEST(UnitCutter, SkippableFramesTravelAlong) {
  const Buffer data = test::mixed_bytes(5'000'000, 5);
  Buffer file{std::byte{0x5A}, std::byte{0x2A}, std::byte{0x4D}, std::byte{0x18}};
  append_le<std::uint32_t>(file, 1000);
  file.resize(file.size() + 1000);
  append(file, ours(data, FileCodec::kZstd));  // ends with one, too
  expect_all_whole(cut(file, FileFormat::kZstd), FileFormat::kZstd, data);
}

TEST(UnitCutter, NothingIsLostOfAFileCutOffAnywhere) {
  const Buffer data = test::mixed_bytes(400'000, 6);
  std::mt19937_64 random(6);
  for (const auto& [file, format] :
       {std::pair{ours(data, FileCodec::kZstd), FileFormat::kZstd},
        std::pair{ours(data, FileCodec::kGzip), FileFormat::kGzip},
        std::pair{members(data, 50'000, test::bgzf_member), FileFormat::kGzip}})
    for (int i = 0; i < 60; ++i) {
      const std::size_t size = i < 30 ? static_cast<std::size_t>(i) : random() % file.size();
      cut(Bytes(file).first(size), format);
    }
}

TEST(UnitCutter, NothingIsLostOrReadBeyondTheEndWhateverHeadersSay) {
  const Buffer data = test::mixed_bytes(200'000, 7);
  std::mt19937_64 random(7);
  for (const auto& [file, format] :
       {std::pair{ours(data, FileCodec::kZstd), FileFormat::kZstd},
        std::pair{ours(data, FileCodec::kHuffman), FileFormat::kGzip},
        std::pair{members(data, 50'000, test::bgzf_member), FileFormat::kGzip},
        std::pair{members(data, 50'000, test::mgzip_member), FileFormat::kGzip}})
    for (int i = 0; i < 100; ++i) {
      Buffer bad = file;
      for (int byte = 0; byte < 3; ++byte)
        bad[random() % std::min<std::size_t>(bad.size(), 40)] = static_cast<std::byte>(random());
      cut(bad, format);
    }
}

}  // namespace
}  // namespace penstock
