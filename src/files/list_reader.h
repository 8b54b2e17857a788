// Reads a list of paths: one a line, or NUL-separated.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// Calls `use` with every path of the file `list` ("-": standard input), stops at its first failure.
// The list is NUL-separated when its first 64 KiB contain a NUL; else a carriage return at the end
// of a line is dropped. Empty lines are skipped. kInvalid for a path beyond 1 MiB, or a NUL in a
// line.
Status read_list(const std::string& list, const std::function<Status(std::string_view)>& use);

}  // namespace penstock
