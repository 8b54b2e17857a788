// What all parts of a pull share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "archive/links.h"
#include "archive/serial_observer.h"
#include "base/mutex.h"
#include "store/store.h"
#include "transfer/local_tree.h"
#include "transfer/pull.h"

namespace penstock {

// An object to be pulled.
struct PullItem {
  ObjectInfo info;   // from the list
  std::string path;  // below the directory
};

// Counts and tells what becomes of the items. Threads: any.
class PullOutcome {
 public:
  PullOutcome(Observer& observer, Progress& progress, bool tell_done)
      : observer_(observer), progress_(progress), tell_done_(tell_done) {}

  void found(const PullItem& item);  // it is one of those to be looked at
  void all_found() { progress_.totals_final = true; }
  void pulled(const PullItem& item);   // as a file
  void linked(std::string_view path);  // made a link
  void skipped(const PullItem& item);
  void skipped_link(std::string_view why);  // told as a notice
  void made_directory(std::string_view path);
  void deleted(std::string_view path);
  // The object turned out to have another size than the list told.
  void resized(std::uint64_t listed_bytes, std::uint64_t bytes);
  // Bytes of an item that have arrived; those that are left out here are counted with pulled().
  void arrived(std::uint64_t bytes) { progress_.bytes_out += bytes; }
  void resumed(std::uint64_t bytes) { resumed_ += bytes; }
  void called(const Call& call) { retried_ += call.repeated(); }
  void retried() { ++retried_; }
  // Tells the failure, with the item's name in front. Fails with it when there is no use in going
  // on: the disk is full, or the run is cancelled.
  Status failed(const PullItem& item, Error error, std::uint64_t arrived_bytes = 0);
  Status problem(Error error);

  bool clean() const { return failed_ == 0; }
  PullReport report() const;

 private:
  void finished(std::string_view path, std::uint64_t bytes);

  zip::SerialObserver observer_;
  Progress& progress_;
  bool tell_done_;
  std::atomic<std::uint64_t> files_{0}, links_{0}, directories_{0}, skipped_{0}, failed_{0},
      deleted_{0}, bytes_{0}, resumed_{0}, retried_{0};
};

// The links to be made at the end. Threads: any.
class PulledLinks {
 public:
  Status add(const zip::Link& link) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    return links_.add(link);
  }
  // For when all have been added.
  Status for_each(const std::function<Status(const zip::Link&)>& visit) PENSTOCK_EXCLUDES(mutex_) {
    const Lock lock(mutex_);
    return links_.for_each(visit);
  }

 private:
  Mutex mutex_;
  zip::LinkList links_ PENSTOCK_GUARDED_BY(mutex_);
};

struct PullContext {
  const PullOptions& options;
  Store& source;
  const LocalTree& tree;
  PullOutcome& outcome;
  PulledLinks& links;
};

}  // namespace penstock
