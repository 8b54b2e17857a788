// What S3 says and hears in headers: the description of an object.
//
// Metadata (x-amz-meta-*) goes as it is while it is printable ASCII without blanks at its ends. Any
// other value is written as one encoded word of RFC 2047, "=?UTF-8?B?...?=", which Amazon gives
// back unchanged, and which it makes itself of what others stored as bytes; reading takes such
// words (base64, and quoted-printable, which Amazon uses) apart again. Names are lower case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "net/http.h"
#include "store/s3_config.h"
#include "store/store.h"

namespace penstock {

// Content-Type, storage class, metadata and other headers of a put. kInvalid names the one that no
// header can be, or that is not the caller's to set (Host, Content-Length, ...).
Status append_put_headers(HttpHeaders& headers, const PutOptions& options, const S3Config& config);

// What an answer to HEAD or GET tells about the object; of a range, the whole object's size. kIo
// (Retry::kLater) when there is no size.
Result<ObjectInfo> read_object_headers(const std::string& key, const HttpHeaders& headers);

// Whether an ETag in these headers can be an MD5: with a key of its own the server makes one that
// only looks like it.
bool has_md5_etag(const HttpHeaders& headers);

struct ContentRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;    // behind the last byte
  std::uint64_t whole = 0;  // the object's size
};
// "bytes 0-99/1000".
std::optional<ContentRange> parse_content_range(std::string_view text);

std::string encode_metadata_value(std::string_view value);
std::string decode_metadata_value(std::string_view value);

}  // namespace penstock
