#include "archive/winzip_aes.h"

#include <algorithm>
#include <utility>

#include "crypto/pbkdf2.h"

namespace penstock::zip {

Result<EntryKeys> EntryKeys::derive(const Secret& password, AesStrength strength, Bytes salts) {
  const std::size_t count = salts.size() / salt_bytes(strength);
  std::vector<std::byte> material(count * material_bytes(strength));
  PENSTOCK_CHECK(pbkdf2_hmac_sha1(password, salts, salt_bytes(strength), kPbkdf2Rounds, material,
                                  material_bytes(strength)));
  return EntryKeys(strength, std::move(material));
}

Result<EntryCipher> EntryCipher::create() {
  PENSTOCK_TRY(WinZipCtr ctr, WinZipCtr::create());
  PENSTOCK_TRY(HmacSha1 hmac, HmacSha1::create());
  return EntryCipher(std::move(ctr), std::move(hmac));
}

Status EntryCipher::start(const EntryKeys& keys, std::size_t index) {
  PENSTOCK_CHECK(ctr_.set_key(keys.cipher_key(index)));
  return hmac_.set_key(keys.mac_key(index));
}

Status EntryCipher::encrypt(MutableBytes data) {
  PENSTOCK_CHECK(ctr_.apply(data));
  return hmac_.update(data);
}

Status EntryCipher::decrypt(MutableBytes data) {
  PENSTOCK_CHECK(hmac_.update(data));
  return ctr_.apply(data);
}

Status EntryCipher::decrypt_at(std::uint64_t offset, MutableBytes data) {
  PENSTOCK_CHECK(ctr_.seek(offset));
  return ctr_.apply(data);
}

Result<Mac> EntryCipher::mac() {
  PENSTOCK_TRY(const HmacSha1::Tag tag, hmac_.finish());
  Mac mac;
  std::copy_n(tag.begin(), mac.size(), mac.begin());
  return mac;
}

}  // namespace penstock::zip
