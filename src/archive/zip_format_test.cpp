#include "archive/zip_format.h"

#include <gtest/gtest.h>

namespace penstock::zip {
namespace {

constexpr std::time_t k2024 = 1704164646;  // 2024-01-02 03:04:06 UTC

TEST(DosTime, RoundTripsEvenSecondsInUtc) {
  EXPECT_EQ(from_dos_time(to_dos_time(k2024)), k2024);
  EXPECT_EQ(to_dos_time(k2024).date, (2024 - 1980) << 9 | 1 << 5 | 2);
  EXPECT_EQ(to_dos_time(k2024).time, 3 << 11 | 4 << 5 | 3);
}

TEST(DosTime, IsClampedToWhatItCanSay) {
  EXPECT_EQ(from_dos_time(to_dos_time(0)), 315532800);               // 1980-01-01
  EXPECT_EQ(from_dos_time(to_dos_time(5'000'000'000)), 4354819198);  // 2107-12-31 23:59:58
}

}  // namespace
}  // namespace penstock::zip
