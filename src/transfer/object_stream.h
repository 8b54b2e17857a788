// All objects under a prefix as a stream, while the next page is fetched ahead.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "flow/channel.h"
#include "flow/crew.h"
#include "store/store.h"

namespace penstock {

// Threads: one caller; fetches in a thread of its own. Memory: three pages.
class ObjectStream {
 public:
  // `store` must outlive it. kUnsupported for a store whose lists are not sorted, and when the keys
  // that come are not: nothing could be told from what is missing.
  ObjectStream(Store& store, std::string prefix, std::stop_token stop);
  ~ObjectStream();

  // By bytes of the key; empty at the end.
  Result<std::optional<ObjectInfo>> next();

  // Tries made so far, and of them repeated ones.
  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }
  std::uint64_t retried() const { return retried_.load(std::memory_order_relaxed); }

 private:
  Status fetch_all(const std::stop_token& stop);

  Store& store_;
  std::string prefix_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> retried_{0};
  Channel<Result<ListPage>> pages_{1};
  std::deque<ObjectInfo> page_;
  std::string last_key_;
  Crew crew_;
};

}  // namespace penstock
