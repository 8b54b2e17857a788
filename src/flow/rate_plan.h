// A timetable of rates: "20M", "08:00-18:00 1M, 20M" (within the hours 1 MiB/s, else 20), or
// rclone's form "08:00,512k 18:00,30M 23:00,off", with weekdays "Mon-00:00,512k Sat-10:00,off".
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "penstock/error.h"

namespace penstock {

class RatePlan {
 public:
  // No limit at any time.
  RatePlan() = default;
  // Rates are bytes per second as parse_bytes() reads them, or "off"; in rclone's form a number
  // alone is KiB, as there. Of ranges that overlap the first counts; they may go over midnight.
  // kInvalid says what is expected.
  static Result<RatePlan> parse(std::string_view text);

  // 0: no limit. Minutes count from Sunday 00:00, local time.
  std::uint64_t at_minute(unsigned minute_of_week) const;
  std::uint64_t at(std::chrono::system_clock::time_point now) const;
  // Whether there is a limit at any time.
  bool limits() const;

 private:
  struct Change {
    unsigned minute;  // of the week
    std::uint64_t rate;
  };
  explicit RatePlan(std::vector<Change> changes);

  friend class RatePlanReader;
  std::vector<Change> changes_;  // by minute; before the first one, the last one's rate counts
};

}  // namespace penstock
