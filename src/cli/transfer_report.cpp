#include "cli/transfer_report.h"

#include "base/json.h"
#include "base/quote.h"
#include "base/units.h"
#include "cli/report.h"

namespace penstock::cli {
namespace {

void begin_json(JsonWriter& json, std::string_view operation) {
  json.begin_object().member("type", "report").member("operation", operation);
}

void end_json(JsonWriter& json, std::chrono::nanoseconds elapsed, std::chrono::nanoseconds cpu) {
  json.member("elapsed_s", rounded_seconds(elapsed)).member("cpu_s", rounded_seconds(cpu));
}

void latency_json(JsonWriter& json, const LatencySummary& latency) {
  json.key("latency_us").begin_object();
  json.member("count", latency.count).member("p50", latency.p50.count());
  json.member("p90", latency.p90.count()).member("p99", latency.p99.count());
  json.member("highest", latency.highest.count()).end_object();
}

void append_outcome(std::string& text, const PushReport& report, bool dry_run) {
  if (dry_run)
    append_count(text, report.requests, " requests");
  else
    text += speed(report.bytes, report.elapsed);
  append_count(text, report.unchanged, " unchanged");
  append_count(text, report.deleted, dry_run ? " to be deleted" : " deleted");
  append_count(text, report.delete_refused, " not deleted: more than --delete-max");
  append_count(text, report.skipped, " skipped");
  append_count(text, report.failed, " failed");
}

void outcome_json(JsonWriter& json, const PushReport& report, bool dry_run) {
  json.member("dry_run", dry_run);
  json.member("files", report.files).member("bytes", report.bytes);
  json.member("unchanged", report.unchanged).member("unchanged_bytes", report.unchanged_bytes);
  json.member("skipped", report.skipped).member("failed", report.failed);
  json.member("deleted", report.deleted).member("delete_refused", report.delete_refused);
  json.member("requests", report.requests).member("retried", report.retried);
  latency_json(json, report.latency);
}

}  // namespace

std::string push_summary(const PushReport& report, const std::string& place, bool dry_run) {
  std::string text = dry_run ? "would push " : "pushed ";
  text += count_of(report.files, "file", "files") + " (" + format_bytes(report.bytes) + ") to " +
          quoted_name(place);
  append_outcome(text, report, dry_run);
  return text;
}

std::string copy_summary(const CopyReport& report, const std::string& source,
                         const std::string& place, bool dry_run) {
  std::string text = dry_run ? "would copy " : "copied ";
  text += count_of(report.files, "file", "files") + " (" + format_bytes(report.bytes) + ") from " +
          quoted_name(source) + " to " + quoted_name(place);
  append_outcome(text, report, dry_run);
  append_count(text, report.by_server, " by the server");
  return text;
}

std::string pull_summary(const PullReport& report, const PullOptions& options,
                         const std::string& place) {
  std::string text = options.dry_run ? "would pull " : "pulled ";
  text += count_of(report.files, "file", "files") + " (" + format_bytes(report.bytes) + ") from " +
          quoted_name(place) + " into " + quoted_name(options.directory);
  if (!options.dry_run) text += speed(report.bytes, report.elapsed);
  append_count(text, report.links, " links");
  append_count(text, report.skipped, " unchanged");
  append_count(text, report.deleted, options.dry_run ? " to be deleted" : " deleted");
  append_count(text, report.failed, " failed");
  return text;
}

std::string check_summary(const CheckReport& report, const std::string& source,
                          const std::string& destination) {
  std::string text = report.is_equal() ? "OK: " : "NOT EQUAL: ";
  text += count_of(report.same, "file", "files") + " of " + quoted_name(source) +
          " are the same in " + quoted_name(destination);
  append_count(text, report.unproven, " of the same size only (--checksum reads them)");
  append_count(text, report.missing, " missing");
  append_count(text, report.extra, " extra");
  append_count(text, report.differs, " different");
  append_count(text, report.failed, " failed");
  return text;
}

std::string push_json(const PushReport& report, const std::string& place, bool dry_run,
                      std::chrono::nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  begin_json(json, "push");
  json.member("destination", place);
  outcome_json(json, report, dry_run);
  end_json(json, report.elapsed, cpu);
  stages_json(json, report.stages);
  json.end_object();
  return out + "\n";
}

std::string copy_json(const CopyReport& report, const std::string& source, const std::string& place,
                      bool dry_run, std::chrono::nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  begin_json(json, "copy");
  json.member("source", source).member("destination", place);
  outcome_json(json, report, dry_run);
  json.member("by_server", report.by_server);
  end_json(json, report.elapsed, cpu);
  stages_json(json, report.stages);
  json.end_object();
  return out + "\n";
}

std::string pull_json(const PullReport& report, const PullOptions& options,
                      const std::string& place, std::chrono::nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  begin_json(json, "pull");
  json.member("source", place).member("directory", options.directory);
  json.member("dry_run", options.dry_run);
  json.member("files", report.files).member("links", report.links);
  json.member("directories", report.directories).member("bytes", report.bytes);
  json.member("unchanged", report.skipped).member("failed", report.failed);
  json.member("deleted", report.deleted).member("resumed_bytes", report.resumed);
  json.member("retried", report.retried);
  end_json(json, report.elapsed, cpu);
  json.end_object();
  return out + "\n";
}

std::string check_json(const CheckReport& report, const std::string& source,
                       const std::string& destination, std::chrono::nanoseconds cpu) {
  std::string out;
  JsonWriter json(out);
  begin_json(json, "check");
  json.member("source", source).member("destination", destination);
  json.member("equal", report.is_equal());
  json.member("same", report.same).member("unproven", report.unproven);
  json.member("missing", report.missing).member("extra", report.extra);
  json.member("differs", report.differs).member("skipped", report.skipped);
  json.member("failed", report.failed).member("requests", report.requests);
  end_json(json, report.elapsed, cpu);
  json.end_object();
  return out + "\n";
}

std::string describe(const PushedObject& object, std::string_view verb) {
  switch (object.outcome) {
    case PushOutcome::kUnchanged:
      return "unchanged " + quoted_name(object.key);
    case PushOutcome::kDeleted:
      return "deleted " + quoted_name(object.key);
    case PushOutcome::kFailed:
      return "failed " + quoted_name(object.key);
    case PushOutcome::kSent:
      break;
  }
  std::string text = std::string(verb) + " " + quoted_name(object.key) + " (" +
                     format_bytes(object.bytes) + " in " + format_duration(object.elapsed);
  if (object.attempts > 1) text += ", " + std::to_string(object.attempts) + " attempts";
  return text + ")";
}

std::string latency_line(const LatencySummary& latency) {
  if (latency.count == 0) return "";
  return "  latency of requests: 50 % within " + format_duration(latency.p50) + ", 90 % " +
         format_duration(latency.p90) + ", 99 % " + format_duration(latency.p99) + ", all " +
         format_duration(latency.highest) + "\n";
}

}  // namespace penstock::cli
