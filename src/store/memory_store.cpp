#include "store/memory_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/hex.h"
#include "base/mutex.h"
#include "base/narrow.h"
#include "crypto/digest.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

using Content = std::vector<std::byte>;
using SharedContent = std::shared_ptr<const Content>;

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

struct Object {
  ObjectInfo info;
  SharedContent content;
};

struct StoredPart {
  Part part;
  SharedContent content;
};

struct StoredUpload {
  Upload upload;
  PutOptions options;
  std::map<unsigned, StoredPart> parts;
};

std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Failure missing(std::string step, std::string_view what = "no such key") {
  return fail(Code::kNotFound, std::move(step) + ": " + std::string(what));
}

// Hands all of a body, from its start, to `take` in pieces.
template <class Take>
Status read_through(Body& body, const std::string& step, const std::stop_token& stop, Take take) {
  PENSTOCK_CHECK(body.rewind());
  std::vector<std::byte> piece(std::min<std::uint64_t>(body.size(), kPieceBytes));
  for (std::uint64_t left = body.size(); left > 0;) {
    if (stop.stop_requested()) return fail(Code::kCancelled, step + ": cancelled");
    const auto room = MutableBytes(piece).first(std::min<std::uint64_t>(piece.size(), left));
    PENSTOCK_TRY(const std::size_t got, body.read(room));
    if (got == 0)
      return fail(
          Code::kCorrupt,
          step + ": " + std::to_string(left) + " bytes of the body did not come (IncompleteBody)",
          Retry::kLater);
    PENSTOCK_CHECK(take(Bytes(room).first(got)));
    left -= got;
  }
  return {};
}

Status check_digest(Body& body, StreamSha256& arrived, const std::string& step) {
  PENSTOCK_TRY(const Sha256Digest sent, body.sha256());
  PENSTOCK_TRY(const Sha256Digest found, arrived.finish());
  if (sent == found) return {};
  return fail(Code::kCorrupt, step + ": the content does not have the SHA-256 that was told",
              Retry::kLater);
}

ObjectInfo info_of(const std::string& key, const PutOptions& options, std::string etag,
                   std::uint64_t bytes) {
  const std::string type =
      options.content_type.empty() ? "application/octet-stream" : options.content_type;
  return {key, bytes, std::move(etag), wall_now(), type, options.metadata, options.headers};
}

// One page, filled in the order of the keys.
class PageMaker {
 public:
  explicit PageMaker(const ListRequest& request)
      : request_(request), most_(std::max<std::size_t>(request.most, 1)) {}

  // False when the page is full and `object` belongs to the next one.
  bool add(const ObjectInfo& object) {
    const std::string prefix = prefix_of(object.key);
    if (prefix.empty()) return add_item(page_.objects, object, object.key);
    // `after` may be the prefix that ended the last page.
    if (prefix == last_ || prefix == request_.after) return true;
    return add_item(page_.prefixes, prefix, prefix);
  }
  ListPage take() { return std::move(page_); }

 private:
  std::string prefix_of(const std::string& key) const {
    if (request_.delimiter.empty()) return {};
    const std::size_t cut = key.find(request_.delimiter, request_.prefix.size());
    return cut == std::string::npos ? std::string()
                                    : key.substr(0, cut + request_.delimiter.size());
  }
  template <class T>
  bool add_item(std::vector<T>& items, const T& item, const std::string& name) {
    if (page_.objects.size() + page_.prefixes.size() == most_) {
      page_.next = last_;
      return false;
    }
    items.push_back(item);
    last_ = name;
    return true;
  }

