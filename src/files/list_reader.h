// Reads a list of paths: one a line, or NUL-separated.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// Calls `use` with every path of the file `list` ("-": standard input), stops at its first failure.
// The list is NUL-separated when its first 64 KiB contain a NUL; else a carriage return at the end
// of a line is dropped. Empty lines are skipped. kInvalid for a path beyond 1 MiB, or a NUL in a
// line; kCancelled once a stop was requested, also while it waits for a pipe.
Status read_list(const std::string& list, const std::stop_token& stop,
                 const std::function<Status(std::string_view)>& use);

}  // namespace penstock
