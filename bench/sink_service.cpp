#include "sink_service.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/hex.h"
#include "base/json.h"
#include "net/url.h"

namespace penstock::bench {
namespace {

using testing::HttpHead;

// No MD5 of anything, and shaped so that nobody takes it for one.
constexpr std::string_view kSomeEtag = "\"00000000000000000000000000000000-1\"";
constexpr std::string_view kNamespace = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
constexpr std::string_view kIsoTime = "2026-01-01T00:00:00.000Z";
constexpr std::string_view kHttpTime = "Thu, 01 Jan 2026 00:00:00 GMT";
constexpr std::size_t kPageKeys = 1000;

std::string reply(std::string_view status, std::string_view headers, std::string_view body = "") {
  std::string text = "HTTP/1.1 ";
  text.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return text.append("\r\n").append(headers).append("\r\n").append(body);
}

SinkAnswer xml(std::string_view body, std::string_view status = "200 OK") {
  return {reply(status, "Content-Type: application/xml\r\n",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + std::string(body))};
}

SinkAnswer refusal(std::string_view status, std::string_view code) {
  return xml("<Error><Code>" + std::string(code) + "</Code></Error>", status);
}

SinkAnswer not_there() { return refusal("404 Not Found", "NoSuchKey"); }
SinkAnswer not_ours() { return refusal("501 Not Implemented", "NotImplemented"); }

std::string element(std::string_view name, std::string_view text) {
  std::string made = "<";
  return made.append(name).append(">").append(text).append("</").append(name).append(">");
}

std::string header(std::string_view name, std::string_view value) {
  std::string made(name);
  return made.append(": ").append(value).append("\r\n");
}

// Content-MD5 says what the ETag of a real S3 would be.
std::string etag_of(const HttpHead& head) {
  const std::optional<std::string> digest = from_base64(head.header("Content-MD5"));
  if (!digest || digest->size() != 16) return std::string(kSomeEtag);
  return '"' + hex(as_bytes(*digest)) + '"';
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The first and the one behind the last byte that "bytes=..." asks for; nothing when there are
// none.
std::optional<std::pair<std::uint64_t, std::uint64_t>> range_of(std::string_view text,
                                                                std::uint64_t bytes) {
  const std::size_t dash = text.find('-');
  if (!text.starts_with("bytes=") || dash == std::string_view::npos) return std::nullopt;
  const auto first = number_of<std::uint64_t>(text.substr(6, dash - 6));
  const auto last = number_of<std::uint64_t>(text.substr(dash + 1));
  if (!first && last) return std::pair(bytes - std::min(*last, bytes), bytes);
  if (!first || *first >= bytes) return std::nullopt;
  return std::pair(*first, last ? std::min(*last + 1, bytes) : bytes);
}

}  // namespace

struct SinkService::Request {
  const HttpHead& head;
  std::string bucket;
  std::string name;  // "bucket/key"
  std::map<std::string, std::string, std::less<>> query;
  bool well_formed = true;

  explicit Request(const HttpHead& its_head);
  bool asks(std::string_view parameter) const { return query.contains(parameter); }
  std::string_view value(std::string_view parameter) const {
    const auto found = query.find(parameter);
    return found == query.end() ? std::string_view() : found->second;
  }
  bool is(std::string_view method) const { return head.method() == method; }

