#include "flow/rate_plan.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string>

#include "base/units.h"

namespace penstock {
namespace {

constexpr unsigned kDay = 24 * 60;
constexpr unsigned kWeek = 7 * kDay;

Failure not_a_plan(std::string_view part, std::string_view expected) {
  return fail(Code::kInvalid, "'" + std::string(part) + "' in a timetable of rates: expected " +
                                  std::string(expected));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Result<std::uint64_t> parse_plan_rate(std::string_view text) {
  if (text == "off" || text == "0") return std::uint64_t{0};
  auto rate = parse_bytes(text);
  if (!rate || *rate == 0) return not_a_plan(text, "a rate like 512k, 10M or off");
  return rate;
}

Result<std::uint64_t> parse_rclone_rate(std::string_view text) {
  const bool plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
  return parse_plan_rate(plain && text != "0" ? std::string(text) + "k" : std::string(text));
}

// "08:00" in minutes; 24:00 is the end of the day.
Result<unsigned> parse_time(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() == 2 && parts[1].size() == 2) {
    auto hours = parse_number(parts[0], 0, 24);
    auto minutes = parse_number(parts[1], 0, 59);
    if (hours && minutes && *hours * 60 + *minutes <= kDay)
      return static_cast<unsigned>(*hours * 60 + *minutes);
  }
  return not_a_plan(text, "a time of day like 08:00");
}

std::optional<unsigned> weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  const auto found = std::ranges::find(kDays, text);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<unsigned>(found - kDays.begin());
}

struct HourRange {
  unsigned begin;
  unsigned end;
  std::uint64_t rate;

  bool has(unsigned minute) const {
    return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
  }
};

}  // namespace

class RatePlanReader {
 public:
  static Result<RatePlan> read(std::string_view text) {
    const std::string_view first = text.substr(0, text.find(' '));
    const std::size_t comma = first.find(',');
    const bool rclone = comma != std::string_view::npos && comma + 1 < first.size() &&
                        first.substr(0, comma).find(':') != std::string_view::npos;
    return rclone ? read_points(text) : read_ranges(text);
  }

 private:
  // "Mon-08:00,512k 18:00,30M"
  static Result<RatePlan> read_points(std::string_view text) {
    std::vector<RatePlan::Change> changes;
    for (std::string_view entry : split(text, ' ')) {
      if (entry.empty()) continue;
      const std::size_t comma = entry.find(',');
      if (comma == std::string_view::npos)
        return not_a_plan(entry, "a time and a rate like 08:00,512k");
      PENSTOCK_TRY(const std::uint64_t rate, parse_rclone_rate(entry.substr(comma + 1)));
      PENSTOCK_CHECK(add_point(changes, entry.substr(0, comma), rate));
    }
    return RatePlan(std::move(changes));
  }
  static Status add_point(std::vector<RatePlan::Change>& changes, std::string_view when,
                          std::uint64_t rate) {
    const std::size_t hyphen = when.find('-');
    if (hyphen == std::string_view::npos) {
      PENSTOCK_TRY(const unsigned minute, parse_time(when));
      for (unsigned day = 0; day < 7; ++day) changes.push_back({day * kDay + minute, rate});
      return {};
    }
    const auto day = weekday(when.substr(0, hyphen));
    if (!day) return not_a_plan(when, "a weekday like Mon before its hyphen");
    PENSTOCK_TRY(const unsigned minute, parse_time(when.substr(hyphen + 1)));
    changes.push_back({*day * kDay + minute, rate});
    return {};
  }

  // "08:00-18:00 1M, 20M"
  static Result<RatePlan> read_ranges(std::string_view text) {
    std::vector<HourRange> ranges;
    std::optional<std::uint64_t> rest;
    for (const std::string_view entry : split(text, ',')) {
      if (entry.find(':') == std::string_view::npos) {
        if (rest) return not_a_plan(entry, "one rate without hours, for the rest of the day");
        PENSTOCK_TRY(rest, parse_plan_rate(entry));
      } else {
        PENSTOCK_TRY(const HourRange range, parse_range(entry));
        ranges.push_back(range);
      }
    }
    return of_ranges(ranges, rest.value_or(0));
  }
  static Result<HourRange> parse_range(std::string_view entry) {
    const std::size_t space = entry.find(' ');
    const std::size_t hyphen = entry.find('-');
    if (space == std::string_view::npos || hyphen == std::string_view::npos || hyphen > space)
      return not_a_plan(entry, "hours and a rate like 08:00-18:00 1M");
    PENSTOCK_TRY(const unsigned begin, parse_time(entry.substr(0, hyphen)));
    PENSTOCK_TRY(const unsigned end, parse_time(entry.substr(hyphen + 1, space - hyphen - 1)));
    PENSTOCK_TRY(const std::uint64_t rate, parse_plan_rate(trimmed(entry.substr(space))));
    return HourRange{begin, end, rate};
  }
  static RatePlan of_ranges(const std::vector<HourRange>& ranges, std::uint64_t rest) {
    std::vector<unsigned> minutes = {0};
    for (const HourRange& range : ranges) {
      minutes.push_back(range.begin % kDay);
      minutes.push_back(range.end % kDay);
    }
    std::vector<RatePlan::Change> changes;
    for (const unsigned minute : minutes) {
      const auto found =
          std::ranges::find_if(ranges, [minute](const HourRange& r) { return r.has(minute); });
      const std::uint64_t rate = found == ranges.end() ? rest : found->rate;
      for (unsigned day = 0; day < 7; ++day) changes.push_back({day * kDay + minute, rate});
    }
    return RatePlan(std::move(changes));
  }
};

// Of two at one minute the later one stays behind.
RatePlan::RatePlan(std::vector<Change> changes) {
  for (Change& change : changes) {
    change.minute %= kWeek;
    changes_.insert(std::ranges::upper_bound(changes_, change.minute, {}, &Change::minute), change);
  }
}

Result<RatePlan> RatePlan::parse(std::string_view text) {
  return RatePlanReader::read(trimmed(text));
}

std::uint64_t RatePlan::at_minute(unsigned minute_of_week) const {
  if (changes_.empty()) return 0;
  const auto next = std::ranges::upper_bound(changes_, minute_of_week, {}, &Change::minute);
  return next == changes_.begin() ? changes_.back().rate : std::prev(next)->rate;
}

bool RatePlan::limits() const {
  return std::ranges::any_of(changes_, [](const Change& change) { return change.rate != 0; });
}

std::uint64_t RatePlan::at(std::chrono::system_clock::time_point now) const {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  localtime_r(&seconds, &local);
  return at_minute(static_cast<unsigned>(local.tm_wday) * kDay +
                   static_cast<unsigned>(local.tm_hour * 60 + local.tm_min));
}

}  // namespace penstock
