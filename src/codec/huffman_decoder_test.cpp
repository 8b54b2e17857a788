#include "codec/huffman_decoder.h"

#include <cmath>
#include <optional>
#include <random>

#include <gtest/gtest.h>
#include <libdeflate.h>

#include "codec/guarded_bytes.h"
#include "codec/huffman_encoder.h"
#include "codec/huffman_test_streams.h"
#include "codec/test_data.h"

namespace penstock::huffman {
namespace {

using test::Buffer;
using test::Coded;
using test::GuardedBytes;
using test::StreamWriter;
using Shape = StreamWriter::Shape;

constexpr std::array kPaths{CpuLevel::kPortable, CpuLevel::kAvx2};

Decoder& decoder(CpuLevel path) {
  static std::array<Decoder, 2> made{*Decoder::create(kPaths[0]), *Decoder::create(kPaths[1])};
  return made.at(path == kPaths[0] ? 0 : 1);
}

// In heap buffers of just the size, so that a sanitizer sees every step outside.
std::optional<Buffer> decode(Bytes stream, std::span<const BlockEntry> index, std::size_t bytes,
                             CpuLevel path) {
  const Buffer input(stream.begin(), stream.end());
  Buffer out(bytes);
  if (!decoder(path).inflate(input, index, out)) return std::nullopt;
  return out;
}

// What any inflate makes of it, if it is one stream of that many bytes.
std::optional<Buffer> inflate(Bytes stream, std::size_t bytes) {
  static libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  Buffer out(bytes);
  std::size_t consumed = 0;
  std::size_t made = 0;
  const auto result = libdeflate_deflate_decompress_ex(decompressor, stream.data(), stream.size(),
                                                       out.data(), out.size(), &consumed, &made);
  if (result != LIBDEFLATE_SUCCESS || made != bytes || consumed != stream.size())
    return std::nullopt;
  return out;
}

// Random bytes below `symbols`, the low ones far more often when `slant` is large.
Buffer alphabet_bytes(std::size_t size, unsigned symbols, double slant, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Buffer data(size);
  for (std::byte& b : data) b = static_cast<std::byte>(std::pow(uniform(random), slant) * symbols);
  return data;
}

// Each symbol as often as the two before it together: the rarest have the longest codes there are.
Buffer fibonacci_bytes() {
  Buffer data;
  for (std::size_t symbol = 0, count = 1, before = 1; data.size() < kBlockBytes; ++symbol) {
    data.resize(data.size() + count, static_cast<std::byte>(symbol));
    count += std::exchange(before, count);
  }
  data.resize(kBlockBytes);
  std::ranges::shuffle(data, std::mt19937_64(1));
  return data;
}

class HuffmanDecoder : public testing::TestWithParam<CpuLevel> {
 protected:
  void SetUp() override {
    if (!cpu_has(GetParam())) GTEST_SKIP() << "this processor has no " << name(GetParam());
  }
  std::optional<Buffer> decoded(const Coded& coded, std::size_t bytes) {
    return decode(coded.stream, coded.index, bytes, GetParam());
  }
  void expect_back(Bytes data, const Coded& coded) {
    const auto back = decoded(coded, data.size());
    ASSERT_TRUE(back.has_value()) << data.size();
    ASSERT_TRUE(std::ranges::equal(*back, data)) << data.size();
  }
  void expect_refused(const Coded& coded, std::size_t bytes) {
    EXPECT_FALSE(decoded(coded, bytes).has_value());
  }
};
INSTANTIATE_TEST_SUITE_P(Paths, HuffmanDecoder, testing::ValuesIn(kPaths),
                         [](const auto& path) { return std::string(name(path.param)); });

TEST_P(HuffmanDecoder, IsTestedWithStreamsThatAnyInflateReads) {
  const Buffer data = test::text_bytes(200'000, 9);
  for (const unsigned limit : {9U, 11U, 15U})
    EXPECT_EQ(inflate(test::code(data, kBlockBytes, {.limit = limit}).stream, data.size()), data);
}

TEST_P(HuffmanDecoder, GivesBackEveryShapeOfData) {
  for (const std::size_t size : {300'000UL, 131'072UL, 70'000UL})
    for (const Buffer& data : {test::text_bytes(size, 1), test::random_bytes(size, 2),
                               test::mixed_bytes(size, 3), Buffer(size)})
      expect_back(data, test::code(data, kBlockBytes));
}

TEST_P(HuffmanDecoder, GivesBackWhatOurEncoderMakes) {
  Encoder encoder = *Encoder::create();
  for (const Buffer& data :
       {test::text_bytes(400'000, 4), test::random_bytes(200'000, 5),
        test::mixed_bytes(1'500'000, 6), alphabet_bytes(262'144, 40, 6, 7), Buffer(131'073)}) {
    Coded coded{Buffer(Encoder::bound(data.size())), {}};
    coded.stream.resize(encoder.deflate(data, true, coded.stream, &coded.index));
    expect_back(data, coded);
  }
}

TEST_P(HuffmanDecoder, GivesBackEveryLength) {
  const Buffer text = test::text_bytes(1'200, 1);
  const Buffer slanted = alphabet_bytes(1'200, 30, 8, 2);
  for (std::size_t size = 0; size <= 1'200; size += size < 200 ? 1 : 31) {
    expect_back(Bytes(text).first(size), test::code(Bytes(text).first(size), 4'096));
    expect_back(Bytes(slanted).first(size), test::code(Bytes(slanted).first(size), 512));
  }
  for (std::size_t size = kBlockBytes - 20; size <= kBlockBytes + 20; size += 4) {
    const Buffer data = alphabet_bytes(size, 20, 3, size);
    expect_back(data, test::code(data, kBlockBytes));
  }
}

TEST_P(HuffmanDecoder, GivesBackEveryAlphabet) {
  for (unsigned symbols = 1; symbols <= 256; ++symbols)
    for (const double slant : {1.0, 9.0}) {
      const Buffer data = alphabet_bytes(2'500, symbols, slant, symbols);
      expect_back(data, test::code(data, 2'500));
    }
}

// Full blocks, which are what the assembly is for: codes that give one to four symbols a lookup,
// and a last run of every length.
TEST_P(HuffmanDecoder, GivesBackFullBlocksOfEveryKindOfCode) {
  unsigned rest = 0;
  for (const unsigned symbols : {1U, 2U, 3U, 4U, 7U, 16U, 30U, 64U, 100U, 256U})
    for (const double slant : {1.0, 3.0, 12.0}) {
      const Buffer data = alphabet_bytes(kBlockBytes + rest++ % kStreams, symbols, slant, symbols);
      expect_back(data, test::code(data, data.size()));
    }
}

// Runs of zeros, of one bit each, are through long before the others, whichever those are.
TEST_P(HuffmanDecoder, GivesBackRunsThatEndAtDifferentTimes) {
  for (unsigned slow = 0; slow < 1U << kStreams; slow += slow == 0 ? 1 : 23)
    for (const std::size_t size : {kBlockBytes, kBlockBytes / 16}) {
      Buffer data = alphabet_bytes(size, 30, 2, slow);
      for (std::size_t i = 0; i < kStreams; ++i)
        if ((slow >> i & 1) == 0)
          std::ranges::fill(std::span(data).subspan(i * size / kStreams, size / kStreams),
                            std::byte{0});
      expect_back(data, test::code(data, size));
    }
}

TEST_P(HuffmanDecoder, GivesBackFibonacciCounts) {
  const Buffer data = fibonacci_bytes();
  for (const unsigned limit : {5U, 9U, 11U}) {
    expect_back(data, test::code(data, kBlockBytes, {.limit = limit}));
    expect_back(data, test::code(data, 50'000, {.limit = limit}));
  }
}

TEST_P(HuffmanDecoder, TakesHeadersOfEveryShape) {
  const Buffer data = test::text_bytes(20'000, 5);
  for (const Shape& shape :
       std::initializer_list<Shape>{{.distance_bits = 0, .distance_codes = 1},
                                    {.distance_bits = 1, .distance_codes = 1},
                                    {.distance_bits = 4, .distance_codes = 16},
                                    {.litlen_codes = 286},
                                    {.limit = 10, .litlen_codes = 280, .all_bytes = true},
                                    {.limit = 8}}) {
    const Coded coded = test::code(data, 5'000, shape);
    ASSERT_EQ(inflate(coded.stream, data.size()), data);
    expect_back(data, coded);
  }
}

TEST_P(HuffmanDecoder, RefusesCodesThatInflateRefuses) {
  const Buffer data = test::text_bytes(20'000, 5);
  for (const Shape& shape : std::initializer_list<Shape>{
           {.distance_bits = 1, .distance_codes = 3},   // over-subscribed
           {.distance_bits = 4, .distance_codes = 15},  // incomplete
           {.distance_bits = 5, .distance_codes = 32},  // 30 and 31 may not occur
           {.litlen_codes = 288}}) {
    const Coded coded = test::code(data, 5'000, shape);
    expect_refused(coded, data.size());
  }
}

TEST_P(HuffmanDecoder, LeavesLongerCodesThanOursToOthers) {
  const Buffer data = fibonacci_bytes();
  const Coded coded = test::code(data, kBlockBytes, {.limit = 15});
  ASSERT_EQ(inflate(coded.stream, data.size()), data);
  expect_refused(coded, data.size());
}

TEST_P(HuffmanDecoder, TakesStoredBlocksAsInflateDoes) {
  const Buffer text = test::text_bytes(70'000, 1);
  const Buffer noise = test::random_bytes(65'535, 2);
  for (const bool ones : {false, true}) {
    StreamWriter writer;
    writer.stored({}, false, ones);
    writer.coded(text, {});
    writer.stored(noise, false, ones);
    writer.coded(Bytes(text).first(1), {});
    writer.coded({}, {});
    writer.stored(Bytes(noise).first(1), true, ones);
    Buffer data;
    for (const Bytes part :
         {Bytes(text), Bytes(noise), Bytes(text).first(1), Bytes(noise).first(1)})
      append(data, part);
    const Coded coded = writer.finish();
    ASSERT_EQ(inflate(coded.stream, data.size()), data);
    expect_back(data, coded);
  }
}

TEST_P(HuffmanDecoder, RefusesStoredBlocksThatAreNotAsTold) {
  const Buffer data = test::random_bytes(1'000, 2);
  StreamWriter writer;
  writer.stored(data, true);
  const Coded sound = writer.finish();
  expect_back(data, sound);
  for (std::size_t at = 0; at < 5; ++at) {
    Coded coded = sound;
    coded.stream[at] ^= std::byte{1};
    expect_refused(coded, data.size());
  }
  Coded one_less = sound;
  one_less.index[0].bytes = 999;
  expect_refused(one_less, 999);
}

TEST_P(HuffmanDecoder, RefusesAnIndexThatIsNotOfThisStream) {
  const Buffer data = test::text_bytes(30'000, 1);
  const Coded sound = test::code(data, 10'000);
  expect_back(data, sound);
  expect_refused({sound.stream, {}}, 0);
  expect_refused({{}, {}}, 0);
  expect_refused({{}, sound.index}, data.size());
  expect_refused(sound, data.size() - 1);
  expect_refused(sound, data.size() + 1);
  Coded coded = sound;
  coded.index.pop_back();
  expect_refused(coded, 20'000);
  coded = sound;
  coded.index.push_back({});
  expect_refused(coded, data.size());
  coded = sound;
  coded.index[1].kind = BlockKind::kStored;
  expect_refused(coded, data.size());
  coded.index[1].kind = static_cast<BlockKind>(2);
  expect_refused(coded, data.size());
  coded = sound;
  for (auto& bits : coded.index[1].stream_bits) bits = 0xFFFF'FFFF;
  expect_refused(coded, data.size());
}

TEST_P(HuffmanDecoder, RefusesAStreamThatEndsElsewhere) {
  const Buffer data = test::text_bytes(20'000, 1);
  const Coded sound = test::code(data, 10'000);
  Coded coded = sound;
  coded.stream.push_back(std::byte{0});
  expect_refused(coded, data.size());
  StreamWriter early;
  early.coded(Bytes(data).first(10'000), {.last = true});
  early.coded(Bytes(data).subspan(10'000), {.last = true});
  expect_refused(early.finish(), data.size());
  StreamWriter never;
  never.coded(data, {});
  expect_refused(never.finish(), data.size());
  StreamWriter fixed;
  fixed.fixed(data, true);
  coded = fixed.finish();
  coded.index = {sound.index[0], sound.index[1]};
  ASSERT_EQ(inflate(coded.stream, data.size()), data);
  expect_refused(coded, data.size());
}

// A symbol that is no literal, followed by just as many bits as a decoder that overlooks it might
// skip: the ends of the runs are then where the index says.
TEST_P(HuffmanDecoder, NeverTakesAnEndOfBlockForALiteral) {
  const Buffer text = test::text_bytes(kBlockBytes, 1);
  const Buffer slanted = alphabet_bytes(kBlockBytes, 30, 8, 2);
  std::mt19937_64 random(3);
  for (const Buffer& data : {text, slanted})
    for (const std::size_t size : {std::size_t{800}, std::size_t{9'000}, kBlockBytes})
      for (unsigned i = 0; i < (size == kBlockBytes ? 12 : 160); ++i) {
        const Shape shape{.last = true,
                          .litlen_codes = 258,
                          .odd_at = i < 100 ? i : random() % size,
                          .odd_symbol = 256 + i % 2,
                          .odd_zeros = static_cast<unsigned>(random() % 71)};
        StreamWriter writer;
        writer.coded(Bytes(data).first(size), shape);
        expect_refused(writer.finish(), size);
      }
}

// The same where it is overlooked most easily: as the last of the five lookups between two refills,
// followed by what is left of the 64 bits. Full blocks are what the assembly is for.
TEST_P(HuffmanDecoder, SeesAnEndOfBlockInTheLastPlaceOfARound) {
  const Buffer data = alphabet_bytes(kBlockBytes, 128, 1, 2);
  for (const std::size_t size : {kBlockBytes / 4, kBlockBytes})
    for (unsigned zeros = 16; zeros < 32; ++zeros) {
      const Shape shape{.last = true,
                        .litlen_codes = 258,
                        .odd_at = size / kStreams * 3 + 104,
                        .odd_symbol = 256 + zeros % 2,
                        .odd_zeros = zeros};
      StreamWriter writer;
      writer.coded(Bytes(data).first(size), shape);
      expect_refused(writer.finish(), size);
    }
}

// Where lookups give several symbols, too, in full blocks: at the beginning of a run, in it, among
// the last symbols, which are taken one by one, and as the very last.
TEST_P(HuffmanDecoder, SeesAnEndOfBlockAnywhereInARunOfJoinedSymbols) {
  constexpr std::size_t kRun = kBlockBytes / kStreams;
  const Buffer data = alphabet_bytes(kBlockBytes, 20, 4, 2);
  for (const std::size_t run : {std::size_t{0}, kStreams - 1})
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{7}, kRun / 2,
                                 kRun - 21, kRun - 20, kRun - 5, kRun - 4, kRun - 1})
      for (const unsigned zeros : {0U, 13U}) {
        const Shape shape{.last = true,
                          .litlen_codes = 258,
                          .odd_at = run * kRun + at,
                          .odd_symbol = 256 + at % 2,
                          .odd_zeros = zeros};
        StreamWriter writer;
        writer.coded(data, shape);
        expect_refused(writer.finish(), data.size());
      }
}

// Changes one field of one entry, or moves bits from one run to another.
void tamper(std::vector<BlockEntry>& index, std::mt19937_64& random) {
  BlockEntry& entry = index[random() % index.size()];
  auto& bits = entry.stream_bits[random() % kStreams];
  auto& other = entry.stream_bits[random() % kStreams];
  const auto amount = static_cast<std::uint32_t>(1 + random() % (1U << random() % 24));
  switch (random() % 8) {
    case 0:
      bits += amount;
      break;
    case 1:
      bits -= amount;
      break;
    case 2:
    case 3:
      bits += amount;
      other -= amount;
      break;
    case 4:
      bits = static_cast<std::uint32_t>(random());
      break;
    case 5:
      entry.kind = static_cast<BlockKind>(random() % 3);
      break;
    case 6:
      entry.bytes += amount;
      index[random() % index.size()].bytes -= amount;
      break;
    default:
      std::swap(entry, index[random() % index.size()]);
  }
}

TEST(HuffmanDecoderPaths, AgreeAndAreRightWhateverTheIndexSays) {
  struct Case {
    Buffer data;
    std::size_t block_bytes;
  };
  const std::array<Case, 4> cases{{{test::text_bytes(3'000, 1), 700},
                                   {alphabet_bytes(6'000, 3, 1, 2), 3'000},
                                   {Buffer(5'000, std::byte{7}), 5'000},
                                   {alphabet_bytes(9'000, 30, 8, 3), 2'500}}};
  std::mt19937_64 random(1);
  for (const auto& [data, block_bytes] : cases) {
    const Coded sound = test::code(data, block_bytes);
    for (unsigned i = 0; i < 4'000; ++i) {
      std::vector<BlockEntry> index = sound.index;
      for (auto times = 1 + random() % 2; times > 0; --times) tamper(index, random);
      const auto portable = decode(sound.stream, index, data.size(), kPaths[0]);
      ASSERT_EQ(portable, decode(sound.stream, index, data.size(), kPaths[1]));
      ASSERT_TRUE(!portable || *portable == data);
    }
  }
}

TEST(HuffmanDecoderPaths, MakeOfDamagedStreamsWhatInflateMakesOrNothing) {
  std::mt19937_64 random(1);
  for (const Buffer& data : {test::text_bytes(2'500, 1), alphabet_bytes(4'000, 9, 5, 2)}) {
    const Coded sound = test::code(data, 1'300);
    for (unsigned i = 0; i < 4'000; ++i) {
      Buffer stream = sound.stream;
      if (i % 4 == 0) stream.resize(random() % stream.size());
      for (auto flips = random() % 3; flips > 0 && !stream.empty(); --flips)
        stream[random() % std::min<std::size_t>(stream.size(), i % 2 == 0 ? 200 : 100'000)] ^=
            static_cast<std::byte>(1U << random() % 8);
      const auto portable = decode(stream, sound.index, data.size(), kPaths[0]);
      ASSERT_EQ(portable, decode(stream, sound.index, data.size(), kPaths[1]));
      ASSERT_TRUE(!portable || portable == inflate(stream, data.size()));
    }
  }
}

// Full blocks are decoded by assembly, where only the processor tells of a step outside.
TEST_P(HuffmanDecoder, StaysInsideItsBuffers) {
  std::mt19937_64 random(1);
  for (const Buffer& data :
       {test::text_bytes(2 * kBlockBytes, 1), test::random_bytes(kBlockBytes, 2),
        alphabet_bytes(kBlockBytes, 30, 8, 3), Buffer(kBlockBytes)}) {
    const Coded sound = test::code(data, kBlockBytes);
    for (unsigned i = 0; i < 300; ++i) {
      std::vector<BlockEntry> index = sound.index;
      if (i > 2) tamper(index, random);
      const GuardedBytes input(i % 2 == 0
                                   ? Bytes(sound.stream)
                                   : Bytes(sound.stream).first(random() % sound.stream.size()));
      const GuardedBytes out(data.size(), i % 3 == 0);
      const bool taken = decoder(GetParam()).inflate(input.bytes(), index, out.bytes());
      ASSERT_TRUE(!taken || std::ranges::equal(out.bytes(), data));
      ASSERT_TRUE(taken || i != 0);
    }
  }
}

}  // namespace
}  // namespace penstock::huffman
