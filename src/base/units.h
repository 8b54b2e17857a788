// Sizes, counts, rates and times as people write and read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// "65536", "64K", "1.5GiB", "100MB", "10 M", in bytes. K, M, G, T, P (and KiB, ...) are powers of
// 1024; kB, MB, ... powers of 1000; case does not matter. kInvalid names the text.
Result<std::uint64_t> parse_bytes(std::string_view text);
// A decimal number from `least` to `most`; kInvalid says what was expected.
Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most);

// "0 B", "1023 B", "1.0 KiB", "573.9 MiB": four digits at most.
std::string format_bytes(std::uint64_t bytes);
// "159 MiB/s"; "-" when nothing was measured.
std::string format_rate(std::uint64_t bytes, std::chrono::nanoseconds elapsed);
// "50,572".
std::string format_count(std::uint64_t count);
// "0.45 ms", "3.6 s", "2 min 05 s", "1 h 02 min".
std::string format_duration(std::chrono::nanoseconds time);
// "0:07", "12:34", "1:02:03": the time left in a progress line.
std::string format_clock(std::chrono::seconds time);
// "27.5 %"; "-" when `whole` is 0.
std::string format_percent(std::uint64_t part, std::uint64_t whole);

}  // namespace penstock
