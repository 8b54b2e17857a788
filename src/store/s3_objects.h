// The calls on whole objects: put, get, stat, remove, copy. As store.h promises them.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "store/s3_wire.h"
#include "store/store.h"

namespace penstock {

Result<PutResult> s3_put(S3Wire& wire, const std::string& key, Body& body,
                         const PutOptions& options, const std::stop_token& stop);
Result<ObjectInfo> s3_get(S3Wire& wire, const std::string& key, const GetOptions& options,
                          const Receiver& receiver, const std::stop_token& stop);
// `operation` is what messages call it: a stat is part of other calls too.
Result<ObjectInfo> s3_stat(S3Wire& wire, std::string_view operation, const std::string& key,
                           const std::string& if_match, const std::stop_token& stop);

// Adds the body and what protects it on its way to `request`: with an unsigned payload, its
// Content-MD5, whose digest the ETag of the answer is compared with by check_etag().
Status add_body(const S3Wire& wire, S3Request& request, Body& body, std::string& md5_hex);
// kCorrupt (Retry::kLater) when the ETag is an MD5 and not `md5_hex`; an empty one is not compared.
Status check_etag(const HttpResponse& response, const std::string& md5_hex);

}  // namespace penstock
