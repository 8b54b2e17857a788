#include "base/bytes.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Bytes, LittleEndianRoundTrip) {
  std::vector<std::byte> out;
  append_le<std::uint16_t>(out, 0x0102);
  append_le<std::uint64_t>(out, 0x1122334455667788);
  ASSERT_EQ(out.size(), 10U);
  EXPECT_EQ(out[0], std::byte{0x02});
  EXPECT_EQ(load_le<std::uint16_t>(out, 0), 0x0102);
  EXPECT_EQ(load_le<std::uint64_t>(out, 2), 0x1122334455667788U);
}

}  // namespace
}  // namespace penstock
