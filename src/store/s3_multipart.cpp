#include "store/s3_multipart.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "net/url.h"
#include "store/s3_answers.h"
#include "store/s3_headers.h"
#include "store/s3_objects.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

// The server is silent while it puts parts together, or sends blanks.
constexpr std::chrono::minutes kSlowAnswer{10};
constexpr int kAbortTries = 5;

// The object as PutOptions describe it, the source's description where they say nothing.
PutOptions description_of(const ObjectInfo& source, const PutOptions& options) {
  PutOptions merged = options;
  if (merged.metadata.empty()) merged.metadata = source.metadata;
  if (merged.content_type.empty()) merged.content_type = source.content_type;
  if (merged.headers.empty()) merged.headers = source.headers;
  return merged;
}

std::string upload_query(const Upload& upload) { return encode_query({{"uploadId", upload.id}}); }

std::string part_query(const Upload& upload, unsigned number) {
  return encode_query({{"partNumber", std::to_string(number)}, {"uploadId", upload.id}});
}

}  // namespace

Result<Upload> S3Multipart::create(const std::string& key, const PutOptions& options,
                                   const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("begin", key, wire_.traits(), stop));
  const std::string step = wire_.step("begin", key);
  if (options.if_absent && !wire_.traits().put_if_absent)
    return fail(Code::kUnsupported, step + ": the store cannot put only if absent");
  S3Request request{.operation = "begin", .method = "POST", .key = key, .query = "uploads="};
  if (Status done = append_put_headers(request.headers, options, wire_.config()); !done)
    return fail(std::move(done).error().within(step));
  PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
  auto id = read_create_answer(response.body);
  if (!id) return fail(std::move(id).error().within(step));
  if (options.if_absent) {
    Lock lock(mutex_);
    exclusive_.insert(*id);
  }
  return Upload{key, *std::move(id), {}};
}

Result<Part> S3Multipart::put_part(const Upload& upload, unsigned number, Body& body,
                                   const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("put a part of", upload.key, wire_.traits(), stop));
  PENSTOCK_CHECK(check_part(upload, number, body.size(), wire_.traits()));
  const std::string operation = "put part " + std::to_string(number) + " of";
  const auto failed = [&](Status& status) {
    return fail(std::move(status).error().within(wire_.step(operation, upload.key)));
  };
  S3Request request{.operation = operation,
                    .method = "PUT",
                    .key = upload.key,
                    .query = part_query(upload, number)};
  std::string md5_hex;
  if (Status done = add_body(wire_, request, body, md5_hex); !done) return failed(done);
  PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
  if (Status same = check_etag(response, md5_hex); !same) return failed(same);
  Part part{number, body.size(), std::string(plain_etag(find_header(response.headers, "ETag")))};
  if (!part.etag.empty()) return part;
  Status unconfirmed = fail(Code::kCorrupt, "the answer has no ETag", Retry::kLater);
  return failed(unconfirmed);
}

Result<std::vector<Part>> S3Multipart::list_parts(const Upload& upload,
                                                  const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("list the parts of", upload.key, wire_.traits(), stop));
  std::vector<Part> parts;
  std::string marker = "0";
  while (true) {
    const S3Request request{
        .operation = "list the parts of",
        .key = upload.key,
        .query = encode_query(
            {{"max-parts", "1000"}, {"part-number-marker", marker}, {"uploadId", upload.id}})};
    PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
    auto answer = read_parts_answer(response.body);
    if (!answer)
      return fail(std::move(answer).error().within(wire_.step(request.operation, upload.key)));
    parts.insert(parts.end(), answer->parts.begin(), answer->parts.end());
    if (!answer->is_truncated || answer->parts.empty()) break;
    marker = std::to_string(answer->parts.back().number);
  }
  std::ranges::sort(parts, {}, &Part::number);
  return parts;
}

Result<HttpResponse> S3Multipart::request_complete(const Upload& upload,
                                                   std::span<const Part> parts,
                                                   const std::stop_token& stop) {
  S3Request request{.operation = "complete",
                    .method = "POST",
                    .key = upload.key,
                    .query = upload_query(upload),
                    .idle_timeout = kSlowAnswer};
  request.headers.emplace_back("Content-Type", "application/xml");
  if (is_exclusive(upload)) {
    const auto taken = s3_stat(wire_, "complete", upload.key, "", stop);
    if (taken)
      return fail(Code::kExists, wire_.step("complete", upload.key) + ": the key is taken");
    if (taken.error().code != Code::kNotFound) return fail(taken.error());
    request.headers.emplace_back("If-None-Match", "*");
    request.precondition = Code::kExists;
  }
  const std::string xml = write_complete(parts);
  request.bytes = as_bytes(xml);
  return wire_.perform(request, stop);
}

