// Options that mean the same in every command that has them, and what they ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/narrow.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/reporter.h"

namespace penstock::cli {

// --quiet, --verbose, --log-file, --config, --help: every command that works has them.
struct GeneralSettings {
  bool quiet = false;
  bool verbose = false;
  std::string log_file;
  std::string config;  // read by the parser itself
  bool help = false;   // answered before the options are parsed

  OptionGroup options();
  Status apply(Console& console) const;
};

// --progress, --json, --stats, --dry-run.
struct ReportSettings {
  std::string progress = "auto";
  bool json = false;
  bool stats = false;

  void add_to(OptionGroup& group);
  ProgressStyle style(const Console& console, bool quiet) const;
};

// --threads, --memory.
struct EffortSettings {
  unsigned threads = 0;
  std::size_t memory_bytes = 0;

  // `memory_help`: what --memory bounds, where that takes more words.
  OptionGroup options(std::string_view memory_help =
                          "bound the data in flight, for example 32M (default: 16M per thread)");
};

// Setters for a number from `least` to `most`, and for a size in bytes.
template <class Number>
std::function<Status(std::string_view)> into_number(Number& out, std::uint64_t least,
                                                    std::uint64_t most) {
  return [&out, least, most](std::string_view text) -> Status {
    PENSTOCK_TRY(const std::uint64_t number, parse_number(text, least, most));
    out = narrow<Number>(number);
    return {};
  };
}

template <class Number>
std::function<Status(std::string_view)> into_bytes(Number& out) {
  return [&out](std::string_view text) -> Status {
    PENSTOCK_TRY(const std::uint64_t bytes, parse_bytes(text));
    out = narrow<Number>(bytes);
    return {};
  };
}

}  // namespace penstock::cli
