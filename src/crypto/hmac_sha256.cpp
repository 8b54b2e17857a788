#include "crypto/hmac_sha256.h"

#include <algorithm>
#include <array>

#include "penstock/secret.h"

namespace penstock {
namespace {

constexpr std::size_t kBlockBytes = 64;

using Block = std::array<std::byte, kBlockBytes>;

// A block that is wiped when it goes: it holds the key.
struct KeyBlock {
  KeyBlock() = default;
  ~KeyBlock() { wipe(bytes); }
  KeyBlock(const KeyBlock&) = delete;
  KeyBlock& operator=(const KeyBlock&) = delete;

  void mask(std::byte with) {
    for (std::byte& byte : bytes) byte ^= with;
  }

  Block bytes{};
};

constexpr std::byte kInner{0x36};
constexpr std::byte kOuter{0x5c};

Status fill(KeyBlock& block, Bytes key) {
  if (key.size() <= kBlockBytes) {
    std::ranges::copy(key, block.bytes.begin());
    return {};
  }
  PENSTOCK_TRY(Sha256Digest digest, sha256(key));
  std::ranges::copy(digest, block.bytes.begin());
  wipe(digest);
  return {};
}

// A hash for each thread, kept for its life. Whoever failed in the middle must not leave a part of
// a message to the next one, so each begins with a reset.
Result<StreamSha256*> thread_hash() {
  thread_local auto hash = StreamSha256::create();
  if (!hash) return fail(hash.error());
  PENSTOCK_CHECK(hash->reset());
  return &*hash;
}

}  // namespace

Result<Sha256Digest> hmac_sha256(Bytes key, Bytes message) {
  KeyBlock block;
  PENSTOCK_CHECK(fill(block, key));
  PENSTOCK_TRY(StreamSha256* const hash, thread_hash());
  block.mask(kInner);
  PENSTOCK_CHECK(hash->update(block.bytes));
  PENSTOCK_CHECK(hash->update(message));
  PENSTOCK_TRY(const Sha256Digest inner, hash->finish());
  block.mask(kInner ^ kOuter);
  PENSTOCK_CHECK(hash->update(block.bytes));
  PENSTOCK_CHECK(hash->update(inner));
  return hash->finish();
}

}  // namespace penstock
