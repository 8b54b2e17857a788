// PBKDF2-HMAC-SHA1 (RFC 8018 section 5.2) for many salts at a time.
//
// WinZip AES derives fresh keys for every entry: 1,000 rounds x 2 SHA-1 compressions x 4 blocks for
// AES-256. That is most of the cost of an archive of small files, so the blocks of all entries of a
// batch are derived side by side in the lanes of vector registers. cpu_level() chooses; the bytes
// are the same. Microseconds for one AES-256 entry on a core of a Xeon with AMX at 4.1 GHz
// (crypto_bench):
//
//   16 lanes of AVX-512    44
//    8 lanes of AVX2      119
//    2 streams of SHA-NI  220
//    4 lanes of SSE2      230   (what `portable` becomes on x86-64)
//   OpenSSL               890
#pragma once

#include <cstddef>
#include <cstdint>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "base/bytes.h"
#include "base/cpu.h"

namespace penstock {

// Derives `count` outputs of `output_bytes` each. Salt i is salts[i * salt_bytes .. +salt_bytes)
// and output i lands at outputs[i * output_bytes .. +output_bytes). Same password and rounds for
// all. Sizes: salts.size() == count * salt_bytes, outputs.size() == count * output_bytes,
// salt_bytes <= 51 (one SHA-1 block with the block number and padding), output_bytes >= 1,
// iterations >= 1; kInvalid otherwise. Threads: any. Buffers that held secrets are wiped; what the
// compiler spilled from registers to the stack is not.
Status pbkdf2_hmac_sha1(const Secret& password, Bytes salts, std::size_t salt_bytes,
                        std::uint32_t iterations, MutableBytes outputs, std::size_t output_bytes);

// The same on the path of exactly `level` (for tests and benchmarks). Precondition: the processor
// has it.
Status pbkdf2_hmac_sha1_on(CpuLevel level, const Secret& password, Bytes salts,
                           std::size_t salt_bytes, std::uint32_t iterations, MutableBytes outputs,
                           std::size_t output_bytes);

// The fewest outputs of `output_bytes` that fill the lanes of cpu_level()'s path: batches that are
// a multiple of it waste none. Precondition: output_bytes >= 1.
std::size_t pbkdf2_batch(std::size_t output_bytes);

}  // namespace penstock
