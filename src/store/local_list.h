// Pages of a directory's objects. Where a directory has many names, the walk that made a page is
// kept for the next one, which would otherwise read them all again; a bounded number of them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

#include "base/mutex.h"
#include "files/safe_dir.h"
#include "store/local_walk.h"
#include "store/store.h"

namespace penstock {

// Threads: any.
class LocalLister {
 public:
  // `root` must outlive it.
  explicit LocalLister(const SafeDir& root) : root_(root) {}

  // A page that continues a listing shows a large directory (kManyNames) as it was when that
  // listing came to it, everything else as it is.
  Result<ListPage> page(const ListRequest& request, const std::stop_token& stop)
      PENSTOCK_EXCLUDES(mutex_);

  static constexpr std::size_t kManyNames = 2000;

 private:
  struct Cursor {
    std::string prefix;
    std::string delimiter;
    std::string after;
    std::unique_ptr<LocalWalk> walk;
  };

  std::unique_ptr<LocalWalk> take(const ListRequest& request) PENSTOCK_EXCLUDES(mutex_);
  void keep(Cursor cursor) PENSTOCK_EXCLUDES(mutex_);

  const SafeDir& root_;
  Mutex mutex_;
  std::vector<Cursor> cursors_ PENSTOCK_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace penstock
