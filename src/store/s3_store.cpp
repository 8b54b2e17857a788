#include "store/s3_store.h"

#include <utility>

#include "store/s3_listing.h"
#include "store/s3_multipart.h"
#include "store/s3_objects.h"
#include "store/s3_remove.h"

namespace penstock {
namespace {

// The way to the bucket that copies are made from, where it is another one.
std::unique_ptr<S3Wire> way_to_sources(S3Config config, const S3Access& access) {
  if (config.copy_bucket.empty() || config.copy_bucket == config.bucket) return nullptr;
  config.bucket = std::exchange(config.copy_bucket, {});
  return std::make_unique<S3Wire>(std::move(config), access);
}

class S3Store final : public Store {
 public:
  S3Store(S3Config config, S3Access access)
      : sources_(way_to_sources(config, access)), wire_(std::move(config), std::move(access)) {}

  const StoreTraits& traits() const override { return wire_.traits(); }
  const std::string& name() const override { return wire_.name(); }

  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override {
    return s3_put(wire_, key, body, options, call.stop);
  }
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override {
    return s3_get(wire_, key, options, receiver, call.stop);
  }
  Result<ObjectInfo> stat(const std::string& key, Call& call) override {
    return s3_stat(wire_, "stat", key, "", call.stop);
  }
  Result<ListPage> list(const ListRequest& request, Call& call) override {
    return s3_list(wire_, request, call.stop);
  }
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    return remover_.remove(keys, call.stop);
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override {
    return multipart_.copy(from, to, options, call.stop);
  }
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override {
    return multipart_.create(key, options, call.stop);
  }
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return multipart_.put_part(upload, number, body, call.stop);
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    return multipart_.list_parts(upload, call.stop);
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    return multipart_.complete(upload, parts, call.stop);
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    return multipart_.abort(upload, call.stop);
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    return multipart_.list_uploads(prefix, call.stop);
  }

 private:
  std::unique_ptr<S3Wire> sources_;  // null: the same
  S3Wire wire_;
  S3Remover remover_{wire_};
  S3Multipart multipart_{wire_, sources_ ? *sources_ : wire_};
};

}  // namespace

Result<std::unique_ptr<Store>> make_s3_store(S3Config config, S3Access access) {
  PENSTOCK_CHECK(check_config(config));
  if (!config.copy_bucket.empty()) {
    S3Config sources = config;
    sources.bucket = config.copy_bucket;
    PENSTOCK_CHECK(check_config(sources));
  }
  return std::make_unique<S3Store>(std::move(config), std::move(access));
}

}  // namespace penstock