 private:
  std::string decoded(std::string_view text) {
    auto made = percent_decode(text);
    well_formed = well_formed && made;
    return made ? *std::move(made) : std::string();
  }
};

SinkService::Request::Request(const HttpHead& its_head) : head(its_head) {
  const std::string_view target = head.target();
  const std::size_t mark = std::min(target.find('?'), target.size());
  name = decoded(target.substr(std::min<std::size_t>(1, mark), mark - 1));
  bucket = name.substr(0, name.find('/'));
  if (bucket.size() + 1 == name.size()) name = bucket;
  for (std::string_view rest = target.substr(mark); !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query[decoded(pair.substr(0, equals))] =
        decoded(pair.substr(std::min(equals + 1, pair.size())));
    rest.remove_prefix(pair.size());
  }
}

void SinkService::know(std::string name, std::uint64_t bytes) {
  objects_[std::move(name)] = {bytes, std::string(kSomeEtag)};
}

void SinkService::connected() {
  ++connections_;
  most_open_ = std::max(most_open_, ++open_);
}

SinkAnswer SinkService::answer(const HttpHead& head) {
  const Request request(head);
  body_bytes_ += head.content_length().value_or(0);
  if (!request.well_formed || !head.target().starts_with('/'))
    return refusal("400 Bad Request", "InvalidURI");
  if (request.name == "-/counters") return {reply("200 OK", "", counters())};
  ++asked_[std::string(head.method())];
  if (request.name == request.bucket) return answer_bucket(request);
  if (request.asks("uploadId") || request.asks("uploads")) return answer_upload(request);
  return answer_object(request);
}

SinkAnswer SinkService::answer_bucket(const Request& request) {
  if (request.is("PUT") || request.is("HEAD")) return {reply("200 OK", "")};
  if (!request.is("GET")) return not_ours();
  if (request.asks("uploads"))
    return xml(
        "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>"
        "</ListMultipartUploadsResult>");
  return list(request);
}

SinkAnswer SinkService::answer_object(const Request& request) {
  if (request.is("PUT")) return put(request);
  if (request.is("GET") || request.is("HEAD")) return get(request);
  if (!request.is("DELETE")) return not_ours();
  objects_.erase(request.name);
  return {reply("204 No Content", "")};
}

SinkAnswer SinkService::put(const Request& request) {
  if (!request.head.header("x-amz-copy-source").empty()) return not_ours();
  Object object{request.head.content_length().value_or(0), etag_of(request.head)};
  SinkAnswer answer{reply("200 OK", header("ETag", object.etag))};
  if (remember_) objects_[request.name] = std::move(object);
  return answer;
}

SinkAnswer SinkService::get(const Request& request) {
  const auto found = objects_.find(request.name);
  if (found == objects_.end())
    return request.is("HEAD") ? SinkAnswer{reply("404 Not Found", "")} : not_there();
  const auto& [bytes, etag] = found->second;
  const std::string_view asked = request.head.header("Range");
  const auto range = asked.empty() ? std::pair(std::uint64_t{0}, bytes) : range_of(asked, bytes);
  if (!range) return refusal("416 Range Not Satisfiable", "InvalidRange");
  const auto [from, end] = *range;
  SinkAnswer answer;
  answer.text = asked.empty() ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n";
  answer.text += header("Content-Length", std::to_string(end - from)) + header("ETag", etag) +
                 header("Last-Modified", kHttpTime) + header("Accept-Ranges", "bytes") +
                 header("Content-Type", "application/octet-stream");
  if (!asked.empty())
    answer.text +=
        header("Content-Range", "bytes " + std::to_string(from) + "-" + std::to_string(end - 1) +
                                    "/" + std::to_string(bytes));
  answer.text += "\r\n";
  if (request.is("GET")) answer.from = from, answer.bytes = end - from;
  return answer;
}

// The object that a list begins with: below `prefix`, behind `after`.
SinkService::Objects::const_iterator SinkService::first_listed(const std::string& prefix,
                                                               const std::string& after) const {
  return after < prefix ? objects_.lower_bound(prefix) : objects_.upper_bound(after);
}

std::string SinkService::listed(std::string_view key, const Object& object) {
  const std::string_view etag = std::string_view(object.etag).substr(1, object.etag.size() - 2);
  return "<Contents>" + element("Key", key) + element("LastModified", kIsoTime) +
         element("ETag", "&quot;" + std::string(etag) + "&quot;") +
         element("Size", std::to_string(object.bytes)) + "</Contents>";
}

// ListObjectsV2 and, by `marker`, its predecessor. A continuation token is the last key, encoded.
SinkAnswer SinkService::list(const Request& request) {
  if (request.asks("delimiter") && !objects_.empty()) return not_ours();
  const std::string root = request.bucket + "/";
  const std::string prefix = root + std::string(request.value("prefix"));
  std::string after(std::max(request.value("start-after"), request.value("marker")));
  if (const auto token = percent_decode(request.value("continuation-token")); token)
    after = std::max(after, *token);
  const std::size_t most =
      std::min(number_of<std::size_t>(request.value("max-keys")).value_or(kPageKeys), kPageKeys);

  std::string contents;
  std::string last;
  std::size_t keys = 0;
  auto at = first_listed(prefix, root + after);
  const auto goes_on = [&] { return at != objects_.end() && at->first.starts_with(prefix); };
  for (; goes_on() && keys < most; ++at, ++keys) {
    last = percent_encode(std::string_view(at->first).substr(root.size()), true);
    contents += listed(last, at->second);
  }
  if (goes_on()) contents += element("NextContinuationToken", last) + element("NextMarker", last);
  return xml("<ListBucketResult" + std::string(kNamespace) + ">" + element("Name", request.bucket) +
             element("Prefix", percent_encode(request.value("prefix"), true)) +
             element("EncodingType", "url") + element("KeyCount", std::to_string(keys)) +
             element("MaxKeys", std::to_string(most)) +
             element("IsTruncated", goes_on() ? "true" : "false") + contents +
             "</ListBucketResult>");
}

SinkAnswer SinkService::begin_upload(const Request& request) {
  const std::string id = "upload-" + std::to_string(++begun_);
  uploads_[id];
  return xml("<InitiateMultipartUploadResult" + std::string(kNamespace) + ">" +
             element("Bucket", request.bucket) + element("UploadId", id) +
             "</InitiateMultipartUploadResult>");
}

SinkAnswer SinkService::answer_upload(const Request& request) {
  if (request.is("POST") && request.asks("uploads")) return begin_upload(request);
  const auto found = uploads_.find(request.value("uploadId"));
  if (found == uploads_.end()) return refusal("404 Not Found", "NoSuchUpload");
  if (request.is("PUT")) return put_part(request, found->second);
  if (request.is("GET")) return list_parts(found->second);
  if (!request.is("POST") && !request.is("DELETE")) return not_ours();
  const Parts parts = std::move(found->second);
  uploads_.erase(found);
  return request.is("POST") ? complete(request, parts) : SinkAnswer{reply("204 No Content", "")};
}

SinkAnswer SinkService::put_part(const Request& request, Parts& parts) {
  const auto number = number_of<unsigned>(request.value("partNumber"));
  if (!number || *number == 0) return refusal("400 Bad Request", "InvalidArgument");
  Object& part = parts[*number];
  part = {request.head.content_length().value_or(0), etag_of(request.head)};
  return {reply("200 OK", header("ETag", part.etag))};
}

SinkAnswer SinkService::list_parts(const Parts& parts) {
  std::string body = "<ListPartsResult" + std::string(kNamespace) + ">";
  for (const auto& [number, part] : parts)
    body += "<Part>" + element("PartNumber", std::to_string(number)) + element("ETag", part.etag) +
            element("Size", std::to_string(part.bytes)) + "</Part>";
  return xml(body + "<IsTruncated>false</IsTruncated></ListPartsResult>");
}

SinkAnswer SinkService::complete(const Request& request, const Parts& parts) {
  Object whole{0, "\"00000000000000000000000000000000-" + std::to_string(parts.size()) + "\""};
  for (const auto& [number, part] : parts) whole.bytes += part.bytes;
  SinkAnswer answer = xml("<CompleteMultipartUploadResult" + std::string(kNamespace) + ">" +
                          element("Bucket", request.bucket) + element("ETag", whole.etag) +
                          "</CompleteMultipartUploadResult>");
  if (remember_) objects_[request.name] = std::move(whole);
  return answer;
}

std::string SinkService::counters() const {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("connections", connections_).member("most_connections", most_open_);
  json.member("body_bytes", body_bytes_).key("requests").begin_object();
  for (const auto& [method, count] : asked_) json.member(method, count);
  json.end_object().end_object();
  return text + "\n";
}

}  // namespace penstock::bench
