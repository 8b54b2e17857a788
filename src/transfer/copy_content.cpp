#include "transfer/copy_content.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/hex.h"
#include "base/narrow.h"
#include "store/store_checks.h"

namespace penstock {
namespace {

template <class T>
T leading(const std::byte* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

Error gone_meanwhile(Error error) {
  if (error.code != Code::kNotFound) return error;
  return {Code::kChanged, error.message + ": it is gone since it was listed", Retry::kNever, {}};
}

class ObjectContent final : public LargeContent {
 public:
  ObjectContent(ObjectInfo object, FileIdentity identity, std::unique_ptr<OrderedDigest> digest,
                CopySource& source)
      : object_(std::move(object)),
        identity_(identity),
        digest_(std::move(digest)),
        source_(source) {}

  const FileIdentity& identity() const override { return identity_; }
  bool is_settled() const override { return !object_.etag.empty(); }
  PutOptions describe(const PushFile&, const PushContext& context) const override {
    return put_options_for(object_, context);
  }
  Status check_same() const override { return {}; }  // each fetch does
  std::uint64_t held_bytes(std::uint64_t part_bytes) const override { return part_bytes; }

  Result<PartBody> part(const ContentPart& part, const std::stop_token& stop) override {
    PartBody fetched;
    PENSTOCK_TRY(fetched.held, fetch(part, stop));
    fetched.body = make_memory_body(fetched.held);
    return fetched;
  }
  Result<bool> is_part(const Part& listed, const ContentPart& part,
                       const std::stop_token& stop) override {
    if (!digest_) return true;
    if (!is_md5_etag(listed.etag)) return false;
    PENSTOCK_TRY(const std::vector<std::byte> content, fetch(part, stop));
    PENSTOCK_TRY(const Md5Digest found, md5(content));
    if (hex(found) == listed.etag) return true;
    // It is sent, which fetches it once more; its digest is taken already.
    return false;
  }
  Status check_whole() override { return digest_ ? digest_->check() : Status(); }

 private:
  Result<std::vector<std::byte>> fetch(const ContentPart& part, const std::stop_token& stop) {
    std::vector<std::byte> content;
    const ObjectRange range{part.begin, part.begin + part.bytes};
    Status done = take(range, part.number, content, stop);
    if (done) return content;
    if (digest_) digest_->abandon();
    return fail(std::move(done).error());
  }
  Status take(const ObjectRange& range, unsigned number, std::vector<std::byte>& content,
              const std::stop_token& stop) {
    PENSTOCK_CHECK(source_.fetch(object_, range, content, stop));
    return digest_ ? digest_->add(number, content, stop) : Status();
  }

  const ObjectInfo object_;
  const FileIdentity identity_;
  const std::unique_ptr<OrderedDigest> digest_;  // null: none is known
  CopySource& source_;
};

}  // namespace

Result<FileIdentity> identity_of(const ObjectInfo& object) {
  PENSTOCK_TRY(const Sha256Digest digest, sha256(as_bytes(object.etag)));
  FileIdentity identity;
  identity.bytes = object.bytes;
  identity.ctime_ns = leading<std::int64_t>(digest.data());
  identity.inode = leading<std::uint64_t>(digest.data() + sizeof(std::int64_t));
  return identity;
}

PutOptions put_options_for(const ObjectInfo& object, const PushContext& context) {
  PutOptions put;
  put.content_type = object.content_type;
  put.headers = object.headers;
  put.storage_class = context.options.storage_class;
  put.if_absent = context.options.if_absent;
  if (context.store.traits().metadata) put.metadata = object.metadata;
  return put;
}

Result<ObjectInfo> CopySource::stat(const std::string& key, const std::stop_token& stop) {
  PushEffort effort = context_.begin_effort();
  auto info = context_.request(stop, effort, [&](Call& call) { return store_.stat(key, call); });
  if (!info) return fail(gone_meanwhile(std::move(info).error()));
  return info;
}

Result<ObjectInfo> CopySource::fetch(const ObjectInfo& object, const ObjectRange& range,
                                     std::vector<std::byte>& out, const std::stop_token& stop) {
  const std::uint64_t bytes = std::min(range.end, object.bytes) - range.begin;
  out.reserve(narrow<std::size_t>(bytes));
  Receiver receiver;
  receiver.info = [&out](const ObjectInfo&) { return out.clear(), Status(); };
  receiver.bytes = [&](Bytes piece) -> Status {
    if (piece.size() > bytes - out.size())
      return fail(Code::kChanged, "more came than the object has", Retry::kLater);
    return append(out, piece), Status();
  };
  const WaitTimer waiting(context_.meters.read);
  context_.meters.read.add(1, bytes);
  PushEffort effort = context_.begin_effort();
  auto info = context_.request(stop, effort, [&](Call& call) {
    return store_.get(object.key, {range, object.etag}, receiver, call);
  });
  if (!info) return fail(gone_meanwhile(std::move(info).error()));
  if (out.size() == bytes) return info;
  return fail(Code::kChanged, "get " + object.key + ": less came than the object has",
              Retry::kLater);
}

Result<std::unique_ptr<OrderedDigest>> OrderedDigest::create(KnownDigest wanted) {
  PENSTOCK_TRY(PassingDigest digest, PassingDigest::create(std::move(wanted)));
  return std::unique_ptr<OrderedDigest>(new OrderedDigest(std::move(digest)));
}

Status OrderedDigest::add(unsigned number, Bytes content, const std::stop_token& stop) {
  const Lock lock(mutex_);
  const auto is_my_turn = [this, number]()
                              PENSTOCK_REQUIRES(mutex_) { return abandoned_ || next_ >= number; };
  if (!changed_.wait(mutex_, stop, is_my_turn)) return fail(Code::kCancelled, "cancelled");
  if (abandoned_ || next_ > number) return {};  // a part that was added already is sent again
  PENSTOCK_CHECK(digest_.update(content));
  ++next_;
  changed_.notify_all();
  return {};
}

void OrderedDigest::abandon() {
  const Lock lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

Status OrderedDigest::check() {
  const Lock lock(mutex_);
  return digest_.check();
}

Result<std::unique_ptr<LargeContent>> make_object_content(ObjectInfo object, CopySource& source) {
  PENSTOCK_TRY(const FileIdentity identity, identity_of(object));
  std::unique_ptr<OrderedDigest> digest;
  if (auto known = known_digest(object, source.traits())) {
    PENSTOCK_TRY(digest, OrderedDigest::create(*std::move(known)));
  }
  return std::make_unique<ObjectContent>(std::move(object), identity, std::move(digest), source);
}

}  // namespace penstock
