#include "store/gcs.h"

#include <utility>

namespace penstock {

S3Config gcs_config(const std::string& bucket, const std::string& endpoint) {
  S3Config config;
  config.endpoint = endpoint.empty() ? "https://storage.googleapis.com" : endpoint;
  config.region = "auto";
  config.bucket = bucket;
  config.path_style = true;
  config.scheme = "gs";
  config.batch_delete = false;
  config.put_if_absent = false;
  config.decodes_gzip = true;
  return config;
}

Result<std::shared_ptr<AwsCredentialSource>> gcs_credentials(const Environment& environment) {
  std::string access = environment("GS_ACCESS_KEY_ID").value_or("");
  std::string secret = environment("GS_SECRET_ACCESS_KEY").value_or("");
  if (access.empty() && secret.empty()) return std::shared_ptr<AwsCredentialSource>();
  if (access.empty()) return fail(Code::kInvalid, "GS_ACCESS_KEY_ID is not set");
  if (secret.empty()) return fail(Code::kInvalid, "GS_SECRET_ACCESS_KEY is not set");
  return make_fixed_credentials({std::move(access), Secret(std::move(secret)), {}, {}});
}

}  // namespace penstock
