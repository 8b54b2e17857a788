// Objects on their way from one store to another one: fetched, verified, described.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "store/store.h"
#include "transfer/large_content.h"
#include "transfer/passing_digest.h"
#include "transfer/pull_verify.h"
#include "transfer/push_context.h"

namespace penstock {

// What the journal knows a version of an object by: size and ETag. An object without ETag is never
// known again.
Result<FileIdentity> identity_of(const ObjectInfo& object);
// What the copy of an object is given beside its content.
PutOptions put_options_for(const ObjectInfo& object, const PushContext& context);

// The store that is copied from. Threads: any.
class CopySource {
 public:
  // Both must outlive it. Requests are counted in `context`.
  CopySource(Store& store, PushContext& context) : store_(store), context_(context) {}

  const StoreTraits& traits() const { return store_.traits(); }
  // An object that is gone meanwhile is kChanged, as kNotFound dooms a transfer.
  Result<ObjectInfo> stat(const std::string& key, const std::stop_token& stop);
  // A range of the version of `object`, in place of what is in `out`; what the store tells of it.
  // kChanged when it has another version, or is gone.
  Result<ObjectInfo> fetch(const ObjectInfo& object, const ObjectRange& range,
                           std::vector<std::byte>& out, const std::stop_token& stop);

 private:
  Store& store_;
  PushContext& context_;
};

// The digest of a content whose parts come in any order. Threads: any.
class OrderedDigest {
 public:
  static Result<std::unique_ptr<OrderedDigest>> create(KnownDigest wanted);

  // Waits until all parts before this one (numbers begin with 1) are added: they must be under way
  // and need nothing of the caller. After abandon() it does nothing.
  Status add(unsigned number, Bytes content, const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);
  // A part will not come.
  void abandon() PENSTOCK_EXCLUDES(mutex_);
  // kCorrupt unless the parts together have the digest.
  Status check() PENSTOCK_EXCLUDES(mutex_);

 private:
  explicit OrderedDigest(PassingDigest digest) : digest_(std::move(digest)) {}

  Mutex mutex_;
  Condition changed_;
  PassingDigest digest_ PENSTOCK_GUARDED_BY(mutex_);
  unsigned next_ PENSTOCK_GUARDED_BY(mutex_) = 1;
  bool abandoned_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

// `object` as stat() tells it; `source` must outlive the content. Where a digest is known, a part
// that is there already is fetched for its sake, and compared; else it is taken as sent, as it was
// verified when it was.
Result<std::unique_ptr<LargeContent>> make_object_content(ObjectInfo object, CopySource& source);

}  // namespace penstock
