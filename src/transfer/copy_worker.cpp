#include "transfer/copy_worker.h"

#include <memory>
#include <optional>
#include <utility>

#include "store/body.h"
#include "transfer/file_metadata.h"
#include "transfer/pull_verify.h"

namespace penstock {
namespace {

// For the next one to copy it knows what it is without fetching it.
void add_sha256(PutOptions& options, const Sha256Digest& digest, const StoreTraits& traits) {
  if (!traits.metadata || decode(options.metadata).sha256) return;
  FileMetadata own;
  own.sha256 = digest;
  for (auto& entry : encode(own)) options.metadata.push_back(std::move(entry));
}

}  // namespace

Result<PushWorker::Fate> CopyWorker::send_once(PushFile& file, PushEffort& effort,
                                               const std::stop_token& stop) {
  bytes_ = file.object->bytes;
  PENSTOCK_TRY(const bool same, is_proven(file, stop));
  if (same) return Fate::kUnchanged;
  if (context_.options.dry_run) return count_dry();
  if (copy_.options.by_server) return by_server(file, effort, stop);
  if (goes_in_parts(bytes_, context_.options, context_.store.traits()))
    return in_parts(file, effort, stop);
  return through_here(file, effort, stop);
}

// Whether the metadata of both tells one SHA-256, where the lists have told nothing.
Result<bool> CopyWorker::is_proven(PushFile& file, const std::stop_token& stop) {
  if (file.etag.empty() || file.is_second_try) return false;
  const std::string etag = std::exchange(file.etag, {});
  PENSTOCK_TRY(const ObjectInfo here, copy_.source.stat(file.object->key, stop));
  const auto known = decode(here.metadata).sha256;
  if (!known || here.etag != file.object->etag) return false;
  PushEffort effort = context_.begin_effort();
  const auto there = context_.request(
      stop, effort, [&](Call& call) { return context_.store.stat(file.key, call); });
  if (!there || there->etag != etag || decode(there->metadata).sha256 != known) return false;
  PENSTOCK_CHECK(remember(file, here, there->etag));
  return true;
}

Result<PushWorker::Fate> CopyWorker::count_dry() {
  const StoreTraits& traits = context_.store.traits();
  const bool parts = !copy_.options.by_server && goes_in_parts(bytes_, context_.options, traits);
  if (!parts) return context_.count_requests(2, 0), Fate::kSent;
  const std::uint64_t part = part_bytes_for(bytes_, context_.options, traits);
  context_.count_requests(2 * ((bytes_ - 1) / part + 1) + 3, 0);
  return Fate::kSent;
}

Result<PushWorker::Fate> CopyWorker::by_server(const PushFile& file, PushEffort& effort,
                                               const std::stop_token& stop) {
  PutOptions options;
  options.storage_class = context_.options.storage_class;
  options.if_absent = context_.options.if_absent;
  PENSTOCK_TRY(const PutResult done, context_.sending(stop, effort, bytes_, [&](Call& call) {
    return context_.store.copy(file.object->key, file.key, options, call);
  }));
  PENSTOCK_CHECK(verify_copy(file, done.etag, effort, stop));
  PENSTOCK_CHECK(remember(file, *file.object, done.etag));
  copy_.by_server.fetch_add(1, std::memory_order_relaxed);
  return Fate::kSent;
}

// The same ETag tells the same content. Another one may be that of other parts, or of an object
// that is encrypted otherwise.
Status CopyWorker::verify_copy(const PushFile& file, const std::string& etag, PushEffort& effort,
                               const std::stop_token& stop) {
  if (!etag.empty() && etag == file.object->etag) return {};
  PENSTOCK_TRY(const ObjectInfo made, context_.request(stop, effort, [&](Call& call) {
    return context_.store.stat(file.key, call);
  }));
  if (made.bytes == file.object->bytes) return {};
  return fail(Code::kChanged,
              "the copy has " + std::to_string(made.bytes) + " bytes, not " +
                  std::to_string(file.object->bytes),
              Retry::kLater);
}

// What a range or a connection got wrong is fetched once more.
Result<ObjectInfo> CopyWorker::fetch_verified(const ObjectInfo& object,
                                              std::vector<std::byte>& content,
                                              const std::stop_token& stop) {
  const auto once = [&]() -> Result<ObjectInfo> {
    PENSTOCK_TRY(ObjectInfo info, copy_.source.fetch(object, {}, content, stop));
    PENSTOCK_CHECK(verify(content, info, copy_.source.traits()));
    return info;
  };
  Result<ObjectInfo> info = once();
  if (!info && info.error().code == Code::kCorrupt && !stop.stop_requested()) info = once();
  if (!info) return fail(std::move(info).error().within("get " + object.key));
  return info;
}

Result<PushWorker::Fate> CopyWorker::through_here(PushFile& file, PushEffort& effort,
                                                  const std::stop_token& stop) {
  std::vector<std::byte> content;
  Result<ObjectInfo> info = fetch_verified(*file.object, content, stop);
  if (!info && info.error().code == Code::kChanged) PENSTOCK_CHECK(look_again(file, stop));
  if (!info) return fail(std::move(info).error());
  PENSTOCK_TRY(const Sha256Digest digest, sha256(content));
  PutOptions options = put_options_for(*info, context_);
  add_sha256(options, digest, context_.store.traits());
  const auto body = make_memory_body(content, digest);
  const auto sent = context_.sending(stop, effort, bytes_, [&](Call& call) {
    return context_.store.put(file.key, *body, options, call);
  });
  if (!sent) return fail(sent.error());
  PENSTOCK_CHECK(remember(file, *info, sent->etag));
  return Fate::kSent;
}

// What the object is now: another version than the list told, perhaps.
Status CopyWorker::look_again(PushFile& file, const std::stop_token& stop) {
  PENSTOCK_TRY(ObjectInfo now, copy_.source.stat(file.object->key, stop));
  file.object = std::make_shared<const ObjectInfo>(std::move(now));
  return {};
}

Result<PushWorker::Fate> CopyWorker::in_parts(PushFile& file, PushEffort& effort,
                                              const std::stop_token& stop) {
  PENSTOCK_CHECK(look_again(file, stop));  // lists do not tell the metadata
  bytes_ = file.object->bytes;
  if (!goes_in_parts(bytes_, context_.options, context_.store.traits()))
    return through_here(file, effort, stop);
  PENSTOCK_TRY(auto content, make_object_content(*file.object, copy_.source));
  PENSTOCK_TRY(std::shared_ptr<BigUpload> big,
               BigUpload::begin(context_, file, std::move(content), effort, stop));
  queue_.add(std::move(big));
  return Fate::kBegun;
}

Status CopyWorker::remember(const PushFile& file, const ObjectInfo& object,
                            const std::string& etag) {
  if (context_.options.dry_run || object.etag.empty()) return {};
  PENSTOCK_TRY(const FileIdentity identity, identity_of(object));
  context_.journal.put({file.key, identity, etag, std::nullopt});
  return {};
}

}  // namespace penstock
