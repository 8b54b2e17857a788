// All bundles of a place, opened: which file each name stands for, where it lies, and how much of
// each bundle is still of use. Made anew for each run from the bundles' indexes, in a private
// database that goes to an unlinked file when it grows: memory does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "store/store.h"
#include "transfer/bundle_index.h"

namespace penstock {

struct Bundle {
  BundleName name;
  ObjectInfo object;  // as listed
  std::uint32_t files = 0;
  std::uint64_t file_bytes = 0;
  // Of them the files that names stand for. (What is removed later is taken off.)
  std::uint32_t live_files = 0;
  std::uint64_t live_bytes = 0;
};

// What a name stands for.
struct CatalogEntry {
  BundledFile file;
  std::size_t bundle = 0;  // of bundles()
};

// A version of a file, and a bundle that holds it.
struct HeldVersion {
  BundledVersion version;
  std::size_t bundle = 0;
};

// Threads: any, one call at a time waits for another; bundles() is the owner's.
class BundleCatalog {
 public:
  static Result<BundleCatalog> create();
  ~BundleCatalog();
  BundleCatalog(BundleCatalog&&) noexcept;
  BundleCatalog& operator=(BundleCatalog&&) noexcept;

  // First all bundles, each with its index; an index that cannot be believed is an error, and then
  // its bundle is as if it were not there.
  Status add(Bundle bundle, Bytes index);
  // Then, once: works out what the names stand for.
  Status settle();

  bool is_empty() const;  // no bundle
  const std::vector<Bundle>& bundles() const;
  std::uint64_t next_order() const;  // for a bundle made now

  // What `name` stands for.
  Result<std::optional<CatalogEntry>> find(std::string_view name) const;
  // Every version of it that is not removed: the one it stands for, and others.
  Result<std::vector<HeldVersion>> versions(std::string_view name) const;
  // The first `most` names greater than `after` that begin with `prefix`, in order of bytes.
  Result<std::vector<CatalogEntry>> list(std::string_view prefix, std::string_view after,
                                         std::size_t most) const;

  // An object of its own stands for `name`, whatever the bundles say.
  Status shadow(std::string_view name);
  Result<bool> is_shadowed(std::string_view name) const;
  // The next of these names, in order.
  Result<std::optional<std::string>> shadowed_after(std::string_view name) const;

  // A removed version, or one that a new bundle has taken over: its bundle has one file less.
  void lost(const HeldVersion& held, std::uint64_t bytes);
  // Removed versions that lie in a bundle not `going` and are named in none but those that are:
  // without a bundle that names them they would come back.
  Result<std::vector<BundledVersion>> still_named(const std::vector<bool>& going) const;

 private:
  struct State;
  explicit BundleCatalog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
