#include "base/units.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

std::uint64_t bytes_of(std::string_view text) {
  const auto bytes = parse_bytes(text);
  return bytes ? *bytes : UINT64_MAX;
}

TEST(Units, ReadsSizesWithBinaryAndDecimalUnits) {
  EXPECT_EQ(bytes_of("0"), 0U);
  EXPECT_EQ(bytes_of("4096"), 4096U);
  EXPECT_EQ(bytes_of("64M"), 64U << 20);
  EXPECT_EQ(bytes_of("16MiB"), 16U << 20);
  EXPECT_EQ(bytes_of("16 mib"), 16U << 20);
  EXPECT_EQ(bytes_of("1.5k"), 1536U);
  EXPECT_EQ(bytes_of("2MB"), 2'000'000U);
  EXPECT_EQ(bytes_of("100G"), 100ULL << 30);
  EXPECT_EQ(bytes_of("512B"), 512U);
}

TEST(Units, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "M", "-1", "64X", "64MM", "64Mi", "1e3", "nan", "inf", "9999999P", "0x10"}) {
    const auto bytes = parse_bytes(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, Code::kInvalid) << text;
  }
}

TEST(Units, NumberHasARange) {
  EXPECT_EQ(*parse_number("9", 1, 9), 9U);
  EXPECT_FALSE(parse_number("10", 1, 9));
  EXPECT_FALSE(parse_number("0", 1, 9));
  EXPECT_FALSE(parse_number("5x", 1, 9));
  EXPECT_FALSE(parse_number("", 1, 9));
  EXPECT_EQ(parse_number("0", 1, 9).error().message, "'0' is no number of 1 to 9");
}

TEST(Units, PrintsBytesInFourDigits) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.0 KiB");
  EXPECT_EQ(format_bytes((1U << 20) - 1), "1.0 MiB");
  EXPECT_EQ(format_bytes(601'817'000), "573.9 MiB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "16.0 EiB");
}

TEST(Units, PrintsRatesAndSurvivesNoTime) {
  EXPECT_EQ(format_rate(318U << 20, 2s), "159 MiB/s");
  EXPECT_EQ(format_rate(10U << 20, 2s), "5.0 MiB/s");
  EXPECT_EQ(format_rate(1, 0s), "-");
}

TEST(Units, PrintsCountsInGroups) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
}

TEST(Units, PrintsDurations) {
  EXPECT_EQ(format_duration(450us), "0.45 ms");
  EXPECT_EQ(format_duration(3600ms), "3.60 s");
  EXPECT_EQ(format_duration(12340ms), "12.3 s");
  EXPECT_EQ(format_duration(59990ms), "1 min 00 s");
  EXPECT_EQ(format_duration(125s), "2 min 05 s");
  EXPECT_EQ(format_duration(3725s), "1 h 02 min");
  EXPECT_EQ(format_clock(7s), "0:07");
  EXPECT_EQ(format_clock(3723s), "1:02:03");
}

TEST(Units, PrintsPercentOfSomethingOnly) {
  EXPECT_EQ(format_percent(275, 1000), "27.5 %");
  EXPECT_EQ(format_percent(1, 0), "-");
}

}  // namespace
}  // namespace penstock
