// One entry of `list` as a line: for people, or for programs.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "penstock/list.h"

namespace penstock::cli {

// Makes the lines of one listing; remembers the last day it formatted, because entries of one tree
// often share it and the C library needs a microsecond for each.
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

  bool local_time_;
  bool first_ = true;      // of the JSON entries
  std::time_t hour_ = -1;  // the hour (since 1970) of `hour_text_`
  std::string hour_text_;  // "2024-05-01 12:"
  int minute_offset_ = 0;  // of zones that are not whole hours from UTC
};

// "-rwxr-xr-x", "d...", "l...", "?" for the kind when the archive has no mode.
std::string mode_text(const ListedEntry& entry);

}  // namespace penstock::cli
