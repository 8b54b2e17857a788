// Google Cloud Storage through its XML API, which speaks S3: the same code, other settings.
//
// Keys are HMAC keys (Cloud Storage settings, "Interoperability"): GS_ACCESS_KEY_ID and
// GS_SECRET_ACCESS_KEY, or what the chain of aws_credentials.h finds. What differs from Amazon:
//   - the region is "auto", the address always https://storage.googleapis.com/bucket/key;
//   - no put-if-absent: x-goog-if-generation-match may not stand beside x-amz-* headers;
//   - objects are removed one by one: DeleteObjects is not part of it;
//   - what was stored with "Content-Encoding: gzip" is sent unpacked, and so with another length,
//     unless the request says that it takes gzip: it does.
// Source: "XML API overview" and "Simple migration from Amazon S3" of Google's documentation.
#pragma once

#include <memory>
#include <string>

#include "penstock/error.h"

#include "store/aws_credentials.h"
#include "store/s3_config.h"

namespace penstock {

// `endpoint` empty: Google's; another one is for tests.
S3Config gcs_config(const std::string& bucket, const std::string& endpoint = {});

// The keys of the GS_* variables; none when they are not set, kInvalid when only one is.
Result<std::shared_ptr<AwsCredentialSource>> gcs_credentials(const Environment& environment);

}  // namespace penstock
