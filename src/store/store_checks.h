// What every adapter asks before it does something, in one place: that a key, a size or a part can
// be held at all. And the names of operations as they stand in messages.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "store/store.h"

namespace penstock {

// "put photos/a.jpg", for the front of a message; the key as a terminal may show it.
std::string step_of(std::string_view operation, std::string_view key);

// kInvalid for a key that is empty, begins with a slash or is longer than the store allows;
// kCancelled when a stop was requested.
Status check_call(std::string_view operation, const std::string& key, const StoreTraits& traits,
                  const std::stop_token& stop);
// kInvalid for a number the store does not have, or more bytes than a part may have.
Status check_part(const Upload& upload, unsigned number, std::uint64_t bytes,
                  const StoreTraits& traits);
// That `parts` are what complete_upload() wants: at least one, numbers rising, none but the last
// smaller than a part may be. kInvalid names the first that is not.
Status check_parts(const Upload& upload, std::span<const Part> parts, const StoreTraits& traits);

// The bytes of all parts together.
std::uint64_t bytes_of(std::span<const Part> parts);
// What S3 makes the ETag of an object of parts: the MD5 of the parts' MD5s, a hyphen, their number.
// kInvalid when the ETag of a part is no MD5.
Result<std::string> multipart_etag(std::span<const Part> parts);
// Whether `etag` has the form of the MD5 of a content (32 hexadecimal digits).
bool is_md5_etag(std::string_view etag);

}  // namespace penstock
