#include "store/file_values.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace penstock {
namespace {

constexpr std::size_t kNanosecondDigits = 9;

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string time_text(const timespec& time) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lld.%09ld", static_cast<long long>(time.tv_sec),
                time.tv_nsec);
  return text.data();
}

std::optional<timespec> parse_time(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto seconds = number<std::int64_t>(text.substr(0, dot));
  if (!seconds) return std::nullopt;
  timespec time{*seconds, 0};
  if (dot == std::string_view::npos) return time;
  std::string digits(text.substr(dot + 1, kNanosecondDigits));
  digits.resize(kNanosecondDigits, '0');
  const auto nanoseconds = number<std::uint32_t>(digits);
  if (!nanoseconds) return std::nullopt;
  time.tv_nsec = *nanoseconds;
  return time;
}

std::string mode_text(mode_t mode) {
  std::array<char, 16> text{};
  const auto done = std::to_chars(text.data(), text.data() + text.size(), mode, 8);
  return {text.data(), done.ptr};
}

std::optional<mode_t> parse_mode(std::string_view text) { return number<mode_t>(text, 8); }

}  // namespace penstock
