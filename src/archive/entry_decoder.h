// From an entry's bytes in the archive to its verified content, for entries that fit in memory.
#pragma once

#include "penstock/error.h"

#include "archive/unpack_meters.h"
#include "archive/winzip_aes.h"
#include "archive/zip_format.h"
#include "base/bytes.h"
#include "codec/decompressor.h"

namespace penstock::zip {

// The codec behind a method. Precondition: check_supported() said yes.
Codec codec_of(std::uint16_t method);

// The parts of an encrypted entry's data. Precondition: it is overhead_bytes() long or longer,
// which CentralCursor checks for every entry.
Bytes salt_of(AesStrength strength, Bytes data);
Bytes verifier_of(AesStrength strength, Bytes data);
Bytes mac_of(Bytes data);

// Whether `crc` is what the entry says; AE-2 entries say nothing, their MAC has done it.
Status check_crc(const Entry& entry, std::uint32_t crc);

// Threads: one caller at a time; one per worker.
class EntryDecoder {
 public:
  static Result<EntryDecoder> create(UnpackMeters& meters);

  // The content of `entry` from `data` (exactly entry.compressed_bytes, changed in place), in
  // `data` or in `out` (at least entry.uncompressed_bytes; not overlapping `data`). For an
  // encrypted entry `keys` holds its keys at `index`; null means that it was not encrypted when the
  // password was asked for, so the archive has changed. The MAC is compared before anything is
  // decrypted, then the sizes and the CRC must be exactly what the entry says. kCorrupt, saying
  // what does not match.
  Result<Bytes> decode(const Entry& entry, MutableBytes data, const EntryKeys* keys,
                       std::size_t index, MutableBytes out);

  // Whether the MAC of encrypted `data` (salt, verifier and MAC included) is right under these
  // keys.
  Result<bool> mac_matches(AesStrength strength, Bytes data, const EntryKeys& keys,
                           std::size_t index);

 private:
  EntryDecoder(EntryCipher cipher, Decompressor decompressor, UnpackMeters& meters)
      : cipher_(std::move(cipher)), decompressor_(std::move(decompressor)), meters_(&meters) {}
  Result<MutableBytes> decrypt(const Entry& entry, MutableBytes data, const EntryKeys& keys,
                               std::size_t index);

  EntryCipher cipher_;
  Decompressor decompressor_;
  UnpackMeters* meters_;
};

}  // namespace penstock::zip