  const ListRequest& request_;
  std::size_t most_;
  ListPage page_;
  std::string last_;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryStoreOptions& options)
      : name_(options.name), check_sha256_(options.check_sha256), contents_(options.contents) {
    traits_.multipart = traits_.server_copy = traits_.put_if_absent = true;
    traits_.metadata = traits_.lists_metadata = traits_.md5_etag = true;
    traits_.most_put_bytes = options.most_put_bytes;
    traits_.least_part_bytes = options.least_part_bytes;
    traits_.most_part_bytes = options.most_part_bytes;
    traits_.most_parts = options.most_parts;
  }

  const StoreTraits& traits() const override { return traits_; }
  const std::string& name() const override { return name_; }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override;
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;
  Result<ObjectInfo> stat(const std::string& key, Call& call) override;
  Result<ListPage> list(const ListRequest& request, Call& call) override;
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override;
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override;
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override;
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override;
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override;
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override;
  Status abort_upload(const Upload& upload, Call& call) override;
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override;

 private:
  // The content of a body, checked against its digest, and its ETag.
  struct Received {
    SharedContent content;
    std::string etag;
  };
  Result<Received> receive(Body& body, const std::string& step, const std::stop_token& stop) const;
  Result<Object> find(const std::string& step, const std::string& key) PENSTOCK_EXCLUDES(mutex_);
  Status keep(const std::string& step, Object object, bool if_absent) PENSTOCK_REQUIRES(mutex_);
  // Null, and nothing else changed, when there is none of that id and key.
  StoredUpload* find_upload(const Upload& upload) PENSTOCK_REQUIRES(mutex_);

  std::string name_;
  bool check_sha256_;
  bool contents_;
  StoreTraits traits_;
  Mutex mutex_;
  std::map<std::string, Object> objects_ PENSTOCK_GUARDED_BY(mutex_);
  std::map<std::string, StoredUpload> uploads_ PENSTOCK_GUARDED_BY(mutex_);  // by id
  std::uint64_t next_id_ PENSTOCK_GUARDED_BY(mutex_) = 1;
};

Result<MemoryStore::Received> MemoryStore::receive(Body& body, const std::string& step,
                                                   const std::stop_token& stop) const {
  Content content;
  if (contents_) content.reserve(body.size());
  PENSTOCK_TRY(StreamMd5 etag, StreamMd5::create());
  PENSTOCK_TRY(StreamSha256 arrived, StreamSha256::create());
  const auto take = [&](Bytes piece) -> Status {
    if (contents_) append(content, piece);
    if (check_sha256_) PENSTOCK_CHECK(arrived.update(piece));
    return etag.update(piece);
  };
  PENSTOCK_CHECK(read_through(body, step, stop, take));
  if (check_sha256_) PENSTOCK_CHECK(check_digest(body, arrived, step));
  PENSTOCK_TRY(const Md5Digest digest, etag.finish());
  return Received{contents_ ? std::make_shared<const Content>(std::move(content)) : nullptr,
                  hex(digest)};
}

Result<Object> MemoryStore::find(const std::string& step, const std::string& key) {
  Lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return missing(step);
  return found->second;
}

Status MemoryStore::keep(const std::string& step, Object object, bool if_absent) {
  if (if_absent && objects_.contains(object.info.key))
    return fail(Code::kExists, step + ": the key is taken");
  const std::string key = object.info.key;
  objects_.insert_or_assign(key, std::move(object));
  return {};
}

StoredUpload* MemoryStore::find_upload(const Upload& upload) {
  const auto found = uploads_.find(upload.id);
  if (found == uploads_.end() || found->second.upload.key != upload.key) return nullptr;
  return &found->second;
}

Result<PutResult> MemoryStore::put(const std::string& key, Body& body, const PutOptions& options,
                                   Call& call) {
  PENSTOCK_CHECK(check_call("put", key, traits_, call.stop));
  const std::string step = step_of("put", key);
  if (body.size() > traits_.most_put_bytes)
    return fail(Code::kInvalid, step + ": too large for one request (EntityTooLarge)");
  PENSTOCK_TRY(Received received, receive(body, step, call.stop));
  Object object{info_of(key, options, received.etag, body.size()), std::move(received.content)};
  Lock lock(mutex_);
  PENSTOCK_CHECK(keep(step, std::move(object), options.if_absent));
  return PutResult{received.etag};
}

