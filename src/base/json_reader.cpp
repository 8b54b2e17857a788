#include "base/json_reader.h"

#include <cstdlib>
#include <string>

#include <boost/json.hpp>

namespace penstock {
namespace {

namespace json = boost::json;

const json::value& as_value(const void* value) { return *static_cast<const json::value*>(value); }

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

}  // namespace

Result<JsonValue> JsonValue::parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.most_bytes)
    return fail(Code::kCorrupt,
                "JSON of more than " + std::to_string(limits.most_bytes) + " bytes is not read");
  json::parse_options options;
  options.max_depth = limits.most_depth;
  json::parser parser({}, options);
  boost::system::error_code error;
  const std::size_t parsed = parser.write(text.data(), text.size(), error);
  if (error)
    return fail(Code::kCorrupt,
                "no valid JSON: " + error.message() + " near byte " + std::to_string(parsed));
  auto document = std::make_shared<const json::value>(parser.release());
  const void* root = document.get();
  return JsonValue(std::move(document), root);
}

bool JsonValue::is_null() const { return as_value(value_).is_null(); }
bool JsonValue::is_object() const { return as_value(value_).is_object(); }
bool JsonValue::is_array() const { return as_value(value_).is_array(); }

std::optional<std::string_view> JsonValue::text() const {
  const json::string* text = as_value(value_).if_string();
  if (text == nullptr) return std::nullopt;
  return view(*text);
}

std::optional<std::int64_t> JsonValue::integer() const {
  const std::int64_t* integer = as_value(value_).if_int64();
  if (integer == nullptr) return std::nullopt;
  return *integer;
}

std::optional<double> JsonValue::number() const {
  if (!as_value(value_).is_number()) return std::nullopt;
  return as_value(value_).to_number<double>();
}

std::optional<bool> JsonValue::truth() const {
  const bool* truth = as_value(value_).if_bool();
  if (truth == nullptr) return std::nullopt;
  return *truth;
}

std::optional<JsonValue> JsonValue::member(std::string_view name) const {
  const json::object* object = as_value(value_).if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* found = object->if_contains({name.data(), name.size()});
  if (found == nullptr) return std::nullopt;
  return JsonValue(document_, found);
}

std::string_view JsonValue::text_of(std::string_view name) const {
  const auto found = member(name);
  return found ? found->text().value_or(std::string_view()) : std::string_view();
}

std::size_t JsonValue::size() const {
  const json::array* array = as_value(value_).if_array();
  return array == nullptr ? 0 : array->size();
}

JsonValue JsonValue::at(std::size_t index) const {
  if (index >= size()) std::abort();
  return {document_, &as_value(value_).get_array()[index]};
}

}  // namespace penstock
