#include "cli/frame_listing.h"

#include <array>
#include <cstdio>

#include "penstock/compress.h"

#include "base/json.h"
#include "base/quote.h"
#include "base/units.h"
#include "cli/output.h"

namespace penstock::cli {
namespace {

std::string row(std::string_view offset, std::string_view compressed, std::string_view bytes,
                std::string_view ratio, std::string_view kind) {
  std::array<char, 160> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%15.*s %13.*s %13.*s %8.*s  %.*s\n",
      static_cast<int>(offset.size()), offset.data(), static_cast<int>(compressed.size()),
      compressed.data(), static_cast<int>(bytes.size()), bytes.data(),
      static_cast<int>(ratio.size()), ratio.data(), static_cast<int>(kind.size()), kind.data());
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string row_of(const ListedFrame& frame) {
  return row(std::to_string(frame.offset), std::to_string(frame.compressed_bytes),
             std::to_string(frame.bytes), format_percent(frame.compressed_bytes, frame.bytes),
             frame.kind);
}

std::string totals(const ListedFile& file, const std::string& path) {
  std::string text = quoted_name(path) + ": " + file.format + ", " + format_count(file.frames);
  text += file.format == "gzip" ? " member" : " frame";
  if (file.frames != 1) text += "s";
  text += ", " + format_bytes(file.bytes) + ", compressed " + format_bytes(file.compressed_bytes);
  if (file.bytes != 0) text += " (" + format_percent(file.compressed_bytes, file.bytes) + ")";
  return text + "\n";
}

std::string json_start(const std::string& path) {
  std::string out;
  JsonWriter(out).begin_object().member("type", "list").member("file", path).key("frames");
  return out + "[";
}

void append_json(std::string& out, const ListedFrame& frame, bool first) {
  out += first ? "\n" : ",\n";
  JsonWriter json(out);
  json.begin_object().member("offset", frame.offset);
  json.member("compressed_bytes", frame.compressed_bytes).member("bytes", frame.bytes);
  json.member("kind", frame.kind).end_object();
}

std::string json_end(const ListedFile& file) {
  std::string out = "\n],\"totals\":";
  JsonWriter json(out);
  json.begin_object().member("format", file.format).member("frames", file.frames);
  json.member("bytes", file.bytes).member("compressed_bytes", file.compressed_bytes);
  json.member("decoded", file.decoded).end_object();
  return out + "}\n";
}

}  // namespace

Status list_compressed(const std::string& path, bool json, Surroundings& around) {
  Output output;
  std::string& out = output.buffer();
  bool first = true;
  // With the first frame, so that no error stands below the header of an empty table.
  const auto file = list_frames(path, around.signals.stop(), [&](const ListedFrame& frame) {
    if (first)
      out += json ? json_start(path) : row("offset", "compressed", "bytes", "ratio", "kind");
    json ? append_json(out, frame, first) : static_cast<void>(out += row_of(frame));
    first = false;
    return output.line_done();
  });
  // What was read before a damage is shown; the error says that it is not all.
  if (file) out += json ? json_end(*file) : totals(*file, path);
  PENSTOCK_CHECK(output.flush());
  return file ? Status() : fail(file.error());
}

}  // namespace penstock::cli