Result<ObjectInfo> MemoryStore::get(const std::string& key, const GetOptions& options,
                                    const Receiver& receiver, Call& call) {
  PENSTOCK_CHECK(check_call("get", key, traits_, call.stop));
  const std::string step = step_of("get", key);
  PENSTOCK_TRY(const Object object, find(step, key));
  if (!options.if_match.empty() && options.if_match != object.info.etag)
    return fail(Code::kChanged, step + ": it has another ETag than " + options.if_match);
  PENSTOCK_CHECK(receiver.info(object.info));
  const std::uint64_t end = std::min<std::uint64_t>(options.range.end, object.info.bytes);
  const Content zeros(object.content ? 0 : std::min<std::uint64_t>(object.info.bytes, kPieceBytes));
  for (std::uint64_t at = options.range.begin; at < end;) {
    if (call.stop.stop_requested()) return fail(Code::kCancelled, step + ": cancelled");
    const std::uint64_t count = std::min<std::uint64_t>(end - at, kPieceBytes);
    PENSTOCK_CHECK(receiver.bytes(object.content ? Bytes(*object.content).subspan(at, count)
                                                 : Bytes(zeros).first(count)));
    at += count;
  }
  return object.info;
}

Result<ObjectInfo> MemoryStore::stat(const std::string& key, Call& call) {
  PENSTOCK_CHECK(check_call("stat", key, traits_, call.stop));
  PENSTOCK_TRY(Object object, find(step_of("stat", key), key));
  return std::move(object.info);
}

Result<ListPage> MemoryStore::list(const ListRequest& request, Call& call) {
  if (call.stop.stop_requested())
    return fail(Code::kCancelled, step_of("list", request.prefix) + ": cancelled");
  PageMaker page(request);
  Lock lock(mutex_);
  auto at = request.after.empty() ? objects_.begin() : objects_.upper_bound(request.after);
  if (at != objects_.end() && at->first < request.prefix) at = objects_.lower_bound(request.prefix);
  for (; at != objects_.end() && at->first.starts_with(request.prefix); ++at)
    if (!page.add(at->second.info)) break;
  return page.take();
}

Result<std::vector<std::pair<std::string, Error>>> MemoryStore::remove(
    std::span<const std::string> keys, Call& call) {
  for (const std::string& key : keys) PENSTOCK_CHECK(check_call("remove", key, traits_, call.stop));
  Lock lock(mutex_);
  for (const std::string& key : keys) objects_.erase(key);
  return std::vector<std::pair<std::string, Error>>();
}

Result<PutResult> MemoryStore::copy(const std::string& from, const std::string& to,
                                    const PutOptions& options, Call& call) {
  PENSTOCK_CHECK(check_call("copy", from, traits_, call.stop));
  PENSTOCK_CHECK(check_call("copy to", to, traits_, call.stop));
  PENSTOCK_TRY(Object object, find(step_of("copy", from), from));
  object.info.key = to;
  object.info.modified = wall_now();
  if (!options.metadata.empty()) object.info.metadata = options.metadata;
  if (!options.content_type.empty()) object.info.content_type = options.content_type;
  const std::string etag = object.info.etag;
  Lock lock(mutex_);
  PENSTOCK_CHECK(keep(step_of("copy to", to), std::move(object), options.if_absent));
  return PutResult{etag};
}

Result<Upload> MemoryStore::create_upload(const std::string& key, const PutOptions& options,
                                          Call& call) {
  PENSTOCK_CHECK(check_call("begin", key, traits_, call.stop));
  Lock lock(mutex_);
  const Upload upload{key, "upload-" + std::to_string(next_id_++), wall_now()};
  uploads_.emplace(upload.id, StoredUpload{upload, options, {}});
  return upload;
}

