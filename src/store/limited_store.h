// A wrapper that keeps the limits of a transfer: requests in flight, requests per second, bytes per
// second each way; and counts the requests.
#pragma once

#include <memory>

#include "base/clock.h"
#include "flow/adaptive_rate.h"
#include "flow/gate.h"
#include "flow/request_tally.h"
#include "flow/throttle.h"
#include "store/store.h"

namespace penstock {

// Shared by all stores of a run; what is null limits nothing.
struct StoreLimits {
  std::shared_ptr<Gate> gate;
  std::shared_ptr<Throttle> throttle;
  std::shared_ptr<AdaptiveRate> adaptive_rate;  // sets throttle->requests()
  std::shared_ptr<RequestTally> tally;          // told of every request
};

// A request waits for the rate first and for the gate then, so that nobody holds a place while he
// waits. Bytes wait before they are sent, and before they are handed on, in slices. `clock` must
// outlive the store. Put it inside a retrying store: each attempt is a request.
std::unique_ptr<Store> make_limited_store(std::shared_ptr<Store> inner, StoreLimits limits,
                                          Clock& clock);

}  // namespace penstock
