#include "net/http.h"

#include <algorithm>

#include "net/http_text.h"

namespace penstock {

std::string_view find_header(const HttpHeaders& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return same_word(header.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace penstock
