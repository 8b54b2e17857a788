// The bodies of S3's answers as values. All fail alike: kCorrupt (Retry::kLater) for what is not
// the XML it should be; the refusal's own error for an <Error> that came behind a good status.
// Messages name no object: who asked puts that in front. Threads: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "store/store.h"

namespace penstock {

struct S3ListAnswer {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> prefixes;
  bool is_truncated = false;
  std::string continuation;  // set when it is
};
Result<S3ListAnswer> read_list_answer(std::string_view body);

struct S3UploadsAnswer {
  std::vector<Upload> uploads;
  bool is_truncated = false;
  std::string next_key;
  std::string next_id;
};
Result<S3UploadsAnswer> read_uploads_answer(std::string_view body);

struct S3PartsAnswer {
  std::vector<Part> parts;
  bool is_truncated = false;
  std::string next_number;
};
Result<S3PartsAnswer> read_parts_answer(std::string_view body);

// The id of the upload that was created.
Result<std::string> read_create_answer(std::string_view body);
// The ETag of what CopyObject, UploadPartCopy or CompleteMultipartUpload made; empty where the
// server tells none (Ceph 16 after a complete).
Result<std::string> read_etag_answer(std::string_view body, std::string_view root);
// The keys that could not be removed, and why.
Result<std::vector<std::pair<std::string, Error>>> read_remove_answer(std::string_view body);

// The body of CompleteMultipartUpload and of DeleteObjects. Precondition: is_xml_text() of the
// keys.
std::string write_complete(std::span<const Part> parts);
std::string write_remove(std::span<const std::string* const> keys);

// Without the quotes, or W/ and quotes, that stand around it.
std::string_view plain_etag(std::string_view etag);

}  // namespace penstock
