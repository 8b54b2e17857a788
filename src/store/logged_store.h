// A wrapper that tells about every call: for verbose output, logs, metrics and counting requests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "store/wrapped_store.h"

namespace penstock {

struct LoggedCall {
  StoreOperation operation;
  const std::string& key;  // a list's prefix, the first key of a removal
  std::chrono::nanoseconds duration;
  const Error* error;  // null: it succeeded
  unsigned attempts;
};

// `log` is called by the threads that make the calls, at the same time; it must not throw. `clock`
// must outlive the store.
std::unique_ptr<Store> make_logged_store(std::shared_ptr<Store> inner,
                                         std::function<void(const LoggedCall&)> log, Clock& clock);

}  // namespace penstock
