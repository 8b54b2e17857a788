// CRC-32 as ZIP, gzip and PNG use it (reflected polynomial 0xEDB88320).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace penstock {

// The CRC of what `crc` covered followed by `data`; start with 0.
std::uint32_t crc32(std::uint32_t crc, Bytes data);

// The CRC of A followed by B, from the CRC of each and the length of B.
std::uint32_t crc32_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t bytes_b);

}  // namespace penstock
