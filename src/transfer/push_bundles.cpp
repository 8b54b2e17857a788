#include "transfer/push_bundles.h"

#include <algorithm>
#include <utility>

#include "archive/name_check.h"
#include "base/narrow.h"
#include "base/quote.h"
#include "transfer/content_proof.h"

namespace penstock {
namespace {

// A share of a bundle that is large enough for a request of its own, and small enough for a buffer.
constexpr std::uint64_t kLeastShare = 32;
constexpr std::size_t kMostFileBytes = std::size_t{1} << 20;
// What is held of a bundle's files while it is on its way.
constexpr std::size_t kDraftFiles = 8192;
constexpr std::uint64_t kDraftNameBytes = std::uint64_t{2} << 20;
constexpr std::uint64_t kOverheadBytes = 320;  // of a file in archive and index
constexpr int kReadTries = 2;                  // of a file that changes meanwhile
// A bundle of which less than half is needed moves; and so do small ones, when there are many.
constexpr std::uint64_t kLeastLiveShare = 2;
constexpr std::uint64_t kSmallShare = 8;
constexpr std::size_t kManySmall = 32;
constexpr std::size_t kRemovedAtOnce = 1'000'000;
constexpr std::size_t kBundlesAtOnce = 1000;
constexpr std::string_view kReservedNames = ".penstock/";

std::size_t most_file_bytes(const PushOptions& options) {
  const std::uint64_t share = options.bundle_bytes / kLeastShare;
  return narrow<std::size_t>(std::min<std::uint64_t>(share, kMostFileBytes));
}

bool is_kept_link(const PushFile& file) {
  return file.item.kind == FileKind::kSymlink && !file.follow;
}

}  // namespace

bool BundleDraft::takes(const PushFile& file, std::uint64_t most_bytes) const {
  if (files_.empty()) return true;
  return files_.size() < kDraftFiles && name_bytes_ + file.key.size() <= kDraftNameBytes &&
         bytes_ + file.counted_bytes + kOverheadBytes <= most_bytes && files_.back().key < file.key;
}

void BundleDraft::add(PushFile file) {
  bytes_ += file.counted_bytes + kOverheadBytes;
  name_bytes_ += file.key.size();
  files_.push_back(std::move(file));
}

std::vector<PushFile> BundleDraft::take() {
  bytes_ = name_bytes_ = 0;
  return std::exchange(files_, {});
}

PushBundles::PushBundles(PushContext& context, std::unique_ptr<BundledStore> store)
    : context_(context),
      store_(std::move(store)),
      order_(store_->catalog().next_order()),
      most_file_bytes_(most_file_bytes(context.options)) {
  choose_moving();
}

Result<std::unique_ptr<PushBundles>> PushBundles::open(PushContext& context,
                                                       const std::string& listed,
                                                       const std::stop_token& stop) {
  BundledOptions options;
  options.place = context.prefix;
  options.listed = listed;
  options.journal = &context.journal;
  options.on_problem = [&context](const Error& error) { context.problem(error); };
  PENSTOCK_TRY(std::unique_ptr<BundledStore> store,
               BundledStore::open(context.store, std::move(options), stop));
  context.count_requests(store->requests(), store->retried());
  return std::unique_ptr<PushBundles>(new PushBundles(context, std::move(store)));
}

void PushBundles::choose_moving() {
  const std::vector<Bundle>& bundles = store_->catalog().bundles();
  moving_.assign(bundles.size(), false);
  if (most_file_bytes_ == 0) return;
  const std::uint64_t small = context_.options.bundle_bytes / kSmallShare;
  const auto is_small = [small](const Bundle& one) {
    return one.live_files > 0 && one.live_bytes < small &&
           one.live_files < kDraftFiles / kSmallShare;
  };
  const bool many = std::ranges::count_if(bundles, is_small) > std::ptrdiff_t{kManySmall};
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    const Bundle& one = bundles[i];
    const bool is_stale = one.live_bytes * kLeastLiveShare < one.file_bytes ||
                          one.live_files * kLeastLiveShare < one.files;
    moving_[i] = one.live_files > 0 && (is_stale || (many && is_small(one)));
    any_moving_ = any_moving_ || moving_[i];
  }
}

