// Signs and words of URLs and HTTP, which are ASCII whatever the locale says.
#pragma once

#include <algorithm>
#include <string_view>

namespace penstock {

constexpr char lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z'; }

// Names of headers and words in their values compare without case.
inline bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_ascii, lower_ascii);
}

inline constexpr std::string_view kHttpTokenMarks = "!#$%&'*+-.^_`|~";

// A method or a header's name (a token of RFC 9110 section 5.6.2).
inline bool is_http_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) ||
           kHttpTokenMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace penstock
