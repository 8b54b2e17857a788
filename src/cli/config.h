// The file of --config: one "option = value" a line, as on the command line without the dashes; "#"
// begins a comment line; "[pack]" begins lines that only that command reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

namespace penstock::cli {

struct ConfigLine {
  std::string section;  // empty: for every command
  std::string key;
  std::string value;  // outer blanks dropped, otherwise as it stands; a lone option is "yes"
  std::size_t number = 0;
};

// kInvalid names the line.
Result<std::vector<ConfigLine>> parse_config(std::string_view text, const std::string& path);
// Reads and parses a file of at most 1 MiB.
Result<std::vector<ConfigLine>> read_config(const std::string& path);

}  // namespace penstock::cli
