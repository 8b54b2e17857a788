#include "base/utf8.h"

#include <cstdint>

namespace penstock {
namespace {

// Length and value bits that a lead byte announces; length 0: no lead byte.
CodePoint announced(std::uint8_t lead) {
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xc2 && lead <= 0xdf) return {lead & 0x1fU, 2};
  if (lead >= 0xe0 && lead <= 0xef) return {lead & 0x0fU, 3};
  if (lead >= 0xf0 && lead <= 0xf4) return {lead & 0x07U, 4};
  return {};
}

bool is_allowed(const CodePoint& point) {
  const char32_t least = point.bytes == 3 ? 0x800 : point.bytes == 4 ? 0x10000 : 0;
  const bool surrogate = point.value >= 0xd800 && point.value <= 0xdfff;
  return point.value >= least && point.value <= 0x10ffff && !surrogate;
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  if (text.empty()) return std::nullopt;
  CodePoint point = announced(static_cast<std::uint8_t>(text[0]));
  if (point.bytes == 0 || point.bytes > text.size()) return std::nullopt;
  for (std::size_t i = 1; i < point.bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0U) != 0x80) return std::nullopt;
    point.value = point.value << 6 | (byte & 0x3fU);
  }
  if (!is_allowed(point)) return std::nullopt;
  return point;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) return false;
    text.remove_prefix(point->bytes);
  }
  return true;
}

}  // namespace penstock
