#include "flow/rate_plan.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

constexpr std::uint64_t kKi = 1 << 10;
constexpr std::uint64_t kMi = 1 << 20;

unsigned minute(unsigned day, unsigned hours, unsigned minutes) {
  return (day * 24 + hours) * 60 + minutes;
}

RatePlan plan(const char* text) {
  auto parsed = RatePlan::parse(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : RatePlan();
}

TEST(RatePlan, OneRateHoldsAlways) {
  EXPECT_EQ(plan("20M").at_minute(0), 20 * kMi);
  EXPECT_EQ(plan("20M").at_minute(minute(6, 23, 59)), 20 * kMi);
  EXPECT_EQ(plan("off").at_minute(0), 0U);
  EXPECT_EQ(RatePlan().at_minute(5), 0U);
}

TEST(RatePlan, HoursHaveTheirRateAndTheRestAnother) {
  const RatePlan day = plan("08:00-18:00 1M, 20M");
  for (unsigned weekday = 0; weekday < 7; ++weekday) {
    EXPECT_EQ(day.at_minute(minute(weekday, 7, 59)), 20 * kMi);
    EXPECT_EQ(day.at_minute(minute(weekday, 8, 0)), 1 * kMi);
    EXPECT_EQ(day.at_minute(minute(weekday, 17, 59)), 1 * kMi);
    EXPECT_EQ(day.at_minute(minute(weekday, 18, 0)), 20 * kMi);
  }
}

TEST(RatePlan, HoursGoOverMidnightAndTheFirstOfTwoCounts) {
  const RatePlan night = plan("22:00-06:00 off, 12:00-13:00 5M, 08:00-18:00 1M, 2M");
  EXPECT_EQ(night.at_minute(minute(3, 23, 0)), 0U);
  EXPECT_EQ(night.at_minute(minute(3, 5, 59)), 0U);
  EXPECT_EQ(night.at_minute(minute(3, 6, 0)), 2 * kMi);
  EXPECT_EQ(night.at_minute(minute(3, 12, 30)), 5 * kMi);
  EXPECT_EQ(night.at_minute(minute(3, 13, 0)), 1 * kMi);
}

TEST(RatePlan, ReadsTheTimetableOfRclone) {
  const RatePlan day = plan("08:00,512k 12:00,10M 13:00,512 18:00,30M 23:00,off");
  EXPECT_EQ(day.at_minute(minute(0, 7, 0)), 0U);  // still yesterday's last
  EXPECT_EQ(day.at_minute(minute(2, 8, 0)), 512 * kKi);
  EXPECT_EQ(day.at_minute(minute(2, 12, 0)), 10 * kMi);
  EXPECT_EQ(day.at_minute(minute(2, 13, 0)), 512 * kKi);
  EXPECT_EQ(day.at_minute(minute(2, 22, 59)), 30 * kMi);
  EXPECT_EQ(day.at_minute(minute(2, 23, 0)), 0U);
}

TEST(RatePlan, ReadsItsWeekdays) {
  const RatePlan week = plan("Mon-00:00,512 Fri-23:59,10M Sat-10:00,1M Sun-20:00,off");
  EXPECT_EQ(week.at_minute(minute(1, 0, 0)), 512 * kKi);
  EXPECT_EQ(week.at_minute(minute(5, 23, 58)), 512 * kKi);
  EXPECT_EQ(week.at_minute(minute(5, 23, 59)), 10 * kMi);
  EXPECT_EQ(week.at_minute(minute(6, 10, 0)), 1 * kMi);
  EXPECT_EQ(week.at_minute(minute(0, 19, 59)), 1 * kMi);
  EXPECT_EQ(week.at_minute(minute(0, 20, 0)), 0U);
}

TEST(RatePlan, SaysWhatItExpects) {
  const auto message = [](const char* text) {
    auto parsed = RatePlan::parse(text);
    EXPECT_FALSE(parsed) << text;
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_EQ(message("fast"),
            "'fast' in a timetable of rates: expected a rate like 512k, 10M or off");
  EXPECT_EQ(message("25:00-26:00 1M"),
            "'25:00' in a timetable of rates: expected a time of day like 08:00");
  EXPECT_EQ(message("08:00 1M"),
            "'08:00 1M' in a timetable of rates: expected hours and a rate like 08:00-18:00 1M");
  EXPECT_EQ(message("1M, 2M"),
            "'2M' in a timetable of rates: expected one rate without hours, "
            "for the rest of the day");
  EXPECT_EQ(message("08:00,1M 12:00"),
            "'12:00' in a timetable of rates: expected a time and a rate like 08:00,512k");
  EXPECT_EQ(message("Mo-08:00,1M"),
            "'Mo-08:00' in a timetable of rates: expected a weekday like Mon before its hyphen");
  EXPECT_FALSE(RatePlan::parse(""));
}

}  // namespace
}  // namespace penstock
