#include "cli/bench_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "base/cpu.h"
#include "base/json.h"
#include "base/units.h"
#include "cli/bench_tasks.h"

namespace penstock::cli {
namespace {

double microseconds_per_gib(const BenchRow& row) { return 0x1p30 / row.per_second * 1e6; }

// Null when it was not measured.
const BenchRow* reference_of(const std::vector<BenchRow>& rows) {
  const auto found = std::ranges::find_if(
      rows, [](const BenchRow& row) { return row.name.starts_with(kBenchReference); });
  return found == rows.end() ? nullptr : &*found;
}

double score(const BenchReport& report, const BenchRow& row) {
  const BenchRow* const reference = reference_of(report.rows);
  return reference == nullptr ? 0 : weissman(row, *reference);
}

// "2.71"; empty for 0, which means there is none.
std::string decimal(double value) {
  if (value == 0) return {};
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.2f", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string rate(const BenchRow& row) {
  if (!row.counts_bytes)
    return format_count(static_cast<std::uint64_t>(std::llround(row.per_second))) + "/s";
  return format_rate(static_cast<std::uint64_t>(std::llround(row.per_second)),
                     std::chrono::seconds(1));
}

std::string line(const std::string& group, const std::string& name, const std::string& speed,
                 const std::string& ratio, const std::string& scored) {
  std::array<char, 160> text{};
  const int length = std::snprintf(text.data(), text.size(), "%-8s%-42s%13s%8s%9s", group.c_str(),
                                   name.c_str(), speed.c_str(), ratio.c_str(), scored.c_str());
  std::string out(text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1));
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

}  // namespace

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string text; std::getline(file, text);)
    if (const auto colon = text.find(": "); text.starts_with("model name") && colon != text.npos)
      return text.substr(colon + 2);
  return "unknown";
}

double weissman(const BenchRow& row, const BenchRow& reference) {
  if (row.ratio <= 0 || reference.ratio <= 0) return 0;
  const double time = microseconds_per_gib(row);
  const double reference_time = microseconds_per_gib(reference);
  if (!(time > 1) || !(reference_time > 1)) return 0;
  return row.ratio / reference.ratio * std::log(reference_time) / std::log(time);
}

std::string bench_table(const BenchReport& report) {
  std::string text = report.processor + ", " + std::string(name(cpu_level())) + ", " +
                     std::to_string(report.threads) +
                     (report.threads == 1 ? " thread\n\n" : " threads\n\n");
  text += line("", "", "speed", "ratio", "Weissman");
  std::string_view group;
  for (const BenchRow& row : report.rows) {
    text += line(row.group == group ? "" : row.group, row.name, rate(row), decimal(row.ratio),
                 decimal(score(report, row)));
    group = row.group;
  }
  return text;
}

std::string bench_json(const BenchReport& report) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("type", "report").member("operation", "bench");
  json.member("processor", report.processor)
      .member("cpu", name(cpu_level()))
      .member("threads", report.threads);
  json.member("seconds", report.seconds).member("sample_bytes", report.sample_bytes);
  json.member("reference", kBenchReference).key("rows").begin_array();
  for (const BenchRow& row : report.rows) {
    json.begin_object().member("group", row.group).member("name", row.name);
    json.member(row.counts_bytes ? "bytes_per_second" : "per_second", row.per_second);
    if (row.ratio != 0) json.member("ratio", row.ratio).member("weissman", score(report, row));
    json.end_object();
  }
  json.end_array().end_object();
  return text + "\n";
}

}  // namespace penstock::cli
