// What a file's time and permissions are called, and how they are written, in an object's metadata.
// The names and forms are those that rclone and others use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace penstock {

inline constexpr std::string_view kMtimeName = "mtime";
inline constexpr std::string_view kModeName = "mode";

// "1700000000.123456789": seconds since 1970, UTC; nanoseconds count up from the whole second.
std::string time_text(const timespec& time);
// That, with fewer digits or none behind the point too. Empty: cannot be read.
std::optional<timespec> parse_time(std::string_view text);

// Permission bits in octal: "644".
std::string mode_text(mode_t mode);
std::optional<mode_t> parse_mode(std::string_view text);

}  // namespace penstock
