// WinZip AES entries (AE-1 and AE-2): salt, 2-byte password verifier, AES-CTR ciphertext, 10-byte
// HMAC-SHA1. Source: WinZip "AES Encryption Information: Encryption Specification AE-1 and AE-2".
// docs/formats/zip.md says what of it we write.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "penstock/error.h"
#include "penstock/secret.h"

#include "archive/zip_format.h"
#include "base/bytes.h"
#include "crypto/aes_ctr.h"
#include "crypto/hmac_sha1.h"

namespace penstock::zip {

inline constexpr std::size_t kVerifierBytes = 2;
inline constexpr std::size_t kMacBytes = 10;
inline constexpr std::uint32_t kPbkdf2Rounds = 1000;

constexpr std::size_t key_bytes(AesStrength strength) {
  return 8 + 8 * static_cast<std::size_t>(strength);  // 16, 24, 32
}
constexpr std::size_t salt_bytes(AesStrength strength) { return key_bytes(strength) / 2; }
// What PBKDF2 makes for an entry: cipher key, MAC key, verifier.
constexpr std::size_t material_bytes(AesStrength strength) {
  return 2 * key_bytes(strength) + kVerifierBytes;
}
// How much longer an entry's data is than what was encrypted.
constexpr std::size_t overhead_bytes(AesStrength strength) {
  return salt_bytes(strength) + kVerifierBytes + kMacBytes;
}

using Mac = std::array<std::byte, kMacBytes>;

// The keys of a batch of entries that share password and strength, wiped when they go.
class EntryKeys {
 public:
  // `salts` holds salt_bytes(strength) for each entry.
  static Result<EntryKeys> derive(const Secret& password, AesStrength strength, Bytes salts);
  ~EntryKeys() { wipe(material_); }
  EntryKeys(EntryKeys&&) noexcept = default;
  EntryKeys& operator=(EntryKeys&&) = delete;

  std::size_t count() const { return material_.size() / material_bytes(strength_); }
  AesStrength strength() const { return strength_; }
  Bytes cipher_key(std::size_t entry) const { return part(entry, 0, key_bytes(strength_)); }
  Bytes mac_key(std::size_t entry) const {
    return part(entry, key_bytes(strength_), key_bytes(strength_));
  }
  // What the entry's verifier must be. A match proves little: 1 wrong password in 65,536 matches.
  Bytes verifier(std::size_t entry) const {
    return part(entry, 2 * key_bytes(strength_), kVerifierBytes);
  }

 private:
  EntryKeys(AesStrength strength, std::vector<std::byte> material)
      : strength_(strength), material_(std::move(material)) {}
  Bytes part(std::size_t entry, std::size_t offset, std::size_t bytes) const {
    return Bytes(material_).subspan(entry * material_bytes(strength_) + offset, bytes);
  }
  AesStrength strength_;
  std::vector<std::byte> material_;
};

// Encrypts and authenticates, or checks and decrypts, one entry's data after another.
// Threads: one caller at a time; one per worker.
class EntryCipher {
 public:
  static Result<EntryCipher> create();

  // Starts the entry `index` of `keys` (which may go afterwards).
  Status start(const EntryKeys& keys, std::size_t index);
  // In place; the ciphertext is added to the MAC. Any number of calls of any size.
  Status encrypt(MutableBytes data);
  // The same the other way round. The plaintext must not be used before mac() was compared.
  Status decrypt(MutableBytes data);
  // Only the MAC, of ciphertext; and only the cipher, from byte `offset` of the entry's data on:
  // for readers that check first or take pieces in any order.
  Status authenticate(Bytes ciphertext) { return hmac_.update(ciphertext); }
  Status decrypt_at(std::uint64_t offset, MutableBytes data);
  // The MAC of all that was encrypted or decrypted since start(). Once an entry.
  Result<Mac> mac();

 private:
  EntryCipher(WinZipCtr ctr, HmacSha1 hmac) : ctr_(std::move(ctr)), hmac_(std::move(hmac)) {}
  WinZipCtr ctr_;
  HmacSha1 hmac_;
};

}  // namespace penstock::zip
