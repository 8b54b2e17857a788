// The adapter to S3 and everything that speaks it: Amazon, Ceph, MinIO, R2, and Google's XML API
// (gcs.h). Split by topic: s3_config (addresses), s3_wire (signing, sending, what refusals teach),
// s3_error (what they mean), s3_objects, s3_listing, s3_remove, s3_multipart (the calls).
//
// Nothing counts as stored before the server's answer was looked at: a signed payload is compared
// by the server with its SHA-256, an unsigned one with its MD5 by the server and by us; a 200 with
// an <Error> behind it is that error; completed uploads are looked at for their size.
#pragma once

#include <memory>

#include "penstock/error.h"

#include "store/s3_config.h"
#include "store/s3_wire.h"
#include "store/store.h"

namespace penstock {

// The store owns its client. kInvalid as check_config(); no server is asked.
Result<std::unique_ptr<Store>> make_s3_store(S3Config config, S3Access access);

}  // namespace penstock
