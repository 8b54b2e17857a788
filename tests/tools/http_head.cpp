#include "tools/http_head.h"

#include <algorithm>
#include <charconv>

namespace penstock::testing {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The whole of `text` as a number.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::size_t> HttpHead::length_in(std::string_view text) {
  const std::size_t end = text.find(kHeadEnd);
  if (end == std::string_view::npos) return std::nullopt;
  return end + kHeadEnd.size();
}

int HttpHead::status() const { return number_of<int>(word(1)).value_or(0); }

std::string_view HttpHead::header(std::string_view name) const {
  for (std::size_t at = text_.find(kLineEnd); at != std::string_view::npos;
       at = text_.find(kLineEnd, at)) {
    at += kLineEnd.size();
    const std::string_view rest = text_.substr(at);
    if (rest.size() > name.size() && rest[name.size()] == ':' &&
        same(rest.substr(0, name.size()), name))
      return trimmed(rest.substr(name.size() + 1, rest.find(kLineEnd) - name.size() - 1));
  }
  return {};
}

bool HttpHead::has(std::string_view name, std::string_view value) const {
  return same(header(name), value);
}

std::optional<std::uint64_t> HttpHead::content_length() const {
  const std::string_view text = header("Content-Length");
  return text.empty() ? 0 : number_of<std::uint64_t>(text);
}

std::string_view HttpHead::word(std::size_t number) const {
  std::string_view line = text_.substr(0, text_.find(kLineEnd));
  for (; number > 0; --number) {
    const std::size_t space = line.find(' ');
    line = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  }
  return line.substr(0, line.find(' '));
}

}  // namespace penstock::testing
