// Bytes as lower-case hexadecimal digits, and back.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace penstock {

std::string hex(Bytes bytes);
// Fills `out` from exactly twice as many digits of either case; false, and `out` undefined, else.
bool from_hex(std::string_view digits, MutableBytes out);

}  // namespace penstock
