// push() with places where tests look in.
#pragma once

#include <functional>
#include <stop_token>

#include "transfer/push.h"

namespace penstock {

struct PushHooks {
  // A file was opened and looked at, and is read next. By worker threads.
  std::function<void(const std::string& shown)> opened = [](const std::string&) {};
};

Result<PushReport> push_with_hooks(const PushOptions& options, const PushHooks& hooks, Store& store,
                                   Observer& observer, Progress& progress, std::stop_token stop);

}  // namespace penstock
