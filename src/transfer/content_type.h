// The media type a file most likely has, by its name.
#pragma once

#include <string_view>

namespace penstock {

// "photos/a.JPG" -> "image/jpeg"; empty when the ending says nothing (the store's default then).
// Threads: any.
std::string_view content_type_of(std::string_view name);

}  // namespace penstock
