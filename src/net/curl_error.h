// libcurl's failures as ours: what kind, whether to try again, and the cause in words.
#pragma once

#include <curl/curl.h>

#include "penstock/error.h"

#include "net/http.h"

namespace penstock {

// The failure of the transfer that `easy` has just ended with `code` (not CURLE_OK). `detail` is
// libcurl's own text about it, which may be empty.
Failure curl_failure(const HttpRequest& request, CURL* easy, CURLcode code, const char* detail);

}  // namespace penstock
