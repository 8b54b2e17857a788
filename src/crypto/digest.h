// Digests of whole buffers (FIPS 180-4), through OpenSSL.
#pragma once

#include <array>
#include <cstddef>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

using Sha1Digest = std::array<std::byte, 20>;
using Sha256Digest = std::array<std::byte, 32>;

// Threads: any.
Result<Sha1Digest> sha1(Bytes data);
Result<Sha256Digest> sha256(Bytes data);

}  // namespace penstock