// Below the place.
std::string_view PushBundles::name_of(const PushFile& file) const {
  return std::string_view(file.key).substr(store_->place().size());
}

Result<bool> PushBundles::takes(PushFile& file, const std::optional<ObjectInfo>& object) const {
  if (object) {
    PENSTOCK_TRY(file.is_bundled, store_->is_bundled(*object));
    if (!file.is_bundled) return false;
  }
  const std::string_view name = name_of(file);
  return most_file_bytes_ > 0 && file.counted_bytes <= most_file_bytes_ &&
         !name.starts_with(kReservedNames) && zip::check_name(name);
}

Result<bool> PushBundles::moves(const ObjectInfo& object) const {
  if (!any_moving_) return false;
  PENSTOCK_TRY(const bool bundled, store_->is_bundled(object));
  if (!bundled) return false;
  PENSTOCK_TRY(const std::optional<CatalogEntry> entry,
               store_->catalog().find(object.key.substr(store_->place().size())));
  return entry && moving_[entry->bundle];
}

// A file that changes while it is read is read again once; one that changes before it is sent makes
// the bundle be packed again, which it does not survive a second time.
Status PushBundles::send(std::vector<PushFile>& files, const std::stop_token& stop) {
  std::vector<PushFile> too_large;
  while (!files.empty()) {
    PENSTOCK_TRY(std::optional<PackedBundle> bundle, pack(files, too_large, stop));
    files.clear();
    if (!bundle) break;
    PushEffort effort = context_.begin_effort();
    BundleBody body(*bundle, most_file_bytes_, context_.progress);
    Status done = put(*bundle, body, effort, stop);
    if (done)
      PENSTOCK_CHECK(sent(*bundle, effort));
    else if (body.failed() && done.error().code != Code::kCancelled)
      files = again(*bundle, *body.failed(), done.error());
    else
      PENSTOCK_CHECK(failed(*bundle, done.error(), effort));
  }
  files = std::move(too_large);
  return {};
}

Result<std::optional<PackedBundle>> PushBundles::pack(std::vector<PushFile>& files,
                                                      std::vector<PushFile>& too_large,
                                                      const std::stop_token& stop) {
  PENSTOCK_TRY(BundlePacker packer, BundlePacker::create(order_));
  std::vector<std::byte> buffer(most_file_bytes_ + 1);
  std::vector<BundledVersion> replaced;
  for (PushFile& file : files) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    Result<Look> look = look_at(file, packer, buffer, replaced);
    while (!look && look.error().code == Code::kChanged && ++file.tries < kReadTries)
      look = look_at(file, packer, buffer, replaced);
    if (!look)
      PENSTOCK_CHECK(context_.failed(file, std::move(look).error(), {}));
    else if (*look == Look::kTooLarge)
      too_large.push_back(std::move(file));
  }
  if (packer.is_empty()) return std::optional<PackedBundle>();
  PENSTOCK_TRY(PackedBundle bundle, packer.finish(std::move(replaced)));
  return std::optional(std::move(bundle));
}

Result<PushBundles::Look> PushBundles::look_at(PushFile& file, BundlePacker& packer,
                                               MutableBytes buffer,
                                               std::vector<BundledVersion>& replaced) {
  PENSTOCK_TRY(const std::optional<SmallFile> read, read_small_file(file, buffer));
  context_.hooks.opened(file.item.shown);
  if (!read || !packer.has_room_for(read->content.size())) return Look::kTooLarge;
  context_.meters.read.add(1, read->content.size());
  return pack_one(file, packer, *read, replaced);
}

