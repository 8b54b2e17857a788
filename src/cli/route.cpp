#include "cli/route.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/virtual_clock.h"
#include "cli/password.h"
#include "store/retrying_store.h"

namespace penstock::cli {
namespace {

Gate::Options gate_options(const LimitSettings& settings) {
  using Mode = Gate::Options::Mode;
  switch (settings.mode) {
    case LimitSettings::Workers::kFixed:
      return {Mode::kFixed, settings.workers, Gate::kMostAutomatic};
    case LimitSettings::Workers::kUnlimited:
      return {Mode::kUnlimited, 0, Gate::kMostAutomatic};
    case LimitSettings::Workers::kAutomatic:
      break;
  }
  return {Mode::kAutomatic, 0, Gate::kMostAutomatic};
}

}  // namespace

Route::Route(const StoreSettings& stores, const LimitSettings& limits, Console& console,
             const std::string& simulated)
    : stores_(stores), settings_(limits), console_(console) {
  stores_.open.http.most_connections = limits.most_connections;
  if (wants_virtual_clock(simulated)) {
    virtual_clock_ = std::make_unique<VirtualClock>();
    clock_ = virtual_clock_.get();
  }
  limits_.gate = std::make_shared<Gate>(gate_options(limits), *clock_);
  ThrottleOptions throttle;
  throttle.requests_per_second = limits.rate;
  throttle.up = limits.up;
  throttle.down = limits.down;
  throttle.control_file = limits.control_file;
  throttle.problem = [&console](const Error& error) { console.error(error); };
  limits_.throttle = std::make_shared<Throttle>(std::move(throttle), *clock_);
  limits_.tally = std::make_shared<RequestTally>();
  if (limits.rate_adapts)
    limits_.adaptive_rate =
        std::make_shared<AdaptiveRate>(limits.rate, limits_.throttle->requests(), clock_->now());
}

Result<Place> Route::open(const std::string& place, bool make) {
  OpenStoreOptions options = stores_.open;
  options.make_directory = make;
  return open(place, std::move(options));
}

Result<Place> Route::open(const std::string& place, OpenStoreOptions options) {
  // What is at a URL is reached with keys.
  if (place.find("://") != std::string::npos) forbid_core_dumps();
  options.clock = clock_;
  if (options.http.insecure)
    console_.notice("--insecure: certificates are not verified; anybody on the way to " + place +
                    " can read and change what is sent");
  PENSTOCK_TRY(Place opened, open_store(place, options));
  std::shared_ptr<Store> limited = make_limited_store(std::move(opened.store), limits_, *clock_);
  RetryingOptions retrying;
  retrying.policy = settings_.retry;
  retrying.budget = budget_;
  retrying.seed = std::random_device()();
  retrying.notice = [counts = counts_, &console = console_](const RetryNotice& notice) {
    ++counts->retried;
    console.detail(describe(notice));
  };
  opened.store = make_retrying_store(std::move(limited), std::move(retrying), *clock_);
  return opened;
}

unsigned Route::workers(unsigned most) const {
  const unsigned limit = limits_.gate->snapshot().limit;
  if (settings_.mode == LimitSettings::Workers::kFixed) return limit;
  if (settings_.mode == LimitSettings::Workers::kUnlimited) return most;
  return std::min(4 * limit, kMostThreads);  // room to climb
}

std::string Route::explain() const {
  const Gate::Snapshot seen = limits_.gate->snapshot();
  std::string text = "  requests in flight: " + std::to_string(seen.peak) + " at most; limit " +
                     seen.reason + "\n";
  if (limits_.adaptive_rate != nullptr) text += "  rate: " + limits_.adaptive_rate->reason() + "\n";
  return text;
}

}  // namespace penstock::cli
