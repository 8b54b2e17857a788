#include "cli/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <sys/resource.h>

#include "base/json.h"
#include "base/units.h"

namespace penstock::cli {
namespace {

using std::chrono::nanoseconds;
using Seconds = std::chrono::duration<double>;

void append_failures(std::string& text, const UnpackReport& report) {
  append_count(text, report.failed - report.damaged, " failed");
  append_count(text, report.damaged, " damaged");
}

// Of what there is most of interest: a tree of links only is not "0 files".
template <class Report>
std::string contents(const Report& report, std::uint64_t bytes) {
  std::string count = count_of(report.files, "file", "files");
  if (report.files == 0 && report.links > 0) count = count_of(report.links, "link", "links");
  return count + " (" + format_bytes(bytes) + ")";
}

// What every report has.
template <class Report>
void common_json(JsonWriter& json, const Report& report, nanoseconds cpu) {
  json.member("files", report.files).member("directories", report.directories);
  json.member("links", report.links).member("skipped", report.skipped);
  json.member("failed", report.failed);
  json.member("bytes_in", report.bytes_in).member("bytes_out", report.bytes_out);
  json.member("elapsed_s", rounded_seconds(report.elapsed)).member("cpu_s", rounded_seconds(cpu));
  stages_json(json, report.stages);
}

std::string row(std::string_view name, std::string_view items, std::string_view bytes,
                std::string_view cpu, std::string_view waiting, std::string_view share) {
  std::array<char, 160> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "  %-14.*s %12.*s %12.*s %10.*s %10.*s %8.*s\n",
                    static_cast<int>(name.size()), name.data(), static_cast<int>(items.size()),
                    items.data(), static_cast<int>(bytes.size()), bytes.data(),
                    static_cast<int>(cpu.size()), cpu.data(), static_cast<int>(waiting.size()),
                    waiting.data(), static_cast<int>(share.size()), share.data());
  return {text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1)};
}

std::string share_of(nanoseconds part, nanoseconds whole) {
  return format_percent(static_cast<std::uint64_t>(std::max<std::int64_t>(part.count(), 0)),
                        static_cast<std::uint64_t>(std::max<std::int64_t>(whole.count(), 0)));
}

std::string row_of(const StageReport& stage, nanoseconds cpu) {
  return row(stage.name, format_count(stage.items), format_bytes(stage.bytes),
             format_duration(stage.busy), format_duration(stage.waiting),
             share_of(stage.busy, cpu));
}

std::string slowest(const std::vector<StageReport>& stages) {
  const auto found = std::ranges::max_element(stages, {}, &StageReport::busy);
  if (found == stages.end() || found->busy.count() == 0) return {};
  return "  slowest stage: " + found->name + "\n";
}

}  // namespace

double rounded_seconds(nanoseconds time) { return std::round(Seconds(time).count() * 1e6) / 1e6; }

std::string count_of(std::uint64_t count, std::string_view one, std::string_view many) {
  return format_count(count).append(" ").append(count == 1 ? one : many);
}

std::string speed(std::uint64_t bytes, nanoseconds elapsed) {
  std::string text = " in " + format_duration(elapsed);
  if (elapsed > std::chrono::milliseconds(10) && bytes > 0)
    text += ", " + format_rate(bytes, elapsed);
  return text;
}

void append_count(std::string& text, std::uint64_t count, std::string_view what) {
  if (count != 0) text.append("; ").append(format_count(count)).append(what);
}

nanoseconds process_cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

void stages_json(JsonWriter& json, const std::vector<StageReport>& stages) {
  json.key("stages").begin_array();
  for (const StageReport& stage : stages) {
    json.begin_object().member("name", stage.name).member("items", stage.items);
    json.member("kernel", stage.kernel);
    json.member("bytes", stage.bytes).member("cpu_s", rounded_seconds(stage.busy));
    json.member("waiting_s", rounded_seconds(stage.waiting)).end_object();
  }
  json.end_array();
}

std::string pack_summary(const PackReport& report, const PackOptions& options) {
  std::string text = options.dry_run ? "would pack " : "packed ";
  text += contents(report, report.bytes_in);
  if (!options.dry_run) {
    text.append(" into ").append(options.output == "-" ? "the standard output" : options.output);
    text += " (" + format_bytes(report.bytes_out);
    if (report.bytes_in != 0) text += ", " + format_percent(report.bytes_out, report.bytes_in);
    text += ")" + speed(report.bytes_in, report.elapsed);
  }
  append_count(text, report.skipped, " skipped");
  append_count(text, report.failed, " failed");
  return text;
}

std::string unpack_summary(const UnpackReport& report, const UnpackOptions& options) {
  std::string text = options.dry_run ? "would unpack " : "unpacked ";
  text += contents(report, report.bytes_out);
  text += " into " + options.directory;
  if (!options.dry_run) text += speed(report.bytes_out, report.elapsed);
  append_count(text, report.skipped, " skipped");
  append_failures(text, report);
  append_count(text, report.plain_in_encrypted, " not encrypted although the archive is");
  return text;
}

std::string verify_summary(const UnpackReport& report, const UnpackOptions& options) {
  const bool good = report.failed == 0 && report.plain_in_encrypted == 0;
  std::string text = good ? "OK: " : "NOT OK: ";
  text += contents(report, report.bytes_out) + " in " + options.archive;
  text += " checked" + speed(report.bytes_out, report.elapsed);
  append_count(text, report.skipped, " skipped");
  append_failures(text, report);
  append_count(text, report.plain_in_encrypted, " not encrypted although the archive is");
  return text;
}

std::string pack_json(const PackReport& report, const PackOptions& options, nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "report").member("operation", "pack");
  json.member("output", options.output).member("dry_run", options.dry_run);
  json.member("encrypted", options.password != nullptr);
  common_json(json, report, cpu);
  json.end_object();
  return out + "\n";
}

std::string unpack_json(std::string_view operation, const UnpackReport& report,
                        const UnpackOptions& options, nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "report").member("operation", operation);
  json.member("archive", options.archive).member("dry_run", options.dry_run);
  if (operation == "unpack") json.member("directory", options.directory);
  json.member("encrypted", report.encrypted);
  json.member("plain_in_encrypted", report.plain_in_encrypted);
  json.member("damaged", report.damaged);
  common_json(json, report, cpu);
  json.end_object();
  return out + "\n";
}

std::string stats_table(const std::vector<StageReport>& stages, nanoseconds elapsed,
                        nanoseconds cpu) {
  std::string table = row("stage", "items", "bytes", "CPU", "waiting", "of CPU");
  nanoseconds busy{};
  nanoseconds kernels{};
  for (const StageReport& stage : stages) {
    table += row_of(stage, cpu);
    busy += stage.busy;
    if (stage.kernel) kernels += stage.busy;
  }
  table += row("all stages", "", "", format_duration(busy), "", share_of(busy, cpu));
  table += row("of it kernels", "", "", format_duration(kernels), "", share_of(kernels, cpu));
  table += row("process", "", "", format_duration(cpu), "", "");
  table += row("elapsed", "", "", format_duration(elapsed), "", share_of(cpu, elapsed));
  return table + slowest(stages);
}

}  // namespace penstock::cli
