// What the wrappers of a Store have in common: every call goes to the store they wrap, through one
// function of theirs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace penstock {

enum class StoreOperation {
  kPut,
  kGet,
  kStat,
  kList,
  kRemove,
  kCopy,
  kCreateUpload,
  kPutPart,
  kListParts,
  kCompleteUpload,
  kAbortUpload,
  kListUploads,
};

// "put", "put_part", ...: as in logs and reports.
std::string_view name(StoreOperation operation);

// A wrapper has a member
//   template <class Perform>
//   auto around(StoreOperation, const std::string& key, Call& call, Perform perform);
// which returns what `perform(call)`, the call of the wrapped store, returned or what it makes of
// it. `key` is the prefix of a list and the first key of a removal. What more it does about a call
// it does in an override.
template <class Wrapper>
class WrappedStore : public Store {
 public:
  const StoreTraits& traits() const override { return inner_->traits(); }
  const std::string& name() const override { return inner_->name(); }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    return wrap(StoreOperation::kPut, key, call,
                [&](Call& c) { return inner_->put(key, body, options, c); });
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    return wrap(StoreOperation::kGet, key, call,
                [&](Call& c) { return inner_->get(key, options, receiver, c); });
  }
  Result<ObjectInfo> stat(const std::string& key, Call& call) override {
    return wrap(StoreOperation::kStat, key, call, [&](Call& c) { return inner_->stat(key, c); });
  }
  Result<ListPage> list(const ListRequest& request, Call& call) override {
    return wrap(StoreOperation::kList, request.prefix, call,
                [&](Call& c) { return inner_->list(request, c); });
  }
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    return wrap(StoreOperation::kRemove, keys.empty() ? std::string() : keys.front(), call,
                [&](Call& c) { return inner_->remove(keys, c); });
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override {
    return wrap(StoreOperation::kCopy, from, call,
                [&](Call& c) { return inner_->copy(from, to, options, c); });
  }
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override {
    return wrap(StoreOperation::kCreateUpload, key, call,
                [&](Call& c) { return inner_->create_upload(key, options, c); });
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return wrap(StoreOperation::kPutPart, upload.key, call,
                [&](Call& c) { return inner_->put_part(upload, number, body, c); });
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    return wrap(StoreOperation::kListParts, upload.key, call,
                [&](Call& c) { return inner_->list_parts(upload, c); });
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    return wrap(StoreOperation::kCompleteUpload, upload.key, call,
                [&](Call& c) { return inner_->complete_upload(upload, parts, c); });
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    return wrap(StoreOperation::kAbortUpload, upload.key, call,
                [&](Call& c) { return inner_->abort_upload(upload, c); });
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    return wrap(StoreOperation::kListUploads, prefix, call,
                [&](Call& c) { return inner_->list_uploads(prefix, c); });
  }

 protected:
  Store& inner() { return *inner_; }

 private:
  friend Wrapper;
  explicit WrappedStore(std::shared_ptr<Store> inner) : inner_(std::move(inner)) {}

  template <class Perform>
  auto wrap(StoreOperation operation, const std::string& key, Call& call, Perform perform) {
    return static_cast<Wrapper*>(this)->around(operation, key, call, std::move(perform));
  }
  std::shared_ptr<Store> inner_;
};

}  // namespace penstock
