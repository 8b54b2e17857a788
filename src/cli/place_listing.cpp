#include "cli/place_listing.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "base/mutex.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "transfer/bundled_store.h"
#include "transfer/file_metadata.h"
#include "transfer/object_stream.h"

namespace penstock::cli {
namespace {

constexpr std::string_view kObject = "object";
constexpr std::string_view kBundled = "bundled";

ListedEntry entry_of(const ObjectInfo& object, std::string_view name, bool bundled) {
  const FileMetadata file = decode(object.metadata);
  ListedEntry entry;
  entry.name = name;
  entry.utf8 = is_utf8(name);
  entry.kind = file.is_symlink ? EntryKind::kSymlink : EntryKind::kFile;
  if (name.ends_with('/')) entry.kind = EntryKind::kDirectory;
  entry.bytes = entry.compressed_bytes = object.bytes;
  if (file.mode) entry.mode = *file.mode | (file.is_symlink ? S_IFLNK : S_IFREG);
  entry.mtime = file.mtime.value_or(timespec{object.modified.time_since_epoch().count(), 0});
  entry.method = bundled ? kBundled : kObject;
  return entry;
}

// Tells objects, and sums them up.
class ObjectTeller {
 public:
  ObjectTeller(const BundledStore& store, const std::function<Status(const ListedEntry&)>& each)
      : store_(store), each_(each) {}

  Status tell(const ObjectInfo& object, std::string_view name) {
    PENSTOCK_TRY(const bool bundled, store_.is_bundled(object));
    ++report_.entries;
    report_.bytes += object.bytes;
    report_.compressed_bytes = report_.archive_bytes = report_.bytes;
    return each_(entry_of(object, name, bundled));
  }
  const ListReport& report() const { return report_; }

 private:
  const BundledStore& store_;
  const std::function<Status(const ListedEntry&)>& each_;
  ListReport report_;
};

Result<std::unique_ptr<BundledStore>> open_listed(Store& store, const std::string& place,
                                                  Observer& observer, const std::stop_token& stop) {
  Mutex mutex;
  BundledOptions options;
  options.place = options.listed = place;
  options.look_above = true;
  options.on_problem = [&](const Error& error) {
    const Lock lock(mutex);
    observer.problem(error);
  };
  return BundledStore::open(store, std::move(options), stop);
}

}  // namespace

Result<ListReport> list_objects(Store& store, const std::string& prefix, Observer& observer,
                                const std::function<Status(const ListedEntry&)>& each,
                                const std::stop_token& stop) {
  const std::string place = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + '/';
  PENSTOCK_TRY(const std::unique_ptr<BundledStore> seen, open_listed(store, place, observer, stop));
  ObjectTeller teller(*seen, each);
  ObjectStream objects(*seen, place, stop);
  for (;;) {
    PENSTOCK_TRY(const std::optional<ObjectInfo> object, objects.next());
    if (!object) break;
    const std::string_view name = std::string_view(object->key).substr(place.size());
    if (!name.empty()) PENSTOCK_CHECK(teller.tell(*object, name));
  }
  if (teller.report().entries > 0 || prefix.empty()) return teller.report();
  Call call{stop};
  const std::string key = place.substr(0, place.size() - 1);
  auto one = seen->stat(key, call);
  if (!one && one.error().code == Code::kNotFound)
    return fail(Code::kNotFound, "nothing at " + store.name() + ": " + quoted_name(prefix));
  if (!one) return fail(std::move(one).error());
  PENSTOCK_CHECK(teller.tell(*one, std::string_view(key).substr(key.rfind('/') + 1)));
  return teller.report();
}

}  // namespace penstock::cli
