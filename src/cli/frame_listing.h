// `list` of a .gz or .zst: its members or frames as a table for people or as JSON.
#pragma once

#include <string>

#include "penstock/error.h"

#include "cli/command.h"

namespace penstock::cli {

// Prints it to standard output; docs/formats/reports.md has the JSON's schema.
Status list_compressed(const std::string& path, bool json, Surroundings& around);

}  // namespace penstock::cli
