#include "cli/listing.h"

#include <array>
#include <charconv>
#include <cstdio>

#include <sys/stat.h>

#include "base/json.h"
#include "base/quote.h"
#include "base/units.h"
#include "base/utf8.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kSizeColumns = 13;
constexpr std::size_t kMethodColumns = 15;
constexpr std::time_t kNoQuarter = 1;  // none begins there
constexpr std::time_t kQuarterSeconds = 900;

void append_right(std::string& out, std::string_view text, std::size_t columns) {
  if (text.size() < columns) out.append(columns - text.size(), ' ');
  out += text;
}

void append_number(std::string& out, std::uint64_t number, std::size_t columns) {
  std::array<char, 24> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  append_right(out, {digits.data(), static_cast<std::size_t>(end - digits.data())}, columns);
}

// "37.0%" of five columns; "-" when the entry is empty. Written by hand: snprintf with a double is
// most of what a long list costs.
void append_ratio(std::string& out, std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return append_right(out, "-", 7);
  const double permille = 1000.0 * static_cast<double>(part) / static_cast<double>(whole) + 0.5;
  const auto rounded = permille < 1e7 ? static_cast<std::uint64_t>(permille) : 9'999'999;
  append_number(out, rounded / 10, 5);
  out.push_back('.');
  out.push_back(static_cast<char>('0' + rounded % 10));
}

void append_method(std::string& out, const ListedEntry& entry) {
  const std::size_t start = out.size();
  out += entry.method;
  if (!entry.encryption.empty()) out.append("+").append(entry.encryption);
  if (!entry.supported) out += "!";
  const std::size_t length = out.size() - start;
  if (length < kMethodColumns) out.append(kMethodColumns - length, ' ');
}

std::string_view kind_name(EntryKind kind) {
  switch (kind) {
    case EntryKind::kFile:
      return "file";
    case EntryKind::kDirectory:
      return "directory";
    case EntryKind::kSymlink:
      return "symlink";
    case EntryKind::kSpecial:
      return "special";
  }
  return "special";
}

char kind_sign(EntryKind kind) {
  switch (kind) {
    case EntryKind::kFile:
      return '-';
    case EntryKind::kDirectory:
      return 'd';
    case EntryKind::kSymlink:
      return 'l';
    case EntryKind::kSpecial:
      return 's';
  }
  return 's';
}

std::string iso_time(const timespec& time) {
  std::tm parts{};
  if (gmtime_r(&time.tv_sec, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  std::string out(text.data(),
                  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts));
  if (time.tv_nsec != 0) {
    const int length = std::snprintf(text.data(), text.size(), ".%09ld", time.tv_nsec);
    out.append(text.data(), static_cast<std::size_t>(length));
  }
  return out + "Z";
}

}  // namespace

std::string mode_text(const ListedEntry& entry) {
  std::string text(1, kind_sign(entry.kind));
  if (entry.mode == 0) return text + "?????????";
  constexpr std::string_view kSigns = "rwxrwxrwx";
  for (std::size_t i = 0; i < kSigns.size(); ++i)
    text.push_back((entry.mode >> (8 - i) & 1U) != 0 ? kSigns[i] : '-');
  return text;
}

std::string Listing::header() {
  return "mode               size        packed   ratio  method           modified          name\n";
}

// The start of the quarter of an hour that `time` lies in.
std::time_t quarter_of(std::time_t time) {
  return time - ((time % kQuarterSeconds) + kQuarterSeconds) % kQuarterSeconds;
}

std::tm Listing::parts_of(std::time_t time) const {
  std::tm parts{};
  const bool known =
      (local_time_ ? localtime_r(&time, &parts) : gmtime_r(&time, &parts)) != nullptr;
  return known ? parts : std::tm{};
}

void Listing::append_time(std::string& out, std::time_t time) {
  const std::time_t quarter = quarter_of(time);
  if (quarter != quarter_) {
    std::tm parts = parts_of(quarter);
    // Only then does every minute of the quarter have the same hour.
    const bool regular = parts.tm_sec == 0 && parts.tm_min % 15 == 0;
    if (!regular) parts = parts_of(time);
    std::array<char, 64> text{};
    hour_text_.assign(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:", &parts));
    first_minute_ = parts.tm_min;
    quarter_ = regular ? quarter : kNoQuarter;
    if (!regular) return append_minute(out, 0);
  }
  append_minute(out, static_cast<int>((time - quarter) / 60));
}

void Listing::append_minute(std::string& out, int later) const {
  const int minute = first_minute_ + later;
  out += hour_text_;
  out.push_back(static_cast<char>('0' + minute / 10));
  out.push_back(static_cast<char>('0' + minute % 10));
}

void Listing::append_row(std::string& out, const ListedEntry& entry) {
  out += mode_text(entry);
  append_number(out, entry.bytes, kSizeColumns);
  append_number(out, entry.compressed_bytes, kSizeColumns + 1);
  out.push_back(' ');
  append_ratio(out, entry.compressed_bytes, entry.bytes);
  out += "  ";
  append_method(out, entry);
  out += "  ";
  append_time(out, entry.mtime.tv_sec);
  out += "  ";
  append_quoted_name(out, entry.name);
  out.push_back('\n');
}

void Listing::append_json(std::string& out, const ListedEntry& entry) {
  out += first_ ? "\n" : ",\n";
  first_ = false;
  JsonWriter json(out);
  json.begin_object().member("name", entry.name);
  if (!is_utf8(entry.name)) json.member("name_bytes", base64(as_bytes(entry.name)));
  json.member("kind", kind_name(entry.kind)).member("bytes", entry.bytes);
  json.member("compressed_bytes", entry.compressed_bytes);
  json.key("mode");
  if (entry.mode != 0)
    json.value(static_cast<std::uint32_t>(entry.mode & 07777U));
  else
    json.null();
  json.member("mtime", iso_time(entry.mtime)).member("method", entry.method);
  json.member("encrypted", !entry.encryption.empty()).member("encryption", entry.encryption);
  json.member("crc", entry.crc).member("supported", entry.supported).end_object();
}

std::string Listing::totals(const ListReport& report) {
  std::string text =
      format_count(report.entries) + (report.entries == 1 ? " entry, " : " entries, ");
  text += format_bytes(report.bytes) + ", packed " + format_bytes(report.compressed_bytes);
  if (report.bytes != 0) text += " (" + format_percent(report.compressed_bytes, report.bytes) + ")";
  text += ", archive " + format_bytes(report.archive_bytes);
  if (report.encrypted != 0) text += ", " + format_count(report.encrypted) + " encrypted";
  if (report.prefix_bytes != 0)
    text += ", " + format_bytes(report.prefix_bytes) + " in front of it";
  text.push_back('\n');
  if (!report.comment.empty()) text += "comment: " + quoted_name(report.comment) + "\n";
  return text;
}

std::string Listing::json_start(const std::string& archive) {
  std::string out;
  JsonWriter(out).begin_object().member("type", "list").member("archive", archive).key("entries");
  return out + "[";
}

std::string Listing::json_end(const ListReport& report) {
  std::string out = "\n],\"totals\":";
  JsonWriter json(out);
  json.begin_object().member("entries", report.entries);
  json.member("bytes", report.bytes).member("compressed_bytes", report.compressed_bytes);
  json.member("archive_bytes", report.archive_bytes).member("encrypted", report.encrypted);
  json.member("prefix_bytes", report.prefix_bytes).member("comment", report.comment);
  json.end_object();
  return out + "}\n";
}

}  // namespace penstock::cli
