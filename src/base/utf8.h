// UTF-8 (RFC 3629), strictly: what may be a name of any bytes is read code point by code point.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace penstock {

// The code point at the start of `text` and its length in bytes; empty when `text` is empty or does
// not start with a well-formed one (overlong forms, surrogates and values above U+10FFFF are not).
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};
std::optional<CodePoint> first_code_point(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace penstock
