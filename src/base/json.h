// Writes JSON (RFC 8259), one document after another, into a string. There is no tree in between:
// reports are small and listings are long. Reading is json_reader.h's part.
//
//   JsonWriter json(out);
//   json.begin_object().member("files", 3).key("stages").begin_array().value("read").end_array();
//   json.end_object();
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace penstock {

// Appends to a string that must outlive it. Commas are put where they belong; that objects and
// arrays are closed and keys are followed by a value is the caller's part. Threads: one.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  // Text that is not UTF-8 gets U+FFFD for each bad byte; whoever needs the bytes adds base64() of
  // them.
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(double number);  // null when it is not finite
  template <std::integral Number>
  JsonWriter& value(Number number) {
    if constexpr (std::signed_integral<Number>)
      return signed_value(number);
    else
      return unsigned_value(number);
  }
  JsonWriter& null();

  template <class Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& signed_value(std::int64_t number);
  JsonWriter& unsigned_value(std::uint64_t number);
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

// RFC 4648 section 4, padded.
std::string base64(Bytes bytes);
// Strictly what base64() writes; nothing for anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace penstock
