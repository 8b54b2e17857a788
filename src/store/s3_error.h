// What an S3 server's refusal means: its status and code as one of our errors, with the cure where
// we know one. Sources: "Error responses" of the Amazon S3 API reference; UPLOAD figures of what
// Ceph and others really send (empty messages, empty bodies, plain text).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "net/http.h"
#include "store/s3_xml.h"

namespace penstock {

// An answer that is no success. Every text may be empty.
struct S3Refusal {
  int status = 0;
  std::string code;     // "NoSuchKey"
  std::string message;  // the server's, fit for a terminal, without what could be a signature
  std::string region;   // where the bucket is, when the server says so
  std::chrono::milliseconds retry_after{};
};

// Reads the headers, and the body if it is XML.
S3Refusal read_refusal(const HttpResponse& response);
// An <Error> element, or one like it (DeleteObjects, STS), that came with `status`.
S3Refusal read_refusal(const XmlElement& error, int status);

// "403 AccessDenied: ...". `precondition`: what 412 means to who asked (kExists, kChanged).
Error refusal_error(const S3Refusal& refusal, Code precondition = Code::kChanged);

}  // namespace penstock
