// Places as people write them, opened: "s3://bucket/prefix", "gs://bucket/prefix", a directory
// ("dir", "file:dir"), "sim://?latency=50ms" (sim_store.h). The one file that names the adapters,
// with its .cpp (docs/decisions/0007-adapters-named-in-store.md).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "base/clock.h"
#include "net/http_client.h"
#include "store/aws_credentials.h"
#include "store/s3_config.h"
#include "store/store.h"

namespace penstock {

// What options say, over what environment and profile say.
struct OpenStoreOptions {
  HttpClientOptions http;
  std::string profile;   // of ~/.aws; empty: AWS_PROFILE
  std::string region;    // empty: as the environment says, else us-east-1
  std::string endpoint;  // empty: as the environment says, else Amazon's or Google's
  std::optional<bool> path_style;
  S3Payload payload = S3Payload::kSigned;
  std::string storage_class;
  bool make_directory = false;  // when the place is a directory and missing
  // The time of simulations. Whoever gives another one than the real time makes its threads take
  // part in it; "clock=virtual" asks for that. Must outlive the store.
  Clock* clock = &steady_clock();
  std::string copy_bucket;  // of the same service: where Store::copy() finds its sources
  Environment environment = process_environment();
};

struct Place {
  std::unique_ptr<Store> store;  // owns its client
  std::string prefix;            // of the keys; empty, or as it was written: "photos", "photos/"
};

// Whether it is a simulation that wants a virtual clock.
bool wants_virtual_clock(const std::string& place);

// The bucket of a place that is one: "bucket" of "s3://bucket/prefix"; empty for any other.
std::string bucket_of(std::string_view place);

// Asks no server: that the bucket is there, and the keys are right, shows at the first call.
// kInvalid for a place that no adapter knows, or settings that cannot be; kDenied when there are
// no keys for it.
Result<Place> open_store(const std::string& place, const OpenStoreOptions& options);

}  // namespace penstock
