#include "flow/control_file.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

namespace penstock {
namespace {

Result<double> parse_rate(std::string_view text) {
  if (text == "off") return 0.0;
  if (text.ends_with("/s")) text.remove_suffix(2);
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc() || end != text.data() + text.size() || !(rate >= 0) || !(rate <= 1e9))
    return fail(Code::kInvalid,
                "'" + std::string(text) +
                    "' is no rate: expected requests per second like 50 or 0.5, or off");
  return rate;
}

Status read_line(LimitChange& change, std::string_view line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  std::string_view value = line.substr(space);
  while (value.starts_with(' ')) value.remove_prefix(1);
  if (word == "rate") {
    PENSTOCK_TRY(change.rate, parse_rate(value));
    return {};
  }
  if (word != "bandwidth" && word != "bandwidth-up" && word != "bandwidth-down")
    return fail(Code::kInvalid, "'" + std::string(word) +
                                    "': expected rate, bandwidth, bandwidth-up or bandwidth-down");
  PENSTOCK_TRY(const RatePlan plan, RatePlan::parse(value));
  if (word != "bandwidth-down") change.up = plan;
  if (word != "bandwidth-up") change.down = plan;
  return {};
}

std::int64_t ns_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Result<LimitChange> LimitChange::parse(std::string_view text) {
  LimitChange change;
  for (unsigned number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (auto read = read_line(change, line); !read)
      return fail(std::move(read).error().within("line " + std::to_string(number)));
  }
  return change;
}

Result<std::optional<LimitChange>> ControlFile::poll() {
  struct stat info {};
  if (stat(path_.c_str(), &info) != 0) return std::optional<LimitChange>();
  const Version version{info.st_ino, info.st_size, ns_of(info.st_mtim), ns_of(info.st_ctim)};
  if (version == seen_) return std::optional<LimitChange>();
  seen_ = version;
  std::ifstream in(path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto change = LimitChange::parse(text);
  if (!change) return fail(std::move(change).error().within("control file " + path_));
  return std::optional<LimitChange>(*std::move(change));
}

}  // namespace penstock
