#include "store/open_store.h"

#include <utility>

#include "base/quote.h"
#include "net/url.h"
#include "store/gcs.h"
#include "store/local_store.h"
#include "store/s3_store.h"
#include "store/sim_store.h"

namespace penstock {
namespace {

// The text behind "s3://bucket/": keys may hold %, ? and #, so nothing is decoded.
struct BucketPlace {
  std::string bucket;
  std::string prefix;
};

BucketPlace split_bucket(std::string_view place) {
  const std::string_view rest = place.substr(place.find("://") + 3);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return {std::string(rest), {}};
  return {std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

bool has_scheme(std::string_view place, std::string_view scheme) {
  return place.starts_with(scheme) && place.substr(scheme.size()).starts_with("://");
}

// "s3:bucket" is no directory of that name, but a place with its slashes forgotten.
bool lacks_slashes(std::string_view place) {
  return place.starts_with("s3:") || place.starts_with("gs:") || place.starts_with("sim:");
}

// What both kinds need: clients, and what environment and profile say.
struct Found {
  S3Access access;
  AwsSettings aws;
};

Result<Found> find_access(const OpenStoreOptions& options, bool needs_aws) {
  Found found;
  found.access.clock = std::make_shared<ServerClock>();
  PENSTOCK_TRY(found.access.client, make_http_client(options.http));
  if (!needs_aws) return found;
  HttpClientOptions direct = options.http;
  direct.use_proxy = false;  // metadata and agents answer only this machine
  direct.most_connections = 0;
  PENSTOCK_TRY(auto client, make_http_client(direct));
  AwsChain chain;
  chain.profile = options.profile;
  chain.environment = options.environment;
  chain.client = std::move(client);
  chain.clock = found.access.clock;
  PENSTOCK_TRY(found.aws, find_aws_settings(chain));
  found.access.credentials = found.aws.credentials;
  return found;
}

Result<Place> open_s3(S3Config config, const OpenStoreOptions& options, S3Access access,
                      std::string prefix) {
  config.payload = options.payload;
  config.storage_class = options.storage_class;
  config.copy_bucket = options.copy_bucket;
  if (options.path_style) config.path_style = options.path_style;
  PENSTOCK_TRY(auto store, make_s3_store(std::move(config), std::move(access)));
  return Place{std::move(store), std::move(prefix)};
}

Result<Place> open_amazon(BucketPlace place, const OpenStoreOptions& options) {
  PENSTOCK_TRY(Found found, find_access(options, true));
  S3Config config;
  config.bucket = std::move(place.bucket);
  config.endpoint = options.endpoint.empty() ? found.aws.endpoint : options.endpoint;
  const std::string region = options.region.empty() ? found.aws.region : options.region;
  if (!region.empty()) config.region = region;
  return open_s3(std::move(config), options, std::move(found.access), std::move(place.prefix));
}

Result<Place> open_google(BucketPlace place, const OpenStoreOptions& options) {
  PENSTOCK_TRY(auto own, gcs_credentials(options.environment));
  PENSTOCK_TRY(Found found, find_access(options, !own));
  if (own) found.access.credentials = std::move(own);
  return open_s3(gcs_config(place.bucket, options.endpoint), options, std::move(found.access),
                 std::move(place.prefix));
}

// All of it is the store's directory, so that no key can lead out of it.
Result<Place> open_directory(std::string_view path, const OpenStoreOptions& options) {
  LocalStoreOptions local;
  local.directory = path;
  local.make = options.make_directory;
  PENSTOCK_TRY(auto store, open_local_store(local));
  return Place{std::move(store), {}};
}

Result<Place> open_simulation(std::string_view place, Clock& clock) {
  PENSTOCK_TRY(const SimOptions options, SimOptions::parse(place));
  if (options.virtual_clock && &clock == &steady_clock())
    return fail(Code::kUnsupported, "clock=virtual: here time is real; leave it out");
  return Place{make_sim_store(options, clock), {}};
}

}  // namespace

bool wants_virtual_clock(const std::string& place) {
  if (!has_scheme(place, "sim")) return false;
  const auto options = SimOptions::parse(place);
  return options && options->virtual_clock;
}

std::string bucket_of(std::string_view place) {
  return has_scheme(place, "s3") || has_scheme(place, "gs") ? split_bucket(place).bucket
                                                            : std::string();
}

Result<Place> open_store(const std::string& place, const OpenStoreOptions& options) {
  const auto opened = [&]() -> Result<Place> {
    if (has_scheme(place, "s3")) return open_amazon(split_bucket(place), options);
    if (has_scheme(place, "gs")) return open_google(split_bucket(place), options);
    if (has_scheme(place, "sim")) return open_simulation(place, *options.clock);
    constexpr std::string_view kFile = "file:";
    if (place.starts_with(kFile))
      return open_directory(std::string_view(place).substr(kFile.size()), options);
    if (!place.empty() && !Url::looks_like(place) && !lacks_slashes(place))
      return open_directory(place, options);
    return fail(Code::kInvalid,
                "no place that is known: s3://bucket/prefix, gs://bucket/prefix or a directory");
  };
  auto result = opened();
  if (!result) return fail(std::move(result).error().within("open " + quoted_short(place, 200)));
  return result;
}

}  // namespace penstock
