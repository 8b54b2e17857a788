// A store as it looks when the bundles of a place are opened: their files are objects like others,
// with time, mode and SHA-256 in their metadata; the bundles themselves are not seen. What reads
// places reads them through this.
//
// An object of its own stands for its name, whatever bundles say of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "store/store.h"
#include "transfer/bundle_catalog.h"
#include "transfer/journal.h"

namespace penstock {

struct BundledOptions {
  std::string place;   // of the bundles: empty, or with a slash at its end
  std::string listed;  // what will be listed first: its first page is asked for at once
  // Whoever reads a part of a place finds its bundles above it: `place` becomes the nearest one
  // that has some.
  bool look_above = false;
  Journal* journal = nullptr;  // keeps indexes from run to run; may be null
  // Told about bundles that are damaged, by any thread while they are opened; the others are used.
  std::function<void(const Error&)> on_problem = [](const Error&) {};
};

// The ETag of a bundled file, which it keeps wherever its bytes go.
std::string bundled_etag(const BundledFile& file);
// Whether a key, of whatever place, is that of a bundle.
bool is_bundle_key(std::string_view key);

// Threads: as every store.
class BundledStore final : public Store {
 public:
  // Finds the bundles and reads their indexes. `inner`, and the journal, must outlive the store.
  static Result<std::unique_ptr<BundledStore>> open(Store& inner, BundledOptions options,
                                                    const std::stop_token& stop);

  BundleCatalog& catalog() { return catalog_; }
  // Where bundles lie, and what their names are below.
  const std::string& place() const { return options_.place; }
  Store& inner() { return inner_; }
  // Whether the object that a list told of lies in a bundle.
  Result<bool> is_bundled(const ObjectInfo& object) const;

  // Calls made to find and read bundles.
  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }
  std::uint64_t retried() const { return retried_.load(std::memory_order_relaxed); }

  const StoreTraits& traits() const override { return inner_.traits(); }
  const std::string& name() const override { return inner_.name(); }
  Result<PutResult> put(const std::string& key, Body& body, const PutOptions& options,
                        Call& call) override;
  Result<ObjectInfo> get(const std::string& key, const GetOptions& options,
                         const Receiver& receiver, Call& call) override;
  Result<ObjectInfo> stat(const std::string& key, Call& call) override;
  Result<ListPage> list(const ListRequest& request, Call& call) override PENSTOCK_EXCLUDES(mutex_);
  Result<std::vector<std::pair<std::string, Error>>> remove(std::span<const std::string> keys,
                                                            Call& call) override {
    return inner_.remove(keys, call);
  }
  Result<PutResult> copy(const std::string& from, const std::string& to, const PutOptions& options,
                         Call& call) override;
  Result<Upload> create_upload(const std::string& key, const PutOptions& options,
                               Call& call) override;
  Result<Part> put_part(const Upload& upload, unsigned number, Body& body, Call& call) override {
    return inner_.put_part(upload, number, body, call);
  }
  Result<std::vector<Part>> list_parts(const Upload& upload, Call& call) override {
    return inner_.list_parts(upload, call);
  }
  Result<PutResult> complete_upload(const Upload& upload, std::span<const Part> parts,
                                    Call& call) override {
    return inner_.complete_upload(upload, parts, call);
  }
  Status abort_upload(const Upload& upload, Call& call) override {
    return inner_.abort_upload(upload, call);
  }
  Result<std::vector<Upload>> list_uploads(const std::string& prefix, Call& call) override {
    return inner_.list_uploads(prefix, call);
  }

 private:
  // A page of the inner store that is not told to its end: `after` asks for the rest.
  struct HeldPage {
    std::string prefix;
    std::string after;
    ListPage page;
  };

  BundledStore(Store& inner, BundledOptions options, BundleCatalog catalog)
      : inner_(inner), options_(std::move(options)), catalog_(std::move(catalog)) {}

  Status load(const std::stop_token& stop);
  Result<std::vector<ObjectInfo>> find_bundles(const std::stop_token& stop)
      PENSTOCK_EXCLUDES(mutex_);
  Result<std::optional<std::vector<ObjectInfo>>> bundles_of_first_page(const std::stop_token& stop)
      PENSTOCK_EXCLUDES(mutex_);
  Result<std::vector<ObjectInfo>> list_bundles(const std::string& place,
                                               const std::stop_token& stop);
  Status load_all(const std::vector<ObjectInfo>& objects, const std::stop_token& stop);
  Status load_one(const ObjectInfo& object, const std::stop_token& stop);
  Result<std::vector<std::byte>> fetch_index(const ObjectInfo& object, const BundleName& name,
                                             const std::stop_token& stop);
  void forget_gone_indexes(const std::vector<ObjectInfo>& objects);
  void count(const Call& call);

  Status check_writable(std::string_view operation, const std::string& key) const;
  std::optional<std::string_view> name_of(std::string_view key) const;
  Result<std::optional<CatalogEntry>> find_bundled(const std::string& key, Call& call)
      PENSTOCK_EXCLUDES(mutex_);
  ObjectInfo info_of(const CatalogEntry& entry) const;
  Result<ListPage> inner_page(const ListRequest& request, Call& call) PENSTOCK_EXCLUDES(mutex_);
  Result<std::vector<CatalogEntry>> bundled_after(const ListRequest& request) const;
  Result<ListPage> merge(const ListRequest& request, ListPage plain) PENSTOCK_EXCLUDES(mutex_);
  void note_listed(const ListRequest& request, const ListPage& page) PENSTOCK_EXCLUDES(mutex_);

  Store& inner_;
  BundledOptions options_;
  BundleCatalog catalog_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> retried_{0};
  Mutex mutex_;
  std::optional<HeldPage> held_ PENSTOCK_GUARDED_BY(mutex_);
  // Of these keys it is known whether they have objects of their own.
  std::string listed_to_ PENSTOCK_GUARDED_BY(mutex_);
  bool listed_all_ PENSTOCK_GUARDED_BY(mutex_) = false;
};

}  // namespace penstock
