// What push, pull, copy and check have in common: how stores are reached, how many requests are
// made and how fast, and when they are made again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "cli/options.h"
#include "flow/backoff.h"
#include "flow/rate_plan.h"
#include "store/open_store.h"

namespace penstock::cli {

// --endpoint, --region, --profile, --path-style, --unsigned-payload, --ca-file, --insecure,
// --proxy.
struct StoreSettings {
  OpenStoreOptions open;

  OptionGroup options();
};

// --workers, --rate, --bandwidth..., --retries..., --control-file, --max-connections.
struct LimitSettings {
  enum class Workers { kFixed, kUnlimited, kAutomatic };

  Workers mode = Workers::kAutomatic;
  unsigned workers = 0;      // kFixed
  double rate = 0;           // requests a second; 0: no limit
  bool rate_adapts = false;  // --rate auto:BASE
  RatePlan up;
  RatePlan down;
  RetryPolicy retry;
  std::string control_file;
  unsigned most_connections = 0;

  // `title` must outlive the group.
  OptionGroup options(std::string_view title = "Limits");
};

}  // namespace penstock::cli
