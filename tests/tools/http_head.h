// The head of an HTTP/1.1 message (RFC 9112), for the programs of tests and benchmarks that stand
// where a server does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::testing {

// The start line and the headers, with the empty line that ends them. A view: the text must outlive
// it. What is missing is empty.
class HttpHead {
 public:
  // How much of `text` the head is that it begins with; nothing when its end has not come yet.
  static std::optional<std::size_t> length_in(std::string_view text);

  explicit HttpHead(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  std::string_view method() const { return word(0); }
  std::string_view target() const { return word(1); }
  int status() const;  // of an answer; 0: it has none
  // The value of the first header of that name, whatever its case.
  std::string_view header(std::string_view name) const;
  bool has(std::string_view name, std::string_view value) const;  // without case, both
  // Content-Length, 0 where there is none; nothing where it is no number.
  std::optional<std::uint64_t> content_length() const;

 private:
  std::string_view word(std::size_t number) const;  // of the start line, from 0

  std::string_view text_;
};

}  // namespace penstock::testing
