// A simulated destination, to try strategies and limits without one:
// sim://?latency=50ms&bandwidth=10M&fail=5%&busy=1%&seed=1&inflight=2&clock=virtual.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "base/clock.h"
#include "store/store.h"

namespace penstock {

struct SimOptions {
  std::chrono::nanoseconds latency{};  // of each request
  std::uint64_t bandwidth = 0;         // bytes per second, each way, shared by all; 0: any
  double fail = 0;                     // probability of "500 InternalError"
  double busy = 0;                     // of "503 SlowDown"
  std::uint64_t seed = 1;
  unsigned inflight = 0;       // more requests at a time are answered "503 SlowDown"; 0: any number
  bool virtual_clock = false;  // for whoever makes the clock
  bool contents = false;       // else sizes, ETags and metadata only; a get gives zeros

  // kInvalid says what is wrong and what is expected. Not a Url: a percent sign is one here.
  static Result<SimOptions> parse(std::string_view url);
};

// `clock` must outlive the store.
std::unique_ptr<Store> make_sim_store(const SimOptions& options, Clock& clock);

}  // namespace penstock
