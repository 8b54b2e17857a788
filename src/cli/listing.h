// One entry of `list` as a line: for people, or for programs.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "penstock/list.h"

namespace penstock::cli {

// Makes the lines of one listing; remembers the last quarter of an hour it formatted, because
// entries of one tree often share it and the C library needs a microsecond for each. (Quarters:
// zones differ by no less, but for times long ago.)
class Listing {
 public:
  // `local_time`: times in the zone of the user (people) rather than UTC.
  explicit Listing(bool local_time) : local_time_(local_time) {}

  static std::string header();
  // "-rw-r--r--  123456  45678  37.0 %  deflate+AES-256  2024-05-01 12:00  name\n"
  void append_row(std::string& out, const ListedEntry& entry);
  static std::string totals(const ListReport& report);

  // One JSON document, an entry a line; docs/formats/reports.md has the schema.
  static std::string json_start(const std::string& archive);
  void append_json(std::string& out, const ListedEntry& entry);
  static std::string json_end(const ListReport& report);

 private:
  void append_time(std::string& out, std::time_t time);
  void append_minute(std::string& out, int later) const;
  std::tm parts_of(std::time_t time) const;

  bool local_time_;
  bool first_ = true;        // of the JSON entries
  std::time_t quarter_ = 1;  // start of the quarter of an hour that was formatted last; 1: none
  std::string hour_text_;    // its "2024-05-01 12:"
  int first_minute_ = 0;     // its first minute
};

// "-rwxr-xr-x", "d...", "l...", "?" for the kind when the archive has no mode.
std::string mode_text(const ListedEntry& entry);

}  // namespace penstock::cli
