#include "crypto/digest.h"

#include "crypto/openssl.h"

namespace penstock {
namespace {

template <class Digest>
Result<Digest> digest_of(Bytes data, const EVP_MD* kind) {
  Digest digest{};
  if (EVP_Digest(data.data(), data.size(), as_u8(MutableBytes(digest)), nullptr, kind, nullptr) !=
      1)
    return openssl_failure("compute a digest");
  return digest;
}

}  // namespace

Result<Sha1Digest> sha1(Bytes data) { return digest_of<Sha1Digest>(data, EVP_sha1()); }
Result<Sha256Digest> sha256(Bytes data) { return digest_of<Sha256Digest>(data, EVP_sha256()); }

}  // namespace penstock
