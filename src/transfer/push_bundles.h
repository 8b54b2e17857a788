// The bundles of a push: what small files go into (PushOptions::bundle_bytes), and, with or without
// that, what becomes of bundles that are there. Which are made anew, and when:
// docs/formats/bundles.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "transfer/bundle_pack.h"
#include "transfer/bundled_store.h"
#include "transfer/push_context.h"
#include "transfer/push_file.h"

namespace penstock {

// Files that go into one bundle. Threads: one caller at a time.
class BundleDraft {
 public:
  // Whether the file may be added: there is room, and it comes behind the others.
  bool takes(const PushFile& file, std::uint64_t most_bytes) const;
  void add(PushFile file);
  bool is_empty() const { return files_.empty(); }
  std::vector<PushFile> take();

 private:
  std::vector<PushFile> files_;
  std::uint64_t bytes_ = 0;
  std::uint64_t name_bytes_ = 0;
};

// Threads: as said at each.
class PushBundles {
 public:
  // Finds and reads the bundles of the destination. `listed`: what the push lists first. `context`
  // must outlive it.
  static Result<std::unique_ptr<PushBundles>> open(PushContext& context, const std::string& listed,
                                                   const std::stop_token& stop);

  // The destination with its bundles open.
  BundledStore& store() { return *store_; }

  // For the planner. Whether a file that has to be sent goes into a bundle. `object`: what is there
  // under its name. An object of its own stays one.
  Result<bool> takes(PushFile& file, const std::optional<ObjectInfo>& object) const;
  // Whether a file that is there has to move, because its bundle is to go.
  Result<bool> moves(const ObjectInfo& object) const;

  // For workers, any number: sends the files in one bundle, those that are not there yet, and tells
  // what becomes of each. Those that are too large by now are left in `files`.
  Status send(std::vector<PushFile>& files, const std::stop_token& stop);
  // A file that may have been in a bundle has become an object of its own.
  void left_bundle(const PushFile& file) PENSTOCK_EXCLUDES(mutex_);

  // At the end, by one. These objects are gone.
  Status remove(const std::vector<std::string>& keys) PENSTOCK_EXCLUDES(mutex_);
  // Makes durable what was removed, and removes bundles that no file needs any more.
  Status finish(const std::stop_token& stop) PENSTOCK_EXCLUDES(mutex_);

 private:
  // What a look at one file came to.
  enum class Look { kPacked, kDone, kTooLarge };

  PushBundles(PushContext& context, std::unique_ptr<BundledStore> store);
  void choose_moving();
  std::string_view name_of(const PushFile& file) const;

  Result<std::optional<PackedBundle>> pack(std::vector<PushFile>& files,
                                           std::vector<PushFile>& too_large,
                                           const std::stop_token& stop);
  Result<Look> look_at(PushFile& file, BundlePacker& packer, MutableBytes buffer,
                       std::vector<BundledVersion>& replaced);
  Result<Look> pack_one(PushFile& file, BundlePacker& packer, const SmallFile& read,
                        std::vector<BundledVersion>& replaced);
  Status put(PackedBundle& bundle, BundleBody& body, PushEffort& effort,
             const std::stop_token& stop);
  Status sent(PackedBundle& bundle, const PushEffort& effort);
  Status failed(PackedBundle& bundle, const Error& error, const PushEffort& effort);
  std::vector<PushFile> again(PackedBundle& bundle, std::size_t changed, const Error& error);

  Status collect_shadowed() PENSTOCK_EXCLUDES(mutex_);
  Status remove_name(std::string_view name) PENSTOCK_EXCLUDES(mutex_);
  std::vector<bool> without_files() const;
  Result<std::vector<BundledVersion>> still_removed(const std::vector<bool>& going)
      PENSTOCK_EXCLUDES(mutex_);
  bool has_news(const std::vector<bool>& going) PENSTOCK_EXCLUDES(mutex_);
  bool is_as_small_as_can_be(const std::vector<bool>& going) const;
  Status put_removed(const std::vector<BundledVersion>& removed, const std::stop_token& stop);
  Status remove_bundles(const std::vector<bool>& going, const std::stop_token& stop);

  PushContext& context_;
  std::unique_ptr<BundledStore> store_;
  const std::uint64_t order_;
  const std::size_t most_file_bytes_;  // of those that go into bundles; 0: none does
  std::vector<bool> moving_;           // by bundle: its files move to new ones
  bool any_moving_ = false;
  Mutex mutex_;
  std::vector<HeldVersion> removed_ PENSTOCK_GUARDED_BY(mutex_);  // and not yet in an index
};

}  // namespace penstock
