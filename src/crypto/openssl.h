// Owners for OpenSSL's objects and one way to report its failures. Only for the .cpp files of this
// room: nothing above it sees an OpenSSL type.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "penstock/error.h"

namespace penstock {

template <auto kFree>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

using CipherPtr = std::unique_ptr<EVP_CIPHER, OpensslFree<&EVP_CIPHER_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<&EVP_CIPHER_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD, OpensslFree<&EVP_MD_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, OpensslFree<&EVP_MD_CTX_free>>;

// The failure of the OpenSSL call that has just failed, with its reason; empties the calling
// thread's error queue. kInternal, unless the library's configuration lacks what we asked for.
inline Failure openssl_failure(std::string_view what, Code code = Code::kInternal) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return fail(code, std::string(what) + ": " + reason.data());
}

}  // namespace penstock
