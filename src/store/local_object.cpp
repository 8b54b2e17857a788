#include "store/local_object.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/xattr.h>

#include "base/narrow.h"
#include "store/file_values.h"

namespace penstock {
namespace {

constexpr const char* kAttribute = "user.penstock.object";
constexpr std::size_t kUsualBytes = 1024;
constexpr mode_t kPermissions = 0777;
constexpr std::string_view kDefaultType = "application/octet-stream";

std::optional<std::string_view> value_of(const Metadata& metadata, std::string_view name) {
  const auto found =
      std::ranges::find_if(metadata, [name](const auto& pair) { return pair.first == name; });
  if (found == metadata.end()) return std::nullopt;
  return found->second;
}

std::optional<mode_t> wanted_mode(const PutOptions& options) {
  const auto text = value_of(options.metadata, kModeName);
  return text ? parse_mode(*text) : std::nullopt;
}

std::string size_and_time(const struct stat& status) {
  return std::to_string(status.st_size) + " " + time_text(status.st_mtim);
}

std::string attribute_text(const struct stat& status, const PutOptions& options) {
  std::string text = size_and_time(status) + "\n" + options.content_type + "\n";
  for (const auto& [name, value] : options.metadata) text += name + "=" + value + "\n";
  return text;
}

// Empty: there is none, or it cannot be read.
std::string read_attribute(int fd) {
  std::string text(kUsualBytes, '\0');
  ssize_t got = fgetxattr(fd, kAttribute, text.data(), text.size());
  if (got < 0 && errno == ERANGE) {
    text.resize(XATTR_SIZE_MAX);
    got = fgetxattr(fd, kAttribute, text.data(), text.size());
  }
  text.resize(got < 0 ? 0 : narrow<std::size_t>(got));
  return text;
}

// Takes the first line off `rest`; empty when there is none left.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void add_line(std::string_view line, Metadata& metadata) {
  const std::size_t equals = line.find('=');
  if (equals != std::string_view::npos)
    metadata.emplace_back(line.substr(0, equals), line.substr(equals + 1));
}

bool is_unsupported(int errnum) { return errnum == EOPNOTSUPP || errnum == ENOSYS; }

void append_hex(std::string& text, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (!text.empty()) text += '-';
  text.append(digits.data(), done.ptr);
}

}  // namespace

std::string local_etag(const struct stat& status) {
  const auto bits = [](auto number) { return static_cast<std::uint64_t>(number); };
  std::string etag;
  for (const std::uint64_t number :
       {bits(status.st_dev), bits(status.st_ino), bits(status.st_size), bits(status.st_mtim.tv_sec),
        bits(status.st_mtim.tv_nsec), bits(status.st_ctim.tv_sec), bits(status.st_ctim.tv_nsec)})
    append_hex(etag, number);
  return etag;
}

ObjectInfo local_info(std::string key, const struct stat& status) {
  ObjectInfo info;
  info.key = std::move(key);
  info.bytes = narrow<std::uint64_t>(status.st_size);
  info.etag = local_etag(status);
  info.modified = std::chrono::sys_seconds(std::chrono::seconds(status.st_mtim.tv_sec));
  return info;
}

void read_local_metadata(int fd, const struct stat& status, ObjectInfo& info) {
  const std::string text = read_attribute(fd);
  std::string_view rest = text;
  if (take_line(rest) != size_and_time(status)) {
    info.content_type = kDefaultType;
    info.metadata = {{std::string(kMtimeName), time_text(status.st_mtim)},
                     {std::string(kModeName), mode_text(status.st_mode & kPermissions)}};
    return;
  }
  info.content_type = take_line(rest);
  if (info.content_type.empty()) info.content_type = kDefaultType;
  while (!rest.empty()) add_line(take_line(rest), info.metadata);
}

mode_t local_mode(const PutOptions& options) {
  return (wanted_mode(options).value_or(0666) & kPermissions) | S_IRUSR | S_IWUSR;
}

Status finish_local_file(int fd, const PutOptions& options) {
  const auto text = value_of(options.metadata, kMtimeName);
  if (const auto mtime = text ? parse_time(*text) : std::nullopt; mtime) {
    const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, *mtime};
    if (futimens(fd, times) != 0) return fail_errno("set the time", errno);
  }
  struct stat status {};
  if (fstat(fd, &status) != 0) return fail_errno("stat", errno);
  const std::string attribute = attribute_text(status, options);
  if (fsetxattr(fd, kAttribute, attribute.data(), attribute.size(), 0) != 0 &&
      !is_unsupported(errno))
    return fail_errno("keep " + std::to_string(attribute.size()) + " bytes of metadata", errno);
  const bool stays_writable = (wanted_mode(options).value_or(S_IWUSR) & S_IWUSR) != 0;
  if (!stays_writable && fchmod(fd, status.st_mode & kPermissions & ~mode_t{S_IWUSR}) != 0)
    return fail_errno("set the mode", errno);
  return {};
}

bool keeps_attributes(int fd) {
  return fgetxattr(fd, kAttribute, nullptr, 0) >= 0 || !is_unsupported(errno);
}

}  // namespace penstock
