#include "cli/progress_line.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/json.h"
#include "base/units.h"

namespace penstock::cli {
namespace {

using Seconds = std::chrono::duration<double>;

// The files or bytes part: "12,345/50,572", "12,345 of >=20,000", or only what is done.
std::string done_of(const std::string& done, const std::string& total, bool known, bool final) {
  if (!known) return done;
  return done + (final ? " of " : " of >=") + total;
}

std::string files_text(const Standing& now) {
  return done_of(format_count(now.files), format_count(now.files_total), now.files_total != 0,
                 now.totals_final) +
         " files";
}

std::string bytes_text(const Standing& now) {
  return done_of(format_bytes(now.content_bytes), format_bytes(now.bytes_total),
                 now.bytes_total != 0, now.totals_final);
}

// 99 until all is done: a rounded 100 while work remains would be a lie.
std::uint64_t percent(const Standing& now) {
  if (now.bytes_total == 0) return 0;
  const double share =
      100 * static_cast<double>(now.content_bytes) / static_cast<double>(now.bytes_total);
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(share),
                                 now.content_bytes >= now.bytes_total ? 100 : 99);
}

std::string rate_text(const Standing& now) {
  if (now.bytes_per_second <= 0) return "";
  return format_rate(static_cast<std::uint64_t>(now.bytes_per_second), std::chrono::seconds(1));
}

std::string ratio_text(const Standing& now) {
  if (now.content_bytes == 0 || !now.has_ratio) return "";
  return "ratio " + format_percent(now.archive_bytes, now.content_bytes);
}

bool knows_time_left(const Standing& now) {
  return now.totals_final && now.bytes_per_second > 0 && now.content_bytes <= now.bytes_total;
}

std::chrono::seconds time_left(const Standing& now) {
  const double left = static_cast<double>(now.bytes_total - now.content_bytes);
  constexpr double kMost = 99.0 * 24 * 3600;
  return std::chrono::seconds(
      std::llround(std::min(kMost, std::ceil(left / now.bytes_per_second))));
}

std::string left_text(const Standing& now) {
  return knows_time_left(now) ? format_clock(time_left(now)) + " left" : "";
}

// The parts in the order of the line; the number says which is left out first.
struct Part {
  std::string text;
  int weight;
};

std::vector<Part> parts_of(std::string_view operation, const Standing& now) {
  std::vector<Part> parts;
  parts.push_back({std::string(operation), 1});
  if (now.totals_final) parts.push_back({std::to_string(percent(now)) + " %", 6});
  parts.push_back({files_text(now), 5});
  parts.push_back({bytes_text(now), 4});
  parts.push_back({rate_text(now), 3});
  parts.push_back({ratio_text(now), 0});
  parts.push_back({left_text(now), 2});
  std::erase_if(parts, [](const Part& part) { return part.text.empty(); });
  return parts;
}

std::string joined(const std::vector<Part>& parts) {
  std::string line;
  for (const Part& part : parts) {
    if (!line.empty()) line += "  ";
    line += part.text;
  }
  return line;
}

}  // namespace

std::string progress_bar(std::string_view operation, const Standing& now, unsigned width) {
  std::vector<Part> parts = parts_of(operation, now);
  std::string line = joined(parts);
  // The last column stays free: some terminals wrap when it is written.
  while (line.size() >= width && parts.size() > 1) {
    parts.erase(std::ranges::min_element(parts, {}, &Part::weight));
    line = joined(parts);
  }
  if (line.size() >= width) line.clear();
  return line;
}

std::string progress_plain(std::string_view operation, const Standing& now) {
  return joined(parts_of(operation, now)) + "  " + format_duration(now.elapsed) + " passed";
}

std::string progress_json(std::string_view operation, const Standing& now) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "progress").member("operation", operation);
  json.member("files", now.files).member("bytes", now.content_bytes);
  json.member("archive_bytes", now.archive_bytes);
  json.member("files_total", now.files_total).member("bytes_total", now.bytes_total);
  json.member("totals_final", now.totals_final);
  json.member("elapsed_s", std::round(Seconds(now.elapsed).count() * 1000) / 1000);
  json.member("bytes_per_s", std::round(now.bytes_per_second));
  json.key("left_s");
  if (knows_time_left(now))
    json.value(time_left(now).count());
  else
    json.null();
  json.end_object();
  return out;
}

double RateEstimate::update(std::uint64_t bytes, std::chrono::nanoseconds elapsed) {
  const double seconds = Seconds(elapsed - elapsed_).count();
  if (seconds > 0) {
    const double late = static_cast<double>(bytes - bytes_) / seconds;
    // What is 3 s old counts for 1/e.
    const double keep = std::exp(-seconds / 3);
    rate_ = started_ ? keep * rate_ + (1 - keep) * late : late;
    started_ = true;
  }
  bytes_ = bytes;
  elapsed_ = elapsed;
  return rate_;
}

}  // namespace penstock::cli
