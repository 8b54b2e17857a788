#include "archive/name_check.h"

#include <algorithm>

#include "base/quote.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kComponentBytes = 255;  // NAME_MAX
constexpr std::size_t kShownBytes = 200;
constexpr std::size_t kTailBytes = 3;  // of a sort key: two NULs and the kind

bool climbs(std::string_view name, std::string_view separators) {
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of(separators), name.size());
    if (name.substr(0, end) == "..") return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool has_drive(std::string_view name) {
  if (name.size() < 3 || name[1] != ':' || (name[2] != '/' && name[2] != '\\')) return false;
  const char letter = static_cast<char>(name[0] | 0x20);
  return letter >= 'a' && letter <= 'z';
}

Failure unsafe(std::string_view what) { return fail(Code::kUnsafe, std::string(what)); }

Status check_component(std::string_view part) {
  if (part.empty()) return unsafe("the name has an empty part (\"//\")");
  if (part == "." || part == "..")
    return unsafe("the name has the part \"" + std::string(part) + "\"");
  if (part.size() > kComponentBytes) return unsafe("the name has a part of more than 255 bytes");
  return {};
}

}  // namespace

std::string shown_name(std::string_view name) { return quoted_short(name, kShownBytes); }

Status check_name(std::string_view name) {
  if (name.empty()) return unsafe("the name is empty");
  if (name.find('\0') != std::string_view::npos) return unsafe("the name contains a NUL byte");
  if (name.front() == '/' || name.front() == '\\') return unsafe("the name is absolute");
  if (has_drive(name)) return unsafe("the name begins with a drive letter");
  if (name.find('\\') != std::string_view::npos && climbs(name, "/\\"))
    return unsafe("the name has the part \"..\" between slashes or backslashes");
  if (name.back() == '/') name.remove_suffix(1);
  for (;;) {
    const std::size_t slash = name.find('/');
    PENSTOCK_CHECK(check_component(name.substr(0, slash)));
    if (slash == std::string_view::npos) return {};
    name.remove_prefix(slash + 1);
  }
}

Status check_link_target(std::string_view link_name, std::string_view target) {
  if (target.empty()) return unsafe("the link's target is empty");
  if (target.find('\0') != std::string_view::npos)
    return unsafe("the link's target contains a NUL byte");
  if (target.front() == '/')
    return unsafe("the link's target " + shown_name(target) + " is absolute");
  auto up = std::count(link_name.begin(), link_name.end(), '/');
  std::string_view rest = target;
  while (rest.starts_with("../") || rest == ".." || rest.starts_with("./") ||
         rest.starts_with('/')) {
    if (rest.starts_with("..") && up-- == 0)
      return unsafe("the link's target " + shown_name(target) + " leaves the tree");
    rest.remove_prefix(std::min(rest.find('/'), rest.size() - 1) + 1);
  }
  if (climbs(rest, "/"))
    return unsafe("the link's target " + shown_name(target) +
                  " climbs behind a name and may leave the tree");
  return {};
}

std::string_view strip_components(std::string_view name, unsigned count) {
  for (; count > 0 && !name.empty(); --count)
    name.remove_prefix(std::min(name.find('/'), name.size() - 1) + 1);
  return name;
}

std::string order_key(std::string_view name, bool directory) {
  if (!name.empty() && name.back() == '/') name.remove_suffix(1);
  std::string key;
  key.reserve(name.size() + kTailBytes);
  key.append(name);
  std::replace(key.begin(), key.end(), '/', '\0');
  // Two NULs cannot be part of a name (no part is empty), so they sort before anything below it.
  return key.append(2, '\0').append(1, directory ? 'd' : 'f');
}

Status check_neighbours(std::string_view earlier_key, std::string_view later_key) {
  const auto shown = [](std::string_view key) {
    std::string name(key.substr(0, key.size() - kTailBytes));
    std::replace(name.begin(), name.end(), '\0', '/');
    return shown_name(name);
  };
  if (earlier_key.size() < kTailBytes || later_key.size() < kTailBytes)
    return fail(Code::kInternal, "a sort key is too short");
  const std::string_view earlier = earlier_key.substr(0, earlier_key.size() - kTailBytes);
  const std::string_view later = later_key.substr(0, later_key.size() - kTailBytes);
  if (earlier == later) return unsafe("two entries are named " + shown(later_key));
  if (earlier_key.back() != 'd' && later.size() > earlier.size() && later.starts_with(earlier) &&
      later[earlier.size()] == '\0')
    return unsafe("entry " + shown(later_key) + " lies below " + shown(earlier_key) +
                  ", which is not a directory");
  return {};
}

}  // namespace penstock::zip