Result<PushBundles::Look> PushBundles::pack_one(PushFile& file, BundlePacker& packer,
                                                const SmallFile& read,
                                                std::vector<BundledVersion>& replaced) {
  BundledFile entry;
  entry.name = name_of(file);
  PENSTOCK_TRY(entry.sha256, sha256(read.content));
  PENSTOCK_TRY(const bool same, proves(file.proof, read.content, entry.sha256));
  entry.is_symlink = is_kept_link(file);
  const bool was_link = file.etag.starts_with("bundled-link-");
  const bool is_there = same && was_link == entry.is_symlink;
  if (is_there && !file.moves) {
    if (!context_.options.dry_run)
      context_.journal.put({file.key, read.opened.remembered(), file.etag, entry.sha256});
    context_.unchanged(file, read.content.size(), {});
    return Look::kDone;
  }
  entry.version = packer.new_version();
  if (file.is_bundled) {
    PENSTOCK_TRY(const std::vector<HeldVersion> versions, store_->catalog().versions(entry.name));
    if (is_there && !versions.empty()) entry.version = versions.front().version;
    for (const HeldVersion& held : versions)
      if (held.version != entry.version) replaced.push_back(held.version);
  }
  entry.mode = narrow<std::uint16_t>(read.opened.status.st_mode & 07777U);
  entry.mtime = read.opened.status.st_mtim;
  PENSTOCK_CHECK(packer.add(std::move(file), std::move(entry), read));
  return Look::kPacked;
}

Status PushBundles::put(PackedBundle& bundle, BundleBody& body, PushEffort& effort,
                        const std::stop_token& stop) {
  if (context_.options.dry_run) return context_.count_requests(1, 0), Status();
  const std::string key = store_->place() + std::string(kBundleDirectory) + bundle.name.text();
  PutOptions options;
  options.content_type = "application/zip";
  options.headers = context_.options.headers;
  options.storage_class = context_.options.storage_class;
  options.metadata = context_.options.metadata;
  PENSTOCK_TRY(const PutResult done, context_.sending(stop, effort, body.size(), [&](Call& call) {
    return context_.store.put(key, body, options, call);
  }));
  if (!done.etag.empty()) {
    const Bytes index = bundle.index();
    context_.journal.put_index({key, done.etag, {index.begin(), index.end()}});
  }
  return {};
}

Status PushBundles::sent(PackedBundle& bundle, const PushEffort& effort) {
  for (PackedFile& packed : bundle.files) {
    const BundledFile& entry = packed.entry;
    if (packed.file.is_bundled) {
      PENSTOCK_TRY(const std::optional<CatalogEntry> old, store_->catalog().find(entry.name));
      if (old) store_->catalog().lost({old->file.version, old->bundle}, old->file.bytes);
    }
    if (!context_.options.dry_run)
      context_.journal.put({packed.file.key, packed.remembered, bundled_etag(entry), entry.sha256});
    context_.sent(packed.file, entry.bytes, effort, packed.is_counted ? entry.bytes : 0);
  }
  return {};
}

Status PushBundles::failed(PackedBundle& bundle, const Error& error, const PushEffort& effort) {
  for (PackedFile& packed : bundle.files)
    PENSTOCK_CHECK(
        context_.failed(packed.file, error, effort, packed.is_counted ? packed.entry.bytes : 0));
  return {};
}

// All files but one that has changed too often, or could not be read at all.
std::vector<PushFile> PushBundles::again(PackedBundle& bundle, std::size_t changed,
                                         const Error& error) {
  std::vector<PushFile> files;
  for (std::size_t i = 0; i < bundle.files.size(); ++i) {
    PackedFile& packed = bundle.files[i];
    packed.file.counted_then = packed.is_counted ? packed.entry.bytes : 0;
    const bool gives_up =
        i == changed && (error.code != Code::kChanged || ++packed.file.tries >= kReadTries);
    if (!gives_up) {
      files.push_back(std::move(packed.file));
      continue;
    }
    // Not a failure of a request: it ends nothing but this file.
    static_cast<void>(context_.failed(packed.file, error, {}, packed.file.counted_then));
  }
  return files;
}

void PushBundles::left_bundle(const PushFile& file) {
  if (!file.is_bundled) return;
  // An object of its own comes first whatever the index says: this only frees the bundle.
  static_cast<void>(store_->catalog().shadow(name_of(file)));
}

Status PushBundles::remove(const std::vector<std::string>& keys) {
  for (const std::string& key : keys)
    PENSTOCK_CHECK(remove_name(std::string_view(key).substr(store_->place().size())));
  return {};
}

Status PushBundles::remove_name(std::string_view name) {
  PENSTOCK_TRY(const std::vector<HeldVersion> versions, store_->catalog().versions(name));
  if (versions.empty()) return {};
  PENSTOCK_TRY(const std::optional<CatalogEntry> shown, store_->catalog().find(name));
  store_->catalog().lost(versions.front(), shown ? shown->file.bytes : 0);
  const Lock lock(mutex_);
  removed_.insert(removed_.end(), versions.begin(), versions.end());
  return {};
}