Result<PutResult> S3Multipart::after_refusal(const Upload& upload, std::span<const Part> parts,
                                             Error refused, const std::stop_token& stop) {
  // Ceph 16 calls what is gone "already in progress" (500).
  const bool may_be_gone = refused.code == Code::kNotFound || refused.code == Code::kExists ||
                           refused.retry == Retry::kLater;
  if (!may_be_gone) return fail(std::move(refused));
  const auto left = list_parts(upload, stop);
  if (left || left.error().code != Code::kNotFound) return fail(std::move(refused));
  forget(upload);
  const auto expected = multipart_etag(parts);
  const auto there = s3_stat(wire_, "complete", upload.key, "", stop);
  if (expected && there && there->etag == *expected && there->bytes == bytes_of(parts))
    return PutResult{there->etag};
  if (refused.code == Code::kExists) return fail(std::move(refused));
  return fail(Code::kNotFound, std::move(refused.message) + ": there is no such upload any more");
}

Result<PutResult> S3Multipart::complete(const Upload& upload, std::span<const Part> parts,
                                        const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("complete", upload.key, wire_.traits(), stop));
  PENSTOCK_CHECK(check_parts(upload, parts, wire_.traits()));
  auto response = request_complete(upload, parts, stop);
  if (!response) return after_refusal(upload, parts, std::move(response).error(), stop);
  const std::string step = wire_.step("complete", upload.key);
  auto told = read_etag_answer(response->body, "CompleteMultipartUploadResult");
  if (!told) return fail(std::move(told).error().within(step));
  forget(upload);
  PENSTOCK_TRY(const ObjectInfo info, s3_stat(wire_, "complete", upload.key, "", stop));
  if (info.bytes == bytes_of(parts)) return PutResult{info.etag};
  return fail(Code::kCorrupt, step + ": the object has " + std::to_string(info.bytes) +
                                  " bytes, its parts have " + std::to_string(bytes_of(parts)));
}

Status S3Multipart::abort(const Upload& upload, const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("abort", upload.key, wire_.traits(), stop));
  const S3Request request{
      .operation = "abort", .method = "DELETE", .key = upload.key, .query = upload_query(upload)};
  for (int tries = 0; tries < kAbortTries; ++tries) {
    const auto response = wire_.perform(request, stop);
    if (!response && response.error().code != Code::kNotFound) return fail(response.error());
    const auto left = list_parts(upload, stop);
    if (!left && left.error().code != Code::kNotFound) return fail(left.error());
    if (!left) {
      forget(upload);
      return {};
    }
  }
  return fail(Code::kIo, wire_.step("abort", upload.key) + ": parts keep arriving", Retry::kLater);
}

Result<std::vector<Upload>> S3Multipart::list_uploads(const std::string& prefix,
                                                      const std::stop_token& stop) {
  std::vector<Upload> uploads;
  std::string key;
  std::string id;
  while (true) {
    if (stop.stop_requested())
      return fail(Code::kCancelled, wire_.step("list the uploads of", prefix) + ": cancelled");
    // Without encoding-type: Ceph 16 then encodes the keys but not the marker, and does not say so.
    std::vector<std::pair<std::string, std::string>> query = {
        {"uploads", ""}, {"max-uploads", "1000"}, {"prefix", prefix}};
    if (!key.empty()) query.insert(query.end(), {{"key-marker", key}, {"upload-id-marker", id}});
    const S3Request request{.operation = "list the uploads of",
                            .query = encode_query(std::move(query))};
    PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
    auto answer = read_uploads_answer(response.body);
    if (!answer)
      return fail(std::move(answer).error().within(wire_.step(request.operation, prefix)));
    std::ranges::move(answer->uploads, std::back_inserter(uploads));
    const bool goes_on =
        answer->next_key > key || (answer->next_key == key && answer->next_id != id);
    if (!answer->is_truncated || !goes_on) return uploads;
    key = std::move(answer->next_key);
    id = std::move(answer->next_id);
  }
}

bool S3Multipart::is_exclusive(const Upload& upload) {
  Lock lock(mutex_);
  return exclusive_.contains(upload.id);
}

void S3Multipart::forget(const Upload& upload) {
  Lock lock(mutex_);
  exclusive_.erase(upload.id);
}

std::string S3Multipart::copy_source(const std::string& key) const {
  return "/" + sources_.config().bucket + "/" + percent_encode(key, true);
}

