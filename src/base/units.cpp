#include "base/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>

namespace penstock {
namespace {

using Seconds = std::chrono::duration<double>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(length)};
}

// The factor of a unit as typed, 0 when there is no such unit.
double unit_factor(std::string_view unit) {
  if (unit.empty() || (unit.size() == 1 && lower(unit[0]) == 'b')) return 1;
  const std::size_t power = std::string_view("kmgtp").find(lower(unit[0]));
  if (power == std::string_view::npos) return 0;
  const std::string_view rest = unit.substr(1);
  const bool decimal = rest.size() == 1 && lower(rest[0]) == 'b';
  const bool binary =
      rest.empty() || (rest.size() == 2 && lower(rest[0]) == 'i' && lower(rest[1]) == 'b');
  if (!decimal && !binary) return 0;
  return std::pow(decimal ? 1000.0 : 1024.0, static_cast<double>(power + 1));
}

Failure bad_size(std::string_view text) {
  return fail(Code::kInvalid,
              "'" + std::string(text) + "' is no size: write for example 64M, 1.5G or 4096");
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || number < 0) return bad_size(text);
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  const double factor = unit_factor(unit);
  const double bytes = number * factor;
  if (factor == 0 || !(bytes < 0x1p63)) return bad_size(text);
  return static_cast<std::uint64_t>(bytes);
}

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least && number <= most)
    return number;
  const std::string range = most == UINT64_MAX
                                ? std::to_string(least) + " or more"
                                : std::to_string(least) + " to " + std::to_string(most);
  return fail(Code::kInvalid, "'" + std::string(text) + "' is no number of " + range);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0.
  for (; value >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return print("%.1f %s", value, kUnits[unit]);
}

std::string format_rate(std::uint64_t bytes, std::chrono::nanoseconds elapsed) {
  if (elapsed.count() <= 0) return "-";
  const double rate = static_cast<double>(bytes) / Seconds(elapsed).count();
  if (rate >= 0x1p60) return "-";
  const double mib = rate / 0x1p20;
  if (mib >= 99.95) return print("%.0f MiB/s", mib);
  return format_bytes(static_cast<std::uint64_t>(rate)) + "/s";
}

std::string format_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string format_duration(std::chrono::nanoseconds time) {
  const double seconds = Seconds(time).count();
  if (seconds < 0.0995) return print("%.2f ms", seconds * 1000);
  if (seconds < 9.995) return print("%.2f s", seconds);
  if (seconds < 59.95) return print("%.1f s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 3600) return print("%lld min %02lld s", whole / 60, whole % 60);
  return print("%lld h %02lld min", whole / 3600, whole / 60 % 60);
}

std::string format_clock(std::chrono::seconds time) {
  const long long s = time.count();
  if (s < 3600) return print("%lld:%02lld", s / 60, s % 60);
  return print("%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

std::string format_percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return print("%.1f %%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace penstock
