#include "store/server_dates.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

TEST(ServerDates, ReadsTheTimeOfAnHttpHeader) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), sys_seconds(seconds(784111777)));
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "})
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

TEST(ServerDates, ReadsTheTimeOfAnAnswersBody) {
  const sys_seconds expected(seconds(1769903999));
  EXPECT_EQ(parse_utc_time("2026-01-31T23:59:59.123Z"), expected);
  EXPECT_EQ(parse_utc_time("2026-01-31T23:59:59Z"), expected);
  for (const char* text : {"", "2026-01-31", "2026-01-31T23:59:59", "2026-13-31T23:59:59Z",
                           "2026-01-31T23:59:59+01:00", "20a6-01-31T23:59:59Z"})
    EXPECT_EQ(parse_utc_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace penstock
