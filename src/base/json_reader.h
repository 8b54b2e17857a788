// Reads JSON (RFC 8259) that others wrote: answers of servers, small files. Strict, and bounded in
// size and depth, so that no document costs more than it may. Writing is json.h's part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

struct JsonLimits {
  std::size_t most_bytes = std::size_t{1} << 20;
  std::size_t most_depth = 32;
};

// One value of a document, which it keeps alive: cheap to copy. Threads: reading, any number.
class JsonValue {
 public:
  // kCorrupt says what is wrong and where; never quotes the text, which may hold secrets.
  static Result<JsonValue> parse(std::string_view text, const JsonLimits& limits = {});

  bool is_null() const;
  bool is_object() const;
  bool is_array() const;
  // The value, if it is of that type. A number of another kind that has the same value counts
  // ("2.0" is no integer, 2 is a number). Views live as long as any value of the document.
  std::optional<std::string_view> text() const;
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  std::optional<bool> truth() const;

  // Of an object: the member of that name (of several, the last).
  std::optional<JsonValue> member(std::string_view name) const;
  // The member's text; empty when there is none, or it is no text.
  std::string_view text_of(std::string_view name) const;
  // Of an array; at() aborts beyond its end.
  std::size_t size() const;
  JsonValue at(std::size_t index) const;

 private:
  JsonValue(std::shared_ptr<const void> document, const void* value)
      : document_(std::move(document)), value_(value) {}

  std::shared_ptr<const void> document_;
  const void* value_;
};

}  // namespace penstock
