#include "store/local_key.h"

#include <cstddef>

namespace penstock {
namespace {

constexpr std::size_t kMostNameBytes = 255;  // NAME_MAX

Status refuse(std::string_view why) {
  return fail(Code::kInvalid, "a directory cannot hold this key: " + std::string(why));
}

Status check_component(std::string_view part) {
  if (part.empty()) return refuse("it has an empty part");
  if (part == "." || part == "..") return refuse("it has the part \"" + std::string(part) + "\"");
  if (part.size() > kMostNameBytes) return refuse("it has a part of more than 255 bytes");
  if (part.starts_with(kReservedStart))
    return refuse("names that begin with \"" + std::string(kReservedStart) + "\" are reserved");
  return {};
}

}  // namespace

Status check_local_key(std::string_view key) {
  if (key.find('\0') != std::string_view::npos) return refuse("it contains a NUL byte");
  for (;;) {
    const std::size_t slash = key.find('/');
    PENSTOCK_CHECK(check_component(key.substr(0, slash)));
    if (slash == std::string_view::npos) return {};
    key.remove_prefix(slash + 1);
  }
}

std::string_view directory_of(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
}

std::string_view leaf_of(std::string_view key) {
  return key.substr(key.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace penstock
