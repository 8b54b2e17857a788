#include "base/quote.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace penstock {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// Beyond controls: signs without a shape of their own that move or hide what stands around them
// (Unicode: Bidi_Control, line and paragraph separators, default-ignorable ones), and
// noncharacters. U+200C and U+200D stay: scripts and emoji need them.
constexpr std::array kHidden{
    Range{0x80, 0x9f},     Range{0xad, 0xad},     Range{0x61c, 0x61c},   Range{0x115f, 0x1160},
    Range{0x180e, 0x180e}, Range{0x200b, 0x200b}, Range{0x200e, 0x200f}, Range{0x2028, 0x202e},
    Range{0x2060, 0x206f}, Range{0x3164, 0x3164}, Range{0xfdd0, 0xfdef}, Range{0xfeff, 0xfeff},
    Range{0xffa0, 0xffa0}, Range{0xfff0, 0xfffb}, Range{0xfffe, 0xffff}, Range{0xe0000, 0xe0fff},
};

bool is_hidden(char32_t sign) {
  if ((sign & 0xfffe) == 0xfffe) return true;
  return std::ranges::any_of(kHidden,
                             [sign](Range r) { return sign >= r.first && sign <= r.last; });
}

bool is_plain_ascii(char c) { return c >= 0x20 && c < 0x7f; }

// Appends the sign at the start of `text`, which is not plain ASCII, and returns its length.
std::size_t append_sign(std::string& out, std::string_view text) {
  const auto point = first_code_point(text);
  const std::size_t length = point ? point->bytes : 1;
  if (point && point->value >= 0x80 && !is_hidden(point->value))
    out += text.substr(0, length);
  else
    for (const char c : text.substr(0, length)) append_escaped_byte(out, c, "\\x");
  return length;
}

// Appends until `out` has `most_bytes` or a few more; what is left of `text`.
std::string_view append_escaped(std::string& out, std::string_view text, bool quotes_too,
                                std::size_t most_bytes = std::string::npos) {
  while (!text.empty() && out.size() < most_bytes) {
    const char c = text[0];
    if (!is_plain_ascii(c)) {
      text.remove_prefix(append_sign(out, text));
      continue;
    }
    if (quotes_too && (c == '"' || c == '\\'))
      append_escaped_byte(out, c, "\\x");
    else
      out.push_back(c);
    text.remove_prefix(1);
  }
  return text;
}

}  // namespace

void append_escaped_byte(std::string& out, char c, std::string_view hex_prefix) {
  constexpr std::string_view kNamed = "\n\t\r\"\\";
  constexpr std::string_view kNames = "ntr\"\\";
  constexpr std::string_view kHex = "0123456789abcdef";
  if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
    out.append(1, '\\').push_back(kNames[named]);
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out.append(hex_prefix).append(1, kHex[byte >> 4]).push_back(kHex[byte & 15U]);
}

std::string printable(std::string_view text) {
  if (std::ranges::all_of(text, is_plain_ascii)) return std::string(text);
  std::string out;
  append_escaped(out, text, false);
  return out;
}

void append_quoted_name(std::string& out, std::string_view name) {
  const bool odd_ends =
      name.empty() || name.front() == ' ' || name.back() == ' ' || name.front() == '"';
  if (!odd_ends && std::ranges::all_of(name, is_plain_ascii)) {
    out += name;
    return;
  }
  const std::size_t start = out.size();
  append_escaped(out, name, false);
  if (!odd_ends && std::string_view(out).substr(start) == name) return;
  out.resize(start);
  out.push_back('"');
  append_escaped(out, name, true);
  out.push_back('"');
}

std::string quoted_short(std::string_view name, std::size_t most_bytes) {
  std::string out = "\"";
  const bool cut = !append_escaped(out, name, true, most_bytes).empty();
  return out.append(cut ? "...\"" : "\"");
}

std::string quoted_name(std::string_view name) {
  std::string out;
  append_quoted_name(out, name);
  return out;
}

}  // namespace penstock
