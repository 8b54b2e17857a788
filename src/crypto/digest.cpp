#include "crypto/digest.h"

#include "crypto/openssl.h"

namespace penstock {
namespace {

// Fetched once in the life of the process: a fetch by name takes locks and costs more than a short
// message.
template <class Digest>
const EVP_MD* kind_of();

template <>
const EVP_MD* kind_of<Md5Digest>() {
  static const DigestPtr kind(EVP_MD_fetch(nullptr, "MD5", nullptr));
  return kind.get();
}

template <>
const EVP_MD* kind_of<Sha1Digest>() {
  static const DigestPtr kind(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  return kind.get();
}

template <>
const EVP_MD* kind_of<Sha256Digest>() {
  static const DigestPtr kind(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
  return kind.get();
}

template <class Digest>
bool start(EVP_MD_CTX* context) {
  return EVP_DigestInit_ex2(context, kind_of<Digest>(), nullptr) == 1;
}

bool add(EVP_MD_CTX* context, Bytes data) {
  return EVP_DigestUpdate(context, data.data(), data.size()) == 1;
}

template <class Digest>
bool end(EVP_MD_CTX* context, Digest& digest) {
  return EVP_DigestFinal_ex(context, as_u8(MutableBytes(digest)), nullptr) == 1;
}

template <class Digest>
Result<DigestContextPtr> make_context() {
  if (kind_of<Digest>() == nullptr)
    return openssl_failure("find a digest in OpenSSL", Code::kUnsupported);
  DigestContextPtr context(EVP_MD_CTX_new());
  if (!context) return openssl_failure("make a hash context");
  return context;
}

// One context for each thread and digest: a short message costs no allocation.
template <class Digest>
Result<Digest> digest_of(Bytes data) {
  thread_local DigestContextPtr context;
  if (!context) {
    PENSTOCK_TRY(context, make_context<Digest>());
  }
  Digest digest{};
  if (!start<Digest>(context.get()) || !add(context.get(), data) || !end(context.get(), digest))
    return openssl_failure("compute a digest");
  return digest;
}

}  // namespace

Result<Md5Digest> md5(Bytes data) { return digest_of<Md5Digest>(data); }
Result<Sha1Digest> sha1(Bytes data) { return digest_of<Sha1Digest>(data); }
Result<Sha256Digest> sha256(Bytes data) { return digest_of<Sha256Digest>(data); }

template <class Digest>
struct StreamDigest<Digest>::State {
  DigestContextPtr context;
};

template <class Digest>
StreamDigest<Digest>::StreamDigest(std::unique_ptr<State> state) : state_(std::move(state)) {}
template <class Digest>
StreamDigest<Digest>::~StreamDigest() = default;
template <class Digest>
StreamDigest<Digest>::StreamDigest(StreamDigest&&) noexcept = default;
template <class Digest>
StreamDigest<Digest>& StreamDigest<Digest>::operator=(StreamDigest&&) noexcept = default;

template <class Digest>
Result<StreamDigest<Digest>> StreamDigest<Digest>::create() {
  auto state = std::make_unique<State>();
  PENSTOCK_TRY(state->context, make_context<Digest>());
  StreamDigest made(std::move(state));
  PENSTOCK_CHECK(made.reset());
  return made;
}

template <class Digest>
Status StreamDigest<Digest>::update(Bytes data) {
  if (!add(state_->context.get(), data)) return openssl_failure("continue a digest");
  return {};
}

template <class Digest>
Result<Digest> StreamDigest<Digest>::finish() {
  Digest digest{};
  if (!end(state_->context.get(), digest)) return openssl_failure("finish a digest");
  PENSTOCK_CHECK(reset());
  return digest;
}

template <class Digest>
Status StreamDigest<Digest>::reset() {
  if (!start<Digest>(state_->context.get())) return openssl_failure("start a digest");
  return {};
}

template class StreamDigest<Md5Digest>;
template class StreamDigest<Sha1Digest>;
template class StreamDigest<Sha256Digest>;

}  // namespace penstock
