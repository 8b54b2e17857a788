#include "store/s3_objects.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/hex.h"
#include "base/json.h"
#include "crypto/digest.h"
#include "store/s3_answers.h"
#include "store/s3_headers.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

// Of all of the body, which is read through unless it lies in memory.
Result<Md5Digest> md5_of(Body& body) {
  if (const auto whole = body.whole()) return md5(*whole);
  PENSTOCK_CHECK(body.rewind());
  PENSTOCK_TRY(auto hash, StreamMd5::create());
  std::vector<std::byte> buffer(std::size_t{128} << 10);
  while (true) {
    PENSTOCK_TRY(const std::size_t got, body.read(buffer));
    if (got == 0) return hash.finish();
    PENSTOCK_CHECK(hash.update(Bytes(buffer).first(got)));
  }
}

// "bytes=10-19".
std::string range_header(const ObjectRange& range) {
  std::string text = "bytes=" + std::to_string(range.begin) + "-";
  if (range.end != UINT64_MAX) text += std::to_string(range.end - 1);
  return text;
}

Failure too_little(std::uint64_t expected, std::uint64_t received) {
  return fail(
      Code::kIo,
      "only " + std::to_string(received) + " of " + std::to_string(expected) + " bytes arrived",
      Retry::kLater);
}

// Takes one answer to a GET and counts what belongs to it.
class Taker {
 public:
  Taker(const std::string& key, const GetOptions& options, const Receiver& receiver)
      : key_(key), options_(options), receiver_(receiver) {}

  Status head(const HttpResponse& response) {
    PENSTOCK_TRY(info_, read_object_headers(key_, response.headers));
    received_ = 0;
    expected_ = info_.bytes;
    if (!options_.range.is_whole()) PENSTOCK_CHECK(take_range(response));
    return receiver_.info(info_);
  }
  Status bytes(Bytes piece) {
    received_ += piece.size();
    if (received_ > expected_)
      return fail(Code::kIo, "more bytes arrived than were announced", Retry::kLater);
    return receiver_.bytes(piece);
  }
  Result<ObjectInfo> finish() {
    if (received_ != expected_) return too_little(expected_, received_);
    return std::move(info_);
  }

 private:
  Status take_range(const HttpResponse& response) {
    const auto range = parse_content_range(find_header(response.headers, "Content-Range"));
    if (response.status != 206 || !range)
      return fail(Code::kUnsupported, "the server does not send parts of objects");
    const std::uint64_t end = std::min(options_.range.end, range->whole);
    if (range->begin != options_.range.begin || range->end != end)
      return fail(Code::kIo, "the server sends another part than was asked for", Retry::kLater);
    expected_ = range->end - range->begin;
    return {};
  }

  const std::string& key_;
  const GetOptions& options_;
  const Receiver& receiver_;
  ObjectInfo info_;
  std::uint64_t expected_ = 0;
  std::uint64_t received_ = 0;
};

// What no server can send as a range: the object alone, none of its bytes.
Result<ObjectInfo> get_nothing(S3Wire& wire, const std::string& key, const GetOptions& options,
                               const Receiver& receiver, const std::stop_token& stop) {
  PENSTOCK_TRY(ObjectInfo info, s3_stat(wire, "get", key, options.if_match, stop));
  if (Status told = receiver.info(info); !told)
    return fail(std::move(told).error().within(wire.step("get", key)));
  return info;
}

// A put whose answer lacks the ETag is believed when the object is there and as large as the body.
Result<PutResult> confirm_put(S3Wire& wire, const std::string& key, std::uint64_t bytes,
                              const std::stop_token& stop) {
  PENSTOCK_TRY(const ObjectInfo info, s3_stat(wire, "put", key, "", stop));
  if (info.bytes == bytes) return PutResult{info.etag};
  return fail(Code::kCorrupt,
              wire.step("put", key) + ": the object has " + std::to_string(info.bytes) + " of " +
                  std::to_string(bytes) + " bytes",
              Retry::kLater);
}

}  // namespace

