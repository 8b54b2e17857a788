#include "crypto/hmac_sha1.h"

#include <openssl/crypto.h>

#include "penstock/secret.h"

#include "crypto/openssl.h"

namespace penstock {
namespace {

constexpr std::size_t kBlockBytes = 64;

using Block = std::array<std::byte, kBlockBytes>;

// Fetched once in the life of the process: a fetch by name costs more than a short message.
const EVP_MD* sha1() {
  static const DigestPtr digest(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  return digest.get();
}

bool start(EVP_MD_CTX* context) { return EVP_DigestInit_ex2(context, sha1(), nullptr) == 1; }

bool add(EVP_MD_CTX* context, Bytes data) {
  return EVP_DigestUpdate(context, data.data(), data.size()) == 1;
}

bool end(EVP_MD_CTX* context, HmacSha1::Tag& digest) {
  return EVP_DigestFinal_ex(context, as_u8(MutableBytes(digest)), nullptr) == 1;
}

bool digest_of(EVP_MD_CTX* context, Bytes data, HmacSha1::Tag& digest) {
  return start(context) && add(context, data) && end(context, digest);
}

void mask(Block& block, std::byte with) {
  for (std::byte& byte : block) byte ^= with;
}

constexpr std::byte kInner{0x36};
constexpr std::byte kOuter{0x5c};

}  // namespace

// One context serves the inner and then the outer hash: re-initialising it with the same digest
// allocates nothing.
struct HmacSha1::State {
  ~State() { wipe(outer_key); }

  DigestContextPtr context;
  Block outer_key{};
  bool keyed = false;
};

HmacSha1::HmacSha1(std::unique_ptr<State> state) : state_(std::move(state)) {}
HmacSha1::~HmacSha1() = default;
HmacSha1::HmacSha1(HmacSha1&&) noexcept = default;
HmacSha1& HmacSha1::operator=(HmacSha1&&) noexcept = default;

Result<HmacSha1> HmacSha1::create() {
  if (sha1() == nullptr) return openssl_failure("find SHA-1 in OpenSSL", Code::kUnsupported);
  auto state = std::make_unique<State>();
  state->context.reset(EVP_MD_CTX_new());
  if (!state->context) return openssl_failure("make a hash context");
  return HmacSha1(std::move(state));
}

Status HmacSha1::set_key(Bytes key) {
  EVP_MD_CTX* context = state_->context.get();
  state_->keyed = false;
  Block block{};
  if (key.size() <= kBlockBytes) {
    std::copy(key.begin(), key.end(), block.begin());
  } else {
    Tag digest{};
    if (!digest_of(context, key, digest)) return openssl_failure("hash a long HMAC key");
    std::copy(digest.begin(), digest.end(), block.begin());
    wipe(digest);
  }
  state_->outer_key = block;
  mask(state_->outer_key, kOuter);
  mask(block, kInner);
  const bool started = start(context) && add(context, block);
  wipe(block);
  if (!started) return openssl_failure("start an HMAC");
  state_->keyed = true;
  return {};
}

Status HmacSha1::update(Bytes data) {
  if (!state_->keyed) return fail(Code::kInvalid, "HMAC: data before a key");
  if (!add(state_->context.get(), data)) return openssl_failure("continue an HMAC");
  return {};
}

Result<HmacSha1::Tag> HmacSha1::finish() {
  if (!state_->keyed) return fail(Code::kInvalid, "HMAC: finished before a key was set");
  state_->keyed = false;
  EVP_MD_CTX* context = state_->context.get();
  Tag tag{};
  const bool done = end(context, tag) && start(context) && add(context, state_->outer_key) &&
                    add(context, tag) && end(context, tag);
  if (!done) return openssl_failure("finish an HMAC");
  return tag;
}

bool equal_constant_time(Bytes a, Bytes b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace penstock
