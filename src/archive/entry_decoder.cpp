#include "archive/entry_decoder.h"

#include <utility>

#include "base/narrow.h"
#include "codec/crc32.h"
#include "crypto/hmac_sha1.h"

namespace penstock::zip {
namespace {

MutableBytes ciphertext_of(AesStrength strength, MutableBytes data) {
  const std::size_t head = salt_bytes(strength) + kVerifierBytes;
  return data.subspan(head, data.size() - overhead_bytes(strength));
}

Bytes ciphertext_of(AesStrength strength, Bytes data) {
  const std::size_t head = salt_bytes(strength) + kVerifierBytes;
  return data.subspan(head, data.size() - overhead_bytes(strength));
}

}  // namespace

Codec codec_of(std::uint16_t method) {
  switch (method) {
    case kMethodDeflate:
      return Codec::kDeflate;
    case kMethodZstd:
      return Codec::kZstd;
    default:
      return Codec::kStore;
  }
}

Bytes salt_of(AesStrength strength, Bytes data) { return data.first(salt_bytes(strength)); }

Bytes verifier_of(AesStrength strength, Bytes data) {
  return data.subspan(salt_bytes(strength), kVerifierBytes);
}

Bytes mac_of(Bytes data) { return data.last(kMacBytes); }

Status check_crc(const Entry& entry, std::uint32_t crc) {
  if (entry.aes && entry.aes->version == 2) return {};
  if (crc != entry.crc)
    return fail(Code::kCorrupt, "its content is damaged: the CRC does not match");
  return {};
}

Result<EntryDecoder> EntryDecoder::create(UnpackMeters& meters) {
  PENSTOCK_TRY(EntryCipher cipher, EntryCipher::create());
  PENSTOCK_TRY(Decompressor decompressor, Decompressor::create());
  return EntryDecoder(std::move(cipher), std::move(decompressor), meters);
}

Result<bool> EntryDecoder::mac_matches(AesStrength strength, Bytes data, const EntryKeys& keys,
                                       std::size_t index) {
  PENSTOCK_CHECK(cipher_.start(keys, index));
  PENSTOCK_CHECK(cipher_.authenticate(ciphertext_of(strength, data)));
  PENSTOCK_TRY(const Mac mac, cipher_.mac());
  return equal_constant_time(mac, mac_of(data));
}

Result<MutableBytes> EntryDecoder::decrypt(const Entry& entry, MutableBytes data,
                                           const EntryKeys& keys, std::size_t index) {
  const BusyTimer busy(meters_->busy(meters_->decrypt));
  const AesStrength strength = entry.aes->strength;
  if (!equal_constant_time(keys.verifier(index), verifier_of(strength, data)))
    return fail(Code::kCorrupt, "it is damaged, or encrypted with another password");
  PENSTOCK_TRY(const bool genuine, mac_matches(strength, data, keys, index));
  if (!genuine) return fail(Code::kCorrupt, "its content is damaged: the MAC does not match");
  const MutableBytes content = ciphertext_of(strength, data);
  PENSTOCK_CHECK(cipher_.decrypt_at(0, content));
  meters_->decrypt.add(1, content.size());
  return content;
}

Result<Bytes> EntryDecoder::decode(const Entry& entry, MutableBytes data, const EntryKeys* keys,
                                   std::size_t index, MutableBytes out) {
  MutableBytes packed = data;
  if (entry.aes) {
    if (keys == nullptr) return fail(Code::kCorrupt, "the archive changed while it was read");
    PENSTOCK_TRY(packed, decrypt(entry, data, *keys, index));
  }
  const BusyTimer busy(meters_->busy(meters_->decompress));
  const auto bytes = narrow<std::size_t>(entry.uncompressed_bytes);
  if (entry.method == kMethodStore && packed.size() != bytes)
    return fail(Code::kCorrupt, "stored, but its two sizes differ");
  Bytes content = packed;
  if (entry.method != kMethodStore) {
    const MutableBytes unpacked = out.first(bytes);
    PENSTOCK_CHECK(decompressor_.decompress(codec_of(entry.method), packed, unpacked));
    content = unpacked;
  }
  if (!(entry.aes && entry.aes->version == 2)) PENSTOCK_CHECK(check_crc(entry, crc32(0, content)));
  meters_->decompress.add(1, bytes);
  return content;
}

}  // namespace penstock::zip
