#include "codec/crc32.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

namespace penstock {
namespace {

Bytes bytes_of(const std::vector<std::uint8_t>& data) { return std::as_bytes(std::span(data)); }

TEST(Crc32, IsTheOneOfZip) {
  EXPECT_EQ(crc32(0, as_bytes("123456789")), 0xCBF43926U);
  EXPECT_EQ(crc32(0, {}), 0U);
}

TEST(Crc32, AgreesWithZlibOnAnyData) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& data) {
    RC_ASSERT(crc32(0, bytes_of(data)) == ::crc32_z(0, data.data(), data.size()));
  }));
}

TEST(Crc32, GoesOnWhereItStopped) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    auto both = a;
    both.insert(both.end(), b.begin(), b.end());
    RC_ASSERT(crc32(crc32(0, bytes_of(a)), bytes_of(b)) == crc32(0, bytes_of(both)));
  }));
}

TEST(Crc32, CombinesWithoutTheData) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    auto both = a;
    both.insert(both.end(), b.begin(), b.end());
    RC_ASSERT(crc32_combine(crc32(0, bytes_of(a)), crc32(0, bytes_of(b)), b.size()) ==
              crc32(0, bytes_of(both)));
  }));
}

TEST(Crc32, CombinesLengthsAboveFourGiB) {
  // Zeros behind A, 2^32 + 5 of them: in two steps or in one.
  const std::uint32_t a = crc32(0, as_bytes("penstock"));
  const auto zeros = [](std::uint64_t count) {
    std::uint32_t crc = 0;
    std::uint32_t block = crc32(0, as_bytes(std::string_view("\0", 1)));
    std::uint64_t block_bytes = 1;
    for (; count != 0;
         count >>= 1, block = crc32_combine(block, block, block_bytes), block_bytes *= 2)
      if ((count & 1) != 0) crc = crc32_combine(crc, block, block_bytes);
    return crc;
  };
  const std::uint64_t most = std::uint64_t{1} << 32;
  EXPECT_EQ(crc32_combine(a, zeros(most + 5), most + 5),
            crc32_combine(crc32_combine(a, zeros(most), most), zeros(5), 5));
}

}  // namespace
}  // namespace penstock