Status add_body(const S3Wire& wire, S3Request& request, Body& body, std::string& md5_hex) {
  request.body = &body;
  if (wire.config().payload != S3Payload::kUnsigned) return {};
  PENSTOCK_TRY(const Md5Digest digest, md5_of(body));
  request.headers.emplace_back("Content-MD5", base64(digest));
  md5_hex = hex(digest);
  return {};
}

Status check_etag(const HttpResponse& response, const std::string& md5_hex) {
  const std::string_view etag = plain_etag(find_header(response.headers, "ETag"));
  if (md5_hex.empty() || !has_md5_etag(response.headers) || !is_md5_etag(etag) || etag == md5_hex)
    return {};
  return fail(Code::kCorrupt, "the server has stored other bytes than were sent", Retry::kLater);
}

Result<PutResult> s3_put(S3Wire& wire, const std::string& key, Body& body,
                         const PutOptions& options, const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("put", key, wire.traits(), stop));
  const auto failed = [&](Status& status) {
    return fail(std::move(status).error().within(wire.step("put", key)));
  };
  if (body.size() > wire.traits().most_put_bytes)
    return fail(Code::kInvalid, wire.step("put", key) + ": too large for one request");
  S3Request request{.operation = "put", .method = "PUT", .key = key};
  if (options.if_absent) {
    if (!wire.traits().put_if_absent)
      return fail(Code::kUnsupported,
                  wire.step("put", key) + ": the store cannot put only if absent");
    request.headers.emplace_back("If-None-Match", "*");
    request.precondition = Code::kExists;
  }
  std::string md5_hex;
  if (Status done = append_put_headers(request.headers, options, wire.config()); !done)
    return failed(done);
  if (Status done = add_body(wire, request, body, md5_hex); !done) return failed(done);
  PENSTOCK_TRY(const HttpResponse response, wire.perform(request, stop));
  if (Status same = check_etag(response, md5_hex); !same) return failed(same);
  PutResult result{std::string(plain_etag(find_header(response.headers, "ETag")))};
  if (!result.etag.empty()) return result;
  return confirm_put(wire, key, body.size(), stop);
}

Result<ObjectInfo> s3_get(S3Wire& wire, const std::string& key, const GetOptions& options,
                          const Receiver& receiver, const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call("get", key, wire.traits(), stop));
  const std::string step = wire.step("get", key);
  if (options.range.begin > options.range.end)
    return fail(Code::kInvalid, step + ": the range ends before it begins");
  if (options.range.begin == options.range.end)
    return get_nothing(wire, key, options, receiver, stop);
  S3Request request{.operation = "get", .method = "GET", .key = key};
  if (!options.range.is_whole()) request.headers.emplace_back("Range", range_header(options.range));
  if (!options.if_match.empty())
    request.headers.emplace_back("If-Match", "\"" + options.if_match + "\"");
  Taker taker(key, options, receiver);
  bool beyond_the_end = false;
  request.on_head = [&](const HttpResponse& response) { return taker.head(response); };
  request.on_bytes = [&](Bytes piece) { return taker.bytes(piece); };
  request.on_refusal = [&](int status) { beyond_the_end = status == 416; };
  const auto response = wire.perform(request, stop);
  if (beyond_the_end) return get_nothing(wire, key, options, receiver, stop);
  if (!response) return fail(response.error());
  auto info = taker.finish();
  if (!info) return fail(std::move(info).error().within(step));
  return info;
}

Result<ObjectInfo> s3_stat(S3Wire& wire, std::string_view operation, const std::string& key,
                           const std::string& if_match, const std::stop_token& stop) {
  PENSTOCK_CHECK(check_call(operation, key, wire.traits(), stop));
  S3Request request{.operation = operation, .method = "HEAD", .key = key};
  if (!if_match.empty()) request.headers.emplace_back("If-Match", "\"" + if_match + "\"");
  PENSTOCK_TRY(const HttpResponse response, wire.perform(request, stop));
  auto info = read_object_headers(key, response.headers);
  if (!info) return fail(std::move(info).error().within(wire.step(operation, key)));
  return info;
}

}  // namespace penstock
