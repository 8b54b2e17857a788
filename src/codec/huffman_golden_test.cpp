// What the encoder makes, and what decides between Huffman coding and LZ, to the byte: files that
// were made yesterday are made again today. A change here is a decision: it goes into the
// CHANGELOG, because archives and files then differ from those of the last release.
#include <array>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "codec/crc32.h"
#include "codec/gzip_member.h"
#include "codec/huffman_encoder_testing.h"
#include "codec/match_gain.h"

namespace penstock::huffman {
namespace {

using test::Buffer;

struct Golden {
  std::string_view input;
  std::uint32_t last;      // CRC-32 of Encoder::deflate(), the last piece
  std::uint32_t not_last;  // and another one
  std::uint32_t index;     // CRC-32 of the index, as 32-bit numbers
  std::uint32_t member;    // CRC-32 of a member in Mode::kHuffman
  unsigned gain;           // match_gain()
  bool operator==(const Golden&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Golden& golden) {
  return out << std::hex << "{\"" << golden.input << "\", 0x" << golden.last << ", 0x"
             << golden.not_last << ", 0x" << golden.index << ", 0x" << golden.member << ", "
             << std::dec << golden.gain << "}";
}

constexpr std::array<Golden, 10> kGolden{{
    {"nothing", 0x4564cc52, 0x7804e5e2, 0xe9ec3db1, 0x0eb1342f, 0},
    {"one byte", 0x6b80f81e, 0x42b48465, 0x7c9ce924, 0x3c8b8b7c, 0},
    {"zeros", 0xcb8293e9, 0xb602d801, 0x71450487, 0x5166b97b, 101},
    {"random", 0x22987386, 0x256abf38, 0xac999c7e, 0x9a9d6d69, 0},
    {"text", 0xcee13609, 0x14892957, 0xdd8bfb47, 0x67998267, 106},
    {"few", 0x20434e7b, 0xb5aaf978, 0xb1aeb8e0, 0x6fe62e2c, 0},
    {"skewed", 0x5309d549, 0x7e7ea35e, 0x12cfd884, 0xb523fcbb, 0},
    {"all", 0xd84431b1, 0x6a506b33, 0x8257d53c, 0xa28f16fb, 0},
    {"fibonacci", 0xbff4cab8, 0x1be216ae, 0x804fe7cb, 0x46a9d5e4, 107},
    {"partly text", 0xb81ce873, 0x7efc2138, 0x9ea2f382, 0x05bc6c3d, 27},
}};

Buffer fibonacci_bytes() {
  Buffer data;
  std::size_t a = 1;
  std::size_t b = 1;
  for (unsigned value = 0; value < 24; ++value) {
    data.insert(data.end(), a, static_cast<std::byte>(value));
    b = std::exchange(a, a + b);
  }
  return data;
}

// Something for LZ, and not beyond doubt.
Buffer partly_text() {
  Buffer data = test::skewed_bytes(1'000'000, 60, 85, 7);
  const Buffer text = test::text_bytes(200'000, 8);
  std::ranges::copy(text, data.begin() + 100'000);
  return data;
}

// Not mixed_bytes(): the order in which it draws is the compiler's.
std::vector<std::pair<std::string_view, Buffer>> inputs() {
  return {{"nothing", {}},
          {"one byte", Buffer(1)},
          {"zeros", Buffer(300'000)},
          {"random", test::random_bytes(300'000, 1)},
          {"text", test::text_bytes(400'000, 2)},
          {"few", test::skewed_bytes(300'000, 9, 60, 4)},
          {"skewed", test::skewed_bytes(300'000, 60, 85, 5)},
          {"all", test::skewed_bytes(300'000, 256, 97, 6)},
          {"fibonacci", fibonacci_bytes()},
          {"partly text", partly_text()}};
}

std::uint32_t crc_of(std::span<const BlockEntry> index) {
  Buffer flat;
  for (const BlockEntry& entry : index) {
    append_le<std::uint32_t>(flat, static_cast<std::uint32_t>(entry.kind));
    append_le<std::uint32_t>(flat, entry.bytes);
    for (const std::uint32_t bits : entry.stream_bits) append_le<std::uint32_t>(flat, bits);
  }
  return crc32(0, flat);
}

std::uint32_t crc_of_member(Bytes data, CpuLevel level) {
  auto encoder = *gzip::MemberEncoder::create(gzip::Mode::kHuffman, 6, level);
  Buffer out(gzip::MemberEncoder::bound(data.size()));
  const auto member = encoder.encode(data, out);
  EXPECT_TRUE(member);
  return member ? crc32(0, *member) : 0;
}

class HuffmanGolden : public testing::TestWithParam<CpuLevel> {
 protected:
  void SetUp() override {
    if (!test::encoder_takes(GetParam()))
      GTEST_SKIP() << "NOT TESTED: this processor has no " << name(GetParam()) << " of all we use";
  }
};

TEST_P(HuffmanGolden, MakesTheSameBytesAsEver) {
  std::vector<Golden> found;
  for (const auto& [input, data] : inputs()) {
    const auto last = test::deflate_at(GetParam(), data);
    const auto not_last = test::deflate_at(GetParam(), data, false);
    found.push_back({input, crc32(0, last.stream), crc32(0, not_last.stream), crc_of(last.index),
                     crc_of_member(data, GetParam()), match_gain(data)});
  }
  EXPECT_EQ(found, std::vector<Golden>(kGolden.begin(), kGolden.end()));
}

INSTANTIATE_TEST_SUITE_P(Paths, HuffmanGolden, testing::ValuesIn(test::kEncoderLevels),
                         [](const auto& path) { return std::string(name(path.param)); });

}  // namespace
}  // namespace penstock::huffman