Result<Part> MemoryStore::put_part(const Upload& upload, unsigned number, Body& body, Call& call) {
  PENSTOCK_CHECK(check_call("put a part of", upload.key, traits_, call.stop));
  PENSTOCK_CHECK(check_part(upload, number, body.size(), traits_));
  const std::string step = step_of("put part " + std::to_string(number) + " of", upload.key);
  PENSTOCK_TRY(Received received, receive(body, step, call.stop));
  const Part part{number, body.size(), received.etag};
  Lock lock(mutex_);
  StoredUpload* stored = find_upload(upload);
  if (stored == nullptr) return missing(step, "no such upload");
  stored->parts.insert_or_assign(number, StoredPart{part, std::move(received.content)});
  return part;
}

Result<std::vector<Part>> MemoryStore::list_parts(const Upload& upload, Call& call) {
  PENSTOCK_CHECK(check_call("list the parts of", upload.key, traits_, call.stop));
  Lock lock(mutex_);
  const StoredUpload* stored = find_upload(upload);
  if (stored == nullptr) return missing(step_of("list the parts of", upload.key), "no such upload");
  std::vector<Part> parts;
  for (const auto& [number, kept] : stored->parts) parts.push_back(kept.part);
  return parts;
}

// The parts as they were stored, or why `told` is not all of them.
Result<std::vector<Part>> stored_parts(const StoredUpload& stored, std::span<const Part> told) {
  const std::string step = step_of("complete", stored.upload.key);
  const auto wrong = [&step](unsigned number, std::string_view why) {
    return fail(Code::kInvalid, step + ": part " + std::to_string(number) + " " + std::string(why) +
                                    " (InvalidPart)");
  };
  std::vector<Part> parts;
  for (const Part& part : told) {
    const auto found = stored.parts.find(part.number);
    if (found == stored.parts.end()) return wrong(part.number, "was not put");
    if (found->second.part.etag != part.etag) return wrong(part.number, "has another ETag");
    parts.push_back(found->second.part);
  }
  for (const auto& [number, kept] : stored.parts)
    if (std::ranges::find(told, number, &Part::number) == told.end())
      return wrong(number, "is left out");
  return parts;
}

SharedContent join(const StoredUpload& stored) {
  Content content;
  for (const auto& [number, kept] : stored.parts) {
    if (!kept.content) return nullptr;
    append(content, *kept.content);
  }
  return std::make_shared<const Content>(std::move(content));
}

Result<PutResult> MemoryStore::complete_upload(const Upload& upload, std::span<const Part> parts,
                                               Call& call) {
  PENSTOCK_CHECK(check_call("complete", upload.key, traits_, call.stop));
  const std::string step = step_of("complete", upload.key);
  Lock lock(mutex_);
  const StoredUpload* stored = find_upload(upload);
  if (stored == nullptr) return missing(step, "no such upload");
  PENSTOCK_CHECK(check_parts(upload, parts, traits_));
  PENSTOCK_TRY(const std::vector<Part> kept, stored_parts(*stored, parts));
  PENSTOCK_CHECK(check_parts(upload, kept, traits_));
  PENSTOCK_TRY(const std::string etag, multipart_etag(kept));
  Object object{info_of(upload.key, stored->options, etag, bytes_of(kept)), join(*stored)};
  PENSTOCK_CHECK(keep(step, std::move(object), stored->options.if_absent));
  uploads_.erase(upload.id);
  return PutResult{etag};
}

Status MemoryStore::abort_upload(const Upload& upload, Call& call) {
  PENSTOCK_CHECK(check_call("abort", upload.key, traits_, call.stop));
  Lock lock(mutex_);
  if (find_upload(upload) != nullptr) uploads_.erase(upload.id);
  return {};
}

Result<std::vector<Upload>> MemoryStore::list_uploads(const std::string& prefix, Call& call) {
  if (call.stop.stop_requested())
    return fail(Code::kCancelled, step_of("list the uploads of", prefix) + ": cancelled");
  std::vector<Upload> uploads;
  Lock lock(mutex_);
  for (const auto& [id, stored] : uploads_)
    if (stored.upload.key.starts_with(prefix)) uploads.push_back(stored.upload);
  return uploads;
}

}  // namespace

std::unique_ptr<Store> make_memory_store(const MemoryStoreOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace penstock