Status PushBundles::collect_shadowed() {
  std::string last;
  for (;;) {
    PENSTOCK_TRY(const std::optional<std::string> name, store_->catalog().shadowed_after(last));
    if (!name) return {};
    PENSTOCK_CHECK(remove_name(*name));
    last = *name;
  }
}

std::vector<bool> PushBundles::without_files() const {
  std::vector<bool> going;
  for (const Bundle& bundle : store_->catalog().bundles()) going.push_back(bundle.live_files == 0);
  return going;
}

// What would come back if these bundles went, or was removed in this run and lies in others.
Result<std::vector<BundledVersion>> PushBundles::still_removed(const std::vector<bool>& going) {
  PENSTOCK_TRY(std::vector<BundledVersion> all, store_->catalog().still_named(going));
  const Lock lock(mutex_);
  for (const HeldVersion& held : removed_)
    if (!going[held.bundle]) all.push_back(held.version);
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

// Whether something that lies in a bundle which stays was removed by this run, and is in no index.
bool PushBundles::has_news(const std::vector<bool>& going) {
  const Lock lock(mutex_);
  return std::ranges::any_of(removed_,
                             [&going](const HeldVersion& held) { return !going[held.bundle]; });
}

// One bundle that does nothing but keep removed files removed is as few as can be.
bool PushBundles::is_as_small_as_can_be(const std::vector<bool>& going) const {
  const std::vector<Bundle>& bundles = store_->catalog().bundles();
  std::size_t count = 0;
  for (std::size_t i = 0; i < going.size(); ++i) {
    if (going[i] && bundles[i].files > 0) return false;
    count += going[i] ? 1 : 0;
  }
  return count < 2;
}

Status PushBundles::finish(const std::stop_token& stop) {
  if (context_.options.dry_run || store_->catalog().is_empty()) return {};
  PENSTOCK_CHECK(collect_shadowed());
  const std::vector<bool> going = without_files();
  PENSTOCK_TRY(std::vector<BundledVersion> removed, still_removed(going));
  if (!removed.empty()) {
    if (!has_news(going) && is_as_small_as_can_be(going)) return {};
    PENSTOCK_CHECK(put_removed(removed, stop));
  }
  return remove_bundles(going, stop);
}

Status PushBundles::put_removed(const std::vector<BundledVersion>& removed,
                                const std::stop_token& stop) {
  for (std::size_t at = 0; at < removed.size(); at += kRemovedAtOnce) {
    PENSTOCK_TRY(BundlePacker packer, BundlePacker::create(order_));
    const std::size_t end = std::min(removed.size(), at + kRemovedAtOnce);
    const auto begin = removed.begin() + static_cast<std::ptrdiff_t>(at);
    PENSTOCK_TRY(PackedBundle bundle,
                 packer.finish({begin, removed.begin() + static_cast<std::ptrdiff_t>(end)}));
    BundleBody body(bundle, 0, context_.progress);
    PushEffort effort = context_.begin_effort();
    PENSTOCK_CHECK(put(bundle, body, effort, stop));
  }
  return {};
}

// Only now: all that was in them lies elsewhere, or is removed by what is confirmed.
Status PushBundles::remove_bundles(const std::vector<bool>& going, const std::stop_token& stop) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < going.size(); ++i)
    if (going[i]) keys.push_back(store_->catalog().bundles()[i].object.key);
  for (std::size_t at = 0; at < keys.size(); at += kBundlesAtOnce) {
    const auto some = std::span(keys).subspan(at, std::min(kBundlesAtOnce, keys.size() - at));
    PushEffort effort = context_.begin_effort();
    PENSTOCK_TRY(const auto left, context_.request(stop, effort, [&](Call& call) {
      return context_.store.remove(some, call);
    }));
    // What is left costs space; the next push tries again.
    for (const auto& [key, error] : left)
      context_.told.notice("the bundle " + quoted_name(key) + " stays: " + error.message);
    for (const std::string& key : some) context_.journal.forget_index(key);
  }
  return {};
}

}  // namespace penstock
