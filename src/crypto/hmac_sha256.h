// HMAC-SHA256 (RFC 2104, vectors in RFC 4231) of whole messages, as AWS signatures are made of it.
#pragma once

#include "penstock/error.h"

#include "base/bytes.h"
#include "crypto/digest.h"

namespace penstock {

// `key` of any length. Cheap for short messages: nothing is allocated, nothing looked up by name.
// Threads: any.
Result<Sha256Digest> hmac_sha256(Bytes key, Bytes message);

}  // namespace penstock
