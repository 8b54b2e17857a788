// The way to the places of a transfer: their stores, with the wrappers that limit, retry and tell.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "penstock/error.h"

#include "base/clock.h"
#include "cli/console.h"
#include "cli/transfer_settings.h"
#include "flow/adaptive_rate.h"
#include "flow/gate.h"
#include "flow/throttle.h"
#include "store/limited_store.h"
#include "store/open_store.h"

namespace penstock::cli {

// The limits of one run, shared by all its stores, and what they came to. Threads: the owner opens;
// the stores it gives may be used by any.
class Route {
 public:
  // Where all of them are started at once, more cost more than they bring.
  static constexpr unsigned kMostThreads = 512;

  // `console` must outlive the route and its stores. A place `simulated` may want a virtual clock:
  // then whoever uses its store makes its threads take part in clock().
  Route(const StoreSettings& stores, const LimitSettings& limits, Console& console,
        const std::string& simulated = {});

  // A directory is made when `make` says so.
  Result<Place> open(const std::string& place, bool make);
  // As `options` say, which may be other settings than those of the route.
  Result<Place> open(const std::string& place, OpenStoreOptions options);
  const OpenStoreOptions& settings() const { return stores_.open; }
  // The time of the limits and of simulations; virtual when `simulated` asked for that.
  Clock& clock() const { return *clock_; }

  // Threads that keep as many requests in flight as the limits may allow; `most` without a limit.
  unsigned workers(unsigned most = kMostThreads) const;
  // Requests that may be in flight now. Threads: any.
  unsigned limit() const { return limits_.gate->limit(); }
  std::uint64_t retried() const { return counts_->retried; }
  RequestTally::Seen requests() const { return limits_.tally->seen(); }
  Gate::Snapshot gate() const { return limits_.gate->snapshot(); }
  // Lines for --stats: requests in flight and their number, with the reason; the rate.
  std::string explain() const;

 private:
  struct Counts {
    std::atomic<std::uint64_t> retried{0};
  };

  StoreSettings stores_;
  LimitSettings settings_;
  Console& console_;
  std::unique_ptr<Clock> virtual_clock_;
  Clock* clock_ = &steady_clock();
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>();
  StoreLimits limits_;
};

}  // namespace penstock::cli
