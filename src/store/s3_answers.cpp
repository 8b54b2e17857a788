#include "store/s3_answers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/quote.h"
#include "net/url.h"
#include "store/s3_error.h"
#include "store/s3_xml.h"
#include "store/server_dates.h"

namespace penstock {
namespace {

Failure corrupt(std::string what) {
  return fail(Code::kCorrupt, "the answer " + std::move(what), Retry::kLater);
}

Result<XmlDocument> parse_answer(std::string_view body, std::string_view root) {
  if (body.empty()) return corrupt("is empty");
  PENSTOCK_TRY(XmlDocument document, XmlDocument::parse(body));
  const XmlElement found = document.root();
  if (found.name() == "Error") return fail(refusal_error(read_refusal(found, 200)));
  if (found.name() != root)
    return corrupt("is <" + quoted_short(found.name(), 50) + ">, not <" + std::string(root) + ">");
  return document;
}

template <class Number>
Result<Number> read_number(const XmlElement& element, std::string_view name) {
  const std::string_view text = element.text_of(name);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return corrupt("has no number in <" + std::string(name) + ">");
  return value;
}

std::chrono::sys_seconds time_of(const XmlElement& element, std::string_view name) {
  return parse_utc_time(element.text_of(name)).value_or(std::chrono::sys_seconds());
}

bool is_true(std::string_view text) { return text == "true"; }

// A key as this answer writes keys: encoded as a URL's query where it says so, because XML cannot
// hold every key.
class KeyReader {
 public:
  explicit KeyReader(const XmlElement& root) : encoded_(root.text_of("EncodingType") == "url") {}

  Result<std::string> operator()(const XmlElement& element, std::string_view name) const {
    std::string text(element.text_of(name));
    if (!encoded_) return text;
    std::ranges::replace(text, '+', ' ');
    auto decoded = percent_decode(text);
    if (!decoded) return corrupt("has a key that is wrongly encoded");
    return decoded;
  }

 private:
  bool encoded_;
};

// The first failure of `read(child)` over the children of that name.
template <class Read>
Status read_each(const XmlElement& root, std::string_view name, Read read) {
  Status status;
  root.for_each(name, [&](const XmlElement& child) {
    if (status) status = read(child);
  });
  return status;
}

Result<ObjectInfo> read_object(const XmlElement& element, const KeyReader& key) {
  ObjectInfo info;
  PENSTOCK_TRY(info.key, key(element, "Key"));
  PENSTOCK_TRY(info.bytes, read_number<std::uint64_t>(element, "Size"));
  info.etag = plain_etag(element.text_of("ETag"));
  info.modified = time_of(element, "LastModified");
  return info;
}

Result<Part> read_part(const XmlElement& element) {
  Part part;
  PENSTOCK_TRY(part.number, read_number<unsigned>(element, "PartNumber"));
  PENSTOCK_TRY(part.bytes, read_number<std::uint64_t>(element, "Size"));
  part.etag = plain_etag(element.text_of("ETag"));
  return part;
}

}  // namespace

std::string_view plain_etag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    etag = etag.substr(1, etag.size() - 2);
  return etag;
}

Result<S3ListAnswer> read_list_answer(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, "ListBucketResult"));
  const XmlElement root = document.root();
  const KeyReader key(root);
  S3ListAnswer answer;
  answer.is_truncated = is_true(root.text_of("IsTruncated"));
  answer.continuation = root.text_of("NextContinuationToken");
  PENSTOCK_CHECK(read_each(root, "Contents", [&](const XmlElement& element) -> Status {
    PENSTOCK_TRY(ObjectInfo info, read_object(element, key));
    answer.objects.push_back(std::move(info));
    return {};
  }));
  PENSTOCK_CHECK(read_each(root, "CommonPrefixes", [&](const XmlElement& element) -> Status {
    PENSTOCK_TRY(std::string prefix, key(element, "Prefix"));
    answer.prefixes.push_back(std::move(prefix));
    return {};
  }));
  return answer;
}

Result<S3UploadsAnswer> read_uploads_answer(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, "ListMultipartUploadsResult"));
  const XmlElement root = document.root();
  const KeyReader key(root);
  S3UploadsAnswer answer;
  answer.is_truncated = is_true(root.text_of("IsTruncated"));
  PENSTOCK_TRY(answer.next_key, key(root, "NextKeyMarker"));
  answer.next_id = root.text_of("NextUploadIdMarker");
  PENSTOCK_CHECK(read_each(root, "Upload", [&](const XmlElement& element) -> Status {
    PENSTOCK_TRY(std::string name, key(element, "Key"));
    answer.uploads.push_back(
        {std::move(name), std::string(element.text_of("UploadId")), time_of(element, "Initiated")});
    return {};
  }));
  return answer;
}

Result<S3PartsAnswer> read_parts_answer(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, "ListPartsResult"));
  const XmlElement root = document.root();
  S3PartsAnswer answer;
  answer.is_truncated = is_true(root.text_of("IsTruncated"));
  answer.next_number = root.text_of("NextPartNumberMarker");
  PENSTOCK_CHECK(read_each(root, "Part", [&](const XmlElement& element) -> Status {
    PENSTOCK_TRY(Part part, read_part(element));
    answer.parts.push_back(std::move(part));
    return {};
  }));
  return answer;
}

Result<std::string> read_create_answer(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, "InitiateMultipartUploadResult"));
  std::string id(document.root().text_of("UploadId"));
  if (id.empty()) return corrupt("names no upload");
  return id;
}

Result<std::string> read_etag_answer(std::string_view body, std::string_view root) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, root));
  return std::string(plain_etag(document.root().text_of("ETag")));
}

Result<std::vector<std::pair<std::string, Error>>> read_remove_answer(std::string_view body) {
  PENSTOCK_TRY(const XmlDocument document, parse_answer(body, "DeleteResult"));
  std::vector<std::pair<std::string, Error>> failed;
  document.root().for_each("Error", [&](const XmlElement& element) {
    if (element.text_of("Code") == "NoSuchKey") return;
    failed.emplace_back(element.text_of("Key"), refusal_error(read_refusal(element, 200)));
  });
  return failed;
}

std::string write_complete(std::span<const Part> parts) {
  std::string xml = "<CompleteMultipartUpload>";
  for (const Part& part : parts) {
    xml.append("<Part><PartNumber>").append(std::to_string(part.number));
    xml.append("</PartNumber><ETag>&quot;");
    append_xml_text(xml, part.etag);
    xml.append("&quot;</ETag></Part>");
  }
  return xml.append("</CompleteMultipartUpload>");
}

std::string write_remove(std::span<const std::string* const> keys) {
  std::string xml = "<Delete><Quiet>true</Quiet>";
  for (const std::string* key : keys) {
    xml.append("<Object><Key>");
    append_xml_text(xml, *key);
    xml.append("</Key></Object>");
  }
  return xml.append("</Delete>");
}

}  // namespace penstock