Result<PutResult> S3Multipart::copy(const std::string& from, const std::string& to,
                                    const PutOptions& options, const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("copy to", to, wire_.traits(), stop));
  PENSTOCK_TRY(const ObjectInfo source, s3_stat(sources_, "copy", from, "", stop));
  if (options.if_absent) {  // CopyObject has no condition on its target that servers agree on
    const auto taken = s3_stat(wire_, "copy to", to, "", stop);
    if (taken) return fail(Code::kExists, wire_.step("copy to", to) + ": the key is taken");
    if (taken.error().code != Code::kNotFound) return fail(taken.error());
  }
  const PutOptions merged = description_of(source, options);
  if (source.bytes > wire_.config().most_put_bytes) return copy_in_parts(source, to, merged, stop);
  const bool replace = !options.metadata.empty() || !options.content_type.empty() ||
                       !options.headers.empty() || (from == to && &wire_ == &sources_);
  return copy_whole(source, to, merged, replace, stop);
}

Result<PutResult> S3Multipart::copy_whole(const ObjectInfo& source, const std::string& to,
                                          const PutOptions& options, bool replace,
                                          const std::stop_token& stop) {
  const std::string step = wire_.step("copy to", to);
  S3Request request{
      .operation = "copy to", .method = "PUT", .key = to, .idle_timeout = kSlowAnswer};
  request.headers.emplace_back("x-amz-copy-source", copy_source(source.key));
  if (!source.etag.empty())
    request.headers.emplace_back("x-amz-copy-source-if-match", "\"" + source.etag + "\"");
  request.headers.emplace_back("x-amz-metadata-directive", replace ? "REPLACE" : "COPY");
  PutOptions described;
  if (replace) described = options;
  described.storage_class = options.storage_class;
  if (Status done = append_put_headers(request.headers, described, wire_.config()); !done)
    return fail(std::move(done).error().within(step));
  PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
  auto etag = read_etag_answer(response.body, "CopyObjectResult");
  if (!etag) return fail(std::move(etag).error().within(step));
  if (!etag->empty()) return PutResult{*std::move(etag)};
  PENSTOCK_TRY(ObjectInfo copied, s3_stat(wire_, "copy to", to, "", stop));
  if (copied.bytes == source.bytes) return PutResult{std::move(copied.etag)};
  return fail(Code::kCorrupt, step + ": the copy has another size", Retry::kLater);
}

Result<PutResult> S3Multipart::copy_in_parts(const ObjectInfo& source, const std::string& to,
                                             const PutOptions& options,
                                             const std::stop_token& stop) {
  PENSTOCK_TRY(const Upload upload, create(to, options, stop));
  auto parts = copy_parts(source, upload, stop);
  if (parts) {
    auto done = complete(upload, *parts, stop);
    if (done) return done;
    parts = fail(std::move(done).error());
  }
  // Also after a stop, which must not stop this; the copy's error is what counts.
  static_cast<void>(abort(upload, std::stop_token()).has_value());
  return fail(std::move(parts).error());
}

Result<std::vector<Part>> S3Multipart::copy_parts(const ObjectInfo& source, const Upload& upload,
                                                  const std::stop_token& stop) {
  const std::uint64_t most_parts = wire_.traits().most_parts;
  const std::uint64_t part_bytes =
      std::max(wire_.config().copy_part_bytes, (source.bytes + most_parts - 1) / most_parts);
  std::vector<Part> parts;
  for (std::uint64_t begin = 0; begin < source.bytes; begin += part_bytes) {
    Part part;
    part.number = static_cast<unsigned>(parts.size()) + 1;
    part.bytes = std::min(part_bytes, source.bytes - begin);
    PENSTOCK_TRY(part, copy_part(source, upload, part, begin, stop));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<Part> S3Multipart::copy_part(const ObjectInfo& source, const Upload& upload, Part part,
                                    std::uint64_t begin, const std::stop_token& stop) {
  const std::string operation = "copy part " + std::to_string(part.number) + " of";
  S3Request request{.operation = operation,
                    .method = "PUT",
                    .key = upload.key,
                    .query = part_query(upload, part.number),
                    .idle_timeout = kSlowAnswer};
  request.headers.emplace_back("x-amz-copy-source", copy_source(source.key));
  request.headers.emplace_back("x-amz-copy-source-if-match", "\"" + source.etag + "\"");
  request.headers.emplace_back(
      "x-amz-copy-source-range",
      "bytes=" + std::to_string(begin) + "-" + std::to_string(begin + part.bytes - 1));
  PENSTOCK_TRY(const HttpResponse response, wire_.perform(request, stop));
  auto etag = read_etag_answer(response.body, "CopyPartResult");
  if (!etag) return fail(std::move(etag).error().within(wire_.step(operation, upload.key)));
  part.etag = *std::move(etag);
  return part;
}

}  // namespace penstock
