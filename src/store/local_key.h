// Which keys a directory can hold as paths. SafeDir keeps every path inside whatever it is; what is
// refused here are keys that have no file of their own, or ours.
#pragma once

#include <string>
#include <string_view>

#include "penstock/error.h"

namespace penstock {

// What names that are not objects begin with: files being written, and the directory of uploads.
inline constexpr std::string_view kReservedStart = ".penstock-";

// kInvalid for a key with a component that is empty (a leading or trailing slash too), "." or "..",
// longer than a file name can be (255 bytes) or one of our own, or with a NUL: the message tells
// why.
Status check_local_key(std::string_view key);

// What stands before the last slash; empty without one.
std::string_view directory_of(std::string_view key);
// What stands behind it.
std::string_view leaf_of(std::string_view key);

}  // namespace penstock
