#include "crypto/aes_ctr.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "penstock/secret.h"

#include "crypto/openssl.h"

namespace penstock {
namespace {

constexpr std::size_t kBlockBytes = 16;
// Key stream made by one call into OpenSSL: long enough that the call costs nothing, short enough
// that stream and data stay in the first-level cache.
constexpr std::size_t kBatchBytes = 4096;

// AES in ECB mode by key size, fetched once in the life of the process; null for other sizes.
const EVP_CIPHER* aes_ecb(std::size_t key_bytes) {
  static const CipherPtr aes128(EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr));
  static const CipherPtr aes192(EVP_CIPHER_fetch(nullptr, "AES-192-ECB", nullptr));
  static const CipherPtr aes256(EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr));
  switch (key_bytes) {
    case 16:
      return aes128.get();
    case 24:
      return aes192.get();
    case 32:
      return aes256.get();
    default:
      return nullptr;
  }
}

std::uint64_t little_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
}

// Counter blocks from `counter` on. The upper half of a WinZip counter stays zero: 2^64 blocks are
// more than any offset reaches.
void write_counters(MutableBytes blocks, std::uint64_t counter) {
  for (std::size_t at = 0; at < blocks.size(); at += kBlockBytes) {
    const std::array<std::uint64_t, 2> block = {little_endian(counter++), 0};
    std::memcpy(&blocks[at], block.data(), kBlockBytes);
  }
}

// As wide as the vector registers that every processor of the target has.
using Vector = std::uint64_t __attribute__((vector_size(16)));

Vector load(const std::byte* from) {
  Vector value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// data ^= stream, sizes equal. By vectors, so that it is fast at plain -O2, too.
void xor_into(MutableBytes data, Bytes stream) {
  std::size_t at = 0;
  for (; at + sizeof(Vector) <= data.size(); at += sizeof(Vector)) {
    const Vector sum = load(&data[at]) ^ load(&stream[at]);
    std::memcpy(&data[at], &sum, sizeof sum);
  }
  for (; at < data.size(); ++at) data[at] ^= stream[at];
}

}  // namespace

struct WinZipCtr::State {
  ~State() { wipe(stream); }

  // Replaces the stream by the next `bytes` (a multiple of a block, at most a batch).
  Status generate(std::size_t bytes);
  Bytes unused() const { return Bytes(stream).subspan(begin, end - begin); }

  CipherContextPtr context;  // wipes its key schedule when it goes
  std::uint64_t counter = 1;
  // Key stream made and not yet used: stream[begin..end), less than a block between calls.
  std::size_t begin = 0;
  std::size_t end = 0;
  bool keyed = false;
  alignas(64) std::array<std::byte, kBatchBytes> stream{};
};

Status WinZipCtr::State::generate(std::size_t bytes) {
  const MutableBytes blocks = MutableBytes(stream).first(bytes);
  write_counters(blocks, counter);
  int made = 0;
  if (EVP_EncryptUpdate(context.get(), as_u8(blocks), &made, as_u8(blocks),
                        static_cast<int>(bytes)) != 1)
    return openssl_failure("encrypt with AES");
  counter += bytes / kBlockBytes;
  begin = 0;
  end = bytes;
  return {};
}

WinZipCtr::WinZipCtr(std::unique_ptr<State> state) : state_(std::move(state)) {}
WinZipCtr::~WinZipCtr() = default;
WinZipCtr::WinZipCtr(WinZipCtr&&) noexcept = default;
WinZipCtr& WinZipCtr::operator=(WinZipCtr&&) noexcept = default;

Result<WinZipCtr> WinZipCtr::create() {
  auto state = std::make_unique<State>();
  state->context.reset(EVP_CIPHER_CTX_new());
  if (!state->context) return openssl_failure("make a cipher context");
  return WinZipCtr(std::move(state));
}

Status WinZipCtr::set_key(Bytes key) {
  State& state = *state_;
  state.keyed = false;
  if (key.size() != 16 && key.size() != 24 && key.size() != 32)
    return fail(Code::kInvalid, "AES: a key of " + std::to_string(key.size()) + " bytes");
  const EVP_CIPHER* cipher = aes_ecb(key.size());
  if (cipher == nullptr) return openssl_failure("find AES in OpenSSL", Code::kUnsupported);
  // The context remembers that padding is off when only the key changes.
  EVP_CIPHER_CTX* context = state.context.get();
  const bool same_cipher = EVP_CIPHER_CTX_get0_cipher(context) == cipher;
  if (EVP_EncryptInit_ex2(context, cipher, as_u8(key), nullptr, nullptr) != 1 ||
      (!same_cipher && EVP_CIPHER_CTX_set_padding(context, 0) != 1))
    return openssl_failure("set an AES key");
  state.keyed = true;
  return seek(0);
}

Status WinZipCtr::apply(MutableBytes data) {
  State& state = *state_;
  if (!state.keyed) return fail(Code::kInvalid, "AES: data before a key");
  while (!data.empty()) {
    if (state.begin == state.end) {
      const std::size_t wanted = std::min(data.size(), kBatchBytes);
      PENSTOCK_CHECK(state.generate((wanted + kBlockBytes - 1) / kBlockBytes * kBlockBytes));
    }
    const std::size_t part = std::min(data.size(), state.unused().size());
    xor_into(data.first(part), state.unused().first(part));
    state.begin += part;
    data = data.subspan(part);
  }
  return {};
}

Status WinZipCtr::seek(std::uint64_t offset) {
  State& state = *state_;
  if (!state.keyed) return fail(Code::kInvalid, "AES: seek before a key");
  state.counter = offset / kBlockBytes + 1;
  state.begin = state.end = 0;
  if (offset % kBlockBytes == 0) return {};
  PENSTOCK_CHECK(state.generate(kBlockBytes));
  state.begin = offset % kBlockBytes;
  return {};
}

}  // namespace penstock
