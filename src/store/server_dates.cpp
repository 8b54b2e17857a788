#include "store/server_dates.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock {
namespace {

using Months = std::array<std::string_view, 12>;
constexpr Months kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads a text of fixed form from front to back; wrong for good after the first difference.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Reader& skip(std::size_t characters) {
    good_ = good_ && rest_.size() >= characters;
    if (good_) rest_.remove_prefix(characters);
    return *this;
  }
  Reader& expect(std::string_view text) {
    good_ = good_ && rest_.starts_with(text);
    return skip(text.size());
  }
  Reader& number(std::size_t digits, unsigned& out) {
    const char* begin = rest_.data();
    good_ = good_ && rest_.size() >= digits &&
            std::all_of(begin, begin + digits, [](char c) { return c >= '0' && c <= '9'; });
    if (good_) std::from_chars(begin, begin + digits, out);
    return skip(digits);
  }
  Reader& month(unsigned& out) {
    const auto found = std::ranges::find(kMonths, rest_.substr(0, 3));
    good_ = good_ && found != kMonths.end();
    out = static_cast<unsigned>(found - kMonths.begin()) + 1;
    return skip(3);
  }
  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Time {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;

  std::optional<std::chrono::sys_seconds> value() const {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                           std::chrono::month(month), std::chrono::day(day));
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
  }
};

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  Time time;
  Reader reader(text);
  reader.skip(3).expect(", ").number(2, time.day).expect(" ").month(time.month).expect(" ");
  reader.number(4, time.year).expect(" ").number(2, time.hour).expect(":");
  reader.number(2, time.minute).expect(":").number(2, time.second).expect(" GMT");
  if (!reader.good() || !reader.rest().empty()) return std::nullopt;
  return time.value();
}

std::optional<std::chrono::sys_seconds> parse_utc_time(std::string_view text) {
  Time time;
  Reader reader(text);
  reader.number(4, time.year).expect("-").number(2, time.month).expect("-").number(2, time.day);
  reader.expect("T").number(2, time.hour).expect(":").number(2, time.minute).expect(":");
  reader.number(2, time.second);
  const std::string_view rest = reader.rest();
  if (!reader.good() || !rest.ends_with('Z') || (rest.size() > 1 && rest[0] != '.'))
    return std::nullopt;
  return time.value();
}

}  // namespace penstock
