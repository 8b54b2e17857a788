#include "transfer/bundled_store.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/hex.h"
#include "base/quote.h"
#include "flow/crew.h"
#include "transfer/content_type.h"
#include "transfer/file_metadata.h"

namespace penstock {
namespace {

constexpr int kLoadTries = 3;             // while others replace bundles
constexpr std::size_t kIndexReaders = 8;  // at a time
constexpr std::string_view kBundledEtag = "bundled-";

// The first key behind all bundles of a place.
std::string behind_bundles(const std::string& place) {
  std::string key = place + std::string(kBundleDirectory);
  key.back() = '/' + 1;
  return key;
}

// "a/b/" -> "a/" -> "".
std::string place_above(std::string_view place) {
  place.remove_suffix(1);
  return std::string(place.substr(0, place.rfind('/') + 1));
}

// The bundle itself cannot be used; others can.
bool is_of_one_bundle(const Error& error) {
  return error.code == Code::kCorrupt || error.code == Code::kUnsafe;
}

Failure reserved(std::string_view operation, const std::string& key) {
  return fail(Code::kInvalid, std::string(operation) + " " + quoted_name(key) +
                                  ": the name is reserved for bundles of small files");
}

}  // namespace

std::string bundled_etag(const BundledFile& file) {
  return std::string(kBundledEtag) + (file.is_symlink ? "link-" : "") + hex(file.sha256);
}

bool is_bundle_key(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view directory = key.substr(0, slash + 1);
  const bool below = directory == kBundleDirectory ||
                     (directory.ends_with(kBundleDirectory) &&
                      directory[directory.size() - kBundleDirectory.size() - 1] == '/');
  return below && BundleName::parse(key.substr(slash + 1));
}

Result<std::unique_ptr<BundledStore>> BundledStore::open(Store& inner, BundledOptions options,
                                                         const std::stop_token& stop) {
  for (int tries = 1;; ++tries) {
    PENSTOCK_TRY(BundleCatalog catalog, BundleCatalog::create());
    std::unique_ptr<BundledStore> store(new BundledStore(inner, options, std::move(catalog)));
    Status loaded = store->load(stop);
    if (loaded) return store;
    // A bundle went between the list and the read: what was in it lies in another one.
    const bool is_raced = loaded.error().code == Code::kChanged && tries < kLoadTries;
    if (!is_raced) return fail(std::move(loaded).error());
  }
}

void BundledStore::count(const Call& call) {
  requests_.fetch_add(call.attempts, std::memory_order_relaxed);
  retried_.fetch_add(call.repeated(), std::memory_order_relaxed);
}

Status BundledStore::load(const std::stop_token& stop) {
  PENSTOCK_TRY(const std::vector<ObjectInfo> objects, find_bundles(stop));
  PENSTOCK_CHECK(load_all(objects, stop));
  forget_gone_indexes(objects);
  return catalog_.settle();
}

Result<std::vector<ObjectInfo>> BundledStore::find_bundles(const std::stop_token& stop) {
  PENSTOCK_TRY(std::optional<std::vector<ObjectInfo>> found, bundles_of_first_page(stop));
  if (!found) {
    PENSTOCK_TRY(found, list_bundles(options_.place, stop));
  }
  const std::string own = options_.place;
  while (found->empty() && options_.look_above && !options_.place.empty()) {
    options_.place = place_above(options_.place);
    PENSTOCK_TRY(found, list_bundles(options_.place, stop));
  }
  if (found->empty()) options_.place = own;
  return *std::move(found);
}

// Most places have so few names in front of ".penstock" that the page which is wanted anyway tells
// of all bundles. Empty: it does not.
Result<std::optional<std::vector<ObjectInfo>>> BundledStore::bundles_of_first_page(
    const std::stop_token& stop) {
  using Found = std::optional<std::vector<ObjectInfo>>;
  if (options_.listed != options_.place || !inner_.traits().sorted_list) return Found();
  ListRequest request;
  request.prefix = options_.listed;
  Call call{stop};
  Result<ListPage> page = inner_.list(request, call);
  count(call);
  if (!page) return fail(std::move(page).error());
  const bool tells_all =
      page->next.empty() ||
      (!page->objects.empty() && page->objects.back().key >= behind_bundles(options_.place));
  Found found(std::in_place);
  std::ranges::copy_if(page->objects, std::back_inserter(*found),
                       [](const ObjectInfo& object) { return is_bundle_key(object.key); });
  std::erase_if(*found, [this](const ObjectInfo& object) {
    return !object.key.starts_with(options_.place + std::string(kBundleDirectory));
  });
  const Lock lock(mutex_);
  held_ = HeldPage{options_.listed, {}, *std::move(page)};
  return tells_all ? std::move(found) : Found();
}

Result<std::vector<ObjectInfo>> BundledStore::list_bundles(const std::string& place,
                                                           const std::stop_token& stop) {
  std::vector<ObjectInfo> objects;
  ListRequest request;
  request.prefix = place + std::string(kBundleDirectory);
  do {
    Call call{stop};
    Result<ListPage> page = inner_.list(request, call);
    count(call);
    if (!page) return fail(std::move(page).error());
    for (ObjectInfo& object : page->objects)
      if (is_bundle_key(object.key)) objects.push_back(std::move(object));
    request.after = std::move(page->next);
  } while (!request.after.empty());
  return objects;
}

Status BundledStore::load_all(const std::vector<ObjectInfo>& objects, const std::stop_token& stop) {
  std::atomic<std::size_t> next{0};
  Crew crew(stop);
  for (std::size_t i = 0; i < std::min(kIndexReaders, objects.size()); ++i)
    crew.add("index", [&](const std::stop_token& token) -> Status {
      for (std::size_t at = next++; at < objects.size(); at = next++)
        PENSTOCK_CHECK(load_one(objects[at], token));
      return {};
    });
  return crew.join();
}

Status BundledStore::load_one(const ObjectInfo& object, const std::stop_token& stop) {
  const auto name =
      BundleName::parse(std::string_view(object.key).substr(object.key.rfind('/') + 1));
  if (!name) return {};
  std::optional<std::vector<std::byte>> index;
  if (options_.journal != nullptr) index = options_.journal->find_index(object.key, object.etag);
  const bool is_known = index.has_value();
  if (!is_known) {
    PENSTOCK_TRY(index, fetch_index(object, *name, stop));
  }
  Status added = catalog_.add({*name, object}, *index);
  if (added && !is_known && options_.journal != nullptr)
    options_.journal->put_index({object.key, object.etag, *std::move(index)});
  if (added) return {};
  Error error = std::move(added).error().within("bundle " + quoted_name(object.key));
  if (!is_of_one_bundle(error)) return fail(std::move(error));
  options_.on_problem(error);
  return {};
}

// kChanged when it is not there any more.
Result<std::vector<std::byte>> BundledStore::fetch_index(const ObjectInfo& object,
                                                         const BundleName& name,
                                                         const std::stop_token& stop) {
  std::vector<std::byte> index;
  Receiver receiver;
  receiver.info = [&index](const ObjectInfo&) { return index.clear(), Status(); };
  receiver.bytes = [&](Bytes bytes) -> Status {
    if (bytes.size() > name.index_bytes - index.size())
      return fail(Code::kCorrupt, "more came than was asked for");
    append(index, bytes);
    return {};
  };
  if (std::uint64_t{name.index_begin} + name.index_bytes > object.bytes) return index;
  GetOptions options;
  options.range = {name.index_begin, std::uint64_t{name.index_begin} + name.index_bytes};
  options.if_match = object.etag;
  Call call{stop};
  auto got = inner_.get(object.key, options, receiver, call);
  count(call);
  if (got) return index;
  if (got.error().code == Code::kNotFound) got.error().code = Code::kChanged;
  return fail(std::move(got).error());
}

void BundledStore::forget_gone_indexes(const std::vector<ObjectInfo>& objects) {
  if (options_.journal == nullptr) return;
  std::set<std::string_view> there;
  for (const ObjectInfo& object : objects) there.insert(object.key);
  for (std::string& key : options_.journal->index_keys(options_.place))
    if (!there.contains(key)) options_.journal->forget_index(std::move(key));
}

// What a key is called below the place; empty: it lies elsewhere.
std::optional<std::string_view> BundledStore::name_of(std::string_view key) const {
  if (!key.starts_with(options_.place)) return std::nullopt;
  return key.substr(options_.place.size());
}

Result<bool> BundledStore::is_bundled(const ObjectInfo& object) const {
  const auto name = name_of(object.key);
  if (!name || !object.etag.starts_with(kBundledEtag)) return false;
  PENSTOCK_TRY(const std::optional<CatalogEntry> entry, catalog_.find(*name));
  return entry && bundled_etag(entry->file) == object.etag;
}

ObjectInfo BundledStore::info_of(const CatalogEntry& entry) const {
  const BundledFile& file = entry.file;
  ObjectInfo info;
  info.key = options_.place + file.name;
  info.bytes = file.bytes;
  info.etag = bundled_etag(file);
  info.modified = catalog_.bundles()[entry.bundle].object.modified;
  if (!file.is_symlink) info.content_type = content_type_of(file.name);
  FileMetadata metadata;
  metadata.mtime = file.mtime;
  metadata.mode = file.mode;
  metadata.is_symlink = file.is_symlink;
  metadata.sha256 = file.sha256;
  info.metadata = encode(metadata);
  return info;
}

Status BundledStore::check_writable(std::string_view operation, const std::string& key) const {
  const auto name = name_of(key);
  return name && name->starts_with(kBundleDirectory) ? reserved(operation, key) : Status();
}

Result<PutResult> BundledStore::put(const std::string& key, Body& body, const PutOptions& options,
                                    Call& call) {
  PENSTOCK_CHECK(check_writable("put", key));
  return inner_.put(key, body, options, call);
}

Result<PutResult> BundledStore::copy(const std::string& from, const std::string& to,
                                     const PutOptions& options, Call& call) {
  PENSTOCK_CHECK(check_writable("copy to", to));
  return inner_.copy(from, to, options, call);
}

Result<Upload> BundledStore::create_upload(const std::string& key, const PutOptions& options,
                                           Call& call) {
  PENSTOCK_CHECK(check_writable("put", key));
  return inner_.create_upload(key, options, call);
}

// Empty when the key has, or may have, an object of its own.
Result<std::optional<CatalogEntry>> BundledStore::find_bundled(const std::string& key, Call& call) {
  using Entry = std::optional<CatalogEntry>;
  const auto name = name_of(key);
  if (!name) return Entry();
  PENSTOCK_TRY(Entry entry, catalog_.find(*name));
  if (!entry) return entry;
  PENSTOCK_TRY(const bool shadowed, catalog_.is_shadowed(*name));
  if (shadowed) return Entry();
  {
    const Lock lock(mutex_);
    if (key.starts_with(options_.listed) && (listed_all_ || key <= listed_to_)) return entry;
  }
  const Result<ObjectInfo> own = inner_.stat(key, call);
  if (own) return Entry();
  return own.error().code == Code::kNotFound ? Result<Entry>(std::move(entry)) : fail(own.error());
}

Result<ObjectInfo> BundledStore::stat(const std::string& key, Call& call) {
  PENSTOCK_TRY(const std::optional<CatalogEntry> entry, find_bundled(key, call));
  if (!entry) return inner_.stat(key, call);
  call.attempts = 0;
  return info_of(*entry);
}

Result<ObjectInfo> BundledStore::get(const std::string& key, const GetOptions& options,
                                     const Receiver& receiver, Call& call) {
  PENSTOCK_TRY(const std::optional<CatalogEntry> entry, find_bundled(key, call));
  if (!entry) return inner_.get(key, options, receiver, call);
  ObjectInfo info = info_of(*entry);
  if (!options.if_match.empty() && options.if_match != info.etag)
    return fail(Code::kChanged, "get " + quoted_name(key) + ": it was replaced meanwhile");
  const ObjectInfo& bundle = catalog_.bundles()[entry->bundle].object;
  const std::uint64_t end = std::min<std::uint64_t>(options.range.end, info.bytes);
  const std::uint64_t begin = std::min(options.range.begin, end);
  if (begin == end) {
    PENSTOCK_CHECK(receiver.info(info));
    return info;
  }
  GetOptions part;
  part.range = {entry->file.begin + begin, entry->file.begin + end};
  part.if_match = bundle.etag;
  const Receiver inside{.info = [&](const ObjectInfo&) { return receiver.info(info); },
                        .bytes = receiver.bytes};
  const auto got = inner_.get(bundle.key, part, inside, call);
  if (!got) return fail(Error(got.error()).within("get " + quoted_name(key)));
  return info;
}

Result<ListPage> BundledStore::inner_page(const ListRequest& request, Call& call) {
  {
    const Lock lock(mutex_);
    if (held_ && held_->prefix == request.prefix && held_->after == request.after) {
      HeldPage page = *std::move(held_);
      held_.reset();
      call.attempts = 0;
      return std::move(page.page);
    }
  }
  return inner_.list(request, call);
}

Result<std::vector<CatalogEntry>> BundledStore::bundled_after(const ListRequest& request) const {
  const std::string& place = options_.place;
  std::string_view prefix = request.prefix;
  if (prefix.starts_with(place))
    prefix.remove_prefix(place.size());
  else if (place.starts_with(prefix))
    prefix = {};
  else
    return std::vector<CatalogEntry>();
  std::string_view after = request.after;
  if (after.starts_with(place))
    after.remove_prefix(place.size());
  else if (after < place)
    after = {};
  else
    return std::vector<CatalogEntry>();
  return catalog_.list(prefix, after, request.most);
}

// Both in order of keys, as far as both are known.
Result<ListPage> BundledStore::merge(const ListRequest& request, ListPage plain) {
  const std::string hidden = options_.place + std::string(kBundleDirectory);
  std::erase_if(plain.objects, [&](const ObjectInfo& one) {
    return one.key.starts_with(hidden) && is_bundle_key(one.key);
  });
  PENSTOCK_TRY(const std::vector<CatalogEntry> bundled, bundled_after(request));
  if (bundled.empty()) return plain;
  ListPage page;
  auto own = plain.objects.begin();
  auto file = bundled.begin();
  const auto key_of = [this](const CatalogEntry& entry) {
    return options_.place + entry.file.name;
  };
  const auto may_tell = [&] {
    return file != bundled.end() && (plain.next.empty() || key_of(*file) <= plain.next);
  };
  while (page.objects.size() < request.most && (own != plain.objects.end() || may_tell())) {
    const bool both = own != plain.objects.end() && may_tell();
    const std::string key = may_tell() ? key_of(*file) : std::string();
    if (both && own->key == key) {
      PENSTOCK_CHECK(catalog_.shadow(file++->file.name));
      continue;
    }
    if (!may_tell() || (both && own->key < key))
      page.objects.push_back(std::move(*own++));
    else
      page.objects.push_back(info_of(*file++));
  }
  // A full list of bundled files may have more behind it.
  const bool is_cut = own != plain.objects.end() || may_tell() ||
                      (file == bundled.end() && bundled.size() >= request.most);
  page.next = plain.next;
  if (!is_cut || page.objects.empty()) return page;
  page.next = page.objects.back().key;
  plain.objects.erase(plain.objects.begin(), own);
  const Lock lock(mutex_);
  held_ = HeldPage{request.prefix, page.next, std::move(plain)};
  return page;
}

void BundledStore::note_listed(const ListRequest& request, const ListPage& page) {
  if (request.prefix != options_.listed) return;
  const Lock lock(mutex_);
  if (request.after > listed_to_) return;  // not one behind the other
  listed_to_ = std::max(listed_to_, page.next);
  listed_all_ = listed_all_ || page.next.empty();
}

Result<ListPage> BundledStore::list(const ListRequest& request, Call& call) {
  if (!request.delimiter.empty()) return inner_.list(request, call);
  PENSTOCK_TRY(ListPage plain, inner_page(request, call));
  PENSTOCK_TRY(ListPage page, merge(request, std::move(plain)));
  note_listed(request, page);
  return page;
}

}  // namespace penstock
