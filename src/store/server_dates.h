// The two ways in which servers write times.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace penstock {

// "Sun, 06 Nov 1994 08:49:37 GMT": the form RFC 9110 section 5.6.7 tells all to write. Nothing for
// any other.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);
// "2026-01-31T23:59:59.123Z", without the fraction, which may be missing (RFC 3339 in UTC).
std::optional<std::chrono::sys_seconds> parse_utc_time(std::string_view text);

}  // namespace penstock
