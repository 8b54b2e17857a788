#include "store/local_list.h"

#include <algorithm>
#include <utility>

#include "store/local_object.h"

namespace penstock {
namespace {

constexpr std::size_t kMostCursors = 4;  // of at most about 2 MiB each

// What the delimiter leaves of `key`; empty when it cuts nothing.
std::string cut(const ListRequest& request, const std::string& key) {
  if (request.delimiter.empty() || key.size() < request.prefix.size()) return {};
  const std::size_t at = key.find(request.delimiter, request.prefix.size());
  return at == std::string::npos ? std::string() : key.substr(0, at + request.delimiter.size());
}

// Fills a page; the name of its last item, or empty when the walk has ended.
Result<std::string> fill(const ListRequest& request, LocalWalk& walk, ListPage& page,
                         const std::stop_token& stop) {
  const std::size_t most = std::max<std::size_t>(request.most, 1);
  std::string last;
  for (;;) {
    PENSTOCK_TRY(std::optional<LocalEntry> entry, walk.next(stop));
    if (!entry) return std::string();
    if (page.objects.size() + page.prefixes.size() == most)
      return walk.unread(*std::move(entry)), last;
    if (std::string prefix = cut(request, entry->key); !prefix.empty()) {
      walk.skip(prefix);
      last = page.prefixes.emplace_back(std::move(prefix));
    } else {
      last = page.objects.emplace_back(local_info(std::move(entry->key), entry->status)).key;
    }
  }
}

}  // namespace

Result<ListPage> LocalLister::page(const ListRequest& request, const std::stop_token& stop) {
  std::unique_ptr<LocalWalk> walk = take(request);
  ListPage page;
  PENSTOCK_TRY(page.next, fill(request, *walk, page, stop));
  if (!page.next.empty() && walk->names_held() >= kManyNames)
    keep({request.prefix, request.delimiter, page.next, std::move(walk)});
  return page;
}

std::unique_ptr<LocalWalk> LocalLister::take(const ListRequest& request) {
  {
    const Lock lock(mutex_);
    const auto found = std::ranges::find_if(cursors_, [&](const Cursor& cursor) {
      return cursor.after == request.after && cursor.prefix == request.prefix &&
             cursor.delimiter == request.delimiter;
    });
    if (found != cursors_.end()) {
      std::unique_ptr<LocalWalk> walk = std::move(found->walk);
      cursors_.erase(found);
      return walk;
    }
  }
  auto walk = std::make_unique<LocalWalk>(root_, request.prefix, request.after);
  // The last page ended with what the delimiter cut: all below it has been told.
  if (cut(request, request.after) == request.after && !request.after.empty())
    walk->skip(request.after);
  return walk;
}

void LocalLister::keep(Cursor cursor) {
  const Lock lock(mutex_);
  if (cursors_.size() == kMostCursors) cursors_.erase(cursors_.begin());
  cursors_.push_back(std::move(cursor));
}

}  // namespace penstock
