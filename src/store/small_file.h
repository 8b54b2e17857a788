// Files that somebody else writes and that must be small: tokens, profiles.
#pragma once

#include <string>

#include "penstock/error.h"

namespace penstock {

// All of it. kNotFound when there is none; kInvalid beyond 1 MiB.
Result<std::string> read_small_file(const std::string& path);

}  // namespace penstock
