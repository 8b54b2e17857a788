#include "cli/config.h"

#include <cerrno>

#include <fcntl.h>

#include "files/unique_fd.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Result<std::vector<ConfigLine>> parse_config(std::string_view text, const std::string& path) {
  std::vector<ConfigLine> lines;
  std::string section;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      if (line.back() != ']')
        return fail(Code::kInvalid, path + ":" + std::to_string(number) + ": ']' is missing");
      section = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const std::size_t equals = line.find('=');
    const bool alone = equals == std::string_view::npos;
    lines.push_back({section, std::string(trimmed(line.substr(0, equals))),
                     alone ? "yes" : std::string(trimmed(line.substr(equals + 1))), number});
  }
  return lines;
}

Result<std::vector<ConfigLine>> read_config(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail_errno("read the configuration " + path, errno);
  std::string text(kMaxBytes, '\0');
  PENSTOCK_TRY(const std::size_t size,
               read_full(file.get(), std::as_writable_bytes(std::span(text)), "read " + path));
  if (size == kMaxBytes)
    return fail(Code::kInvalid, path + ": larger than 1 MiB, that is no configuration");
  return parse_config(std::string_view(text).substr(0, size), path);
}

}  // namespace penstock::cli
