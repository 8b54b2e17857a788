#include "crypto/pbkdf2.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "crypto/openssl.h"
#include "crypto/pbkdf2_path.h"

namespace penstock {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kDigestBytes = 20;
// A block less the block number (4), the end marker (1) and the length (8).
constexpr std::size_t kMostSaltBytes = kBlockBytes - 4 - 1 - 8;

using Block = std::array<std::byte, kBlockBytes>;

// A T that is wiped when it goes.
template <class T>
struct Wiped {
  Wiped() = default;
  ~Wiped() { wipe(std::as_writable_bytes(std::span(&value, 1))); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  T value{};
};

std::uint32_t load_be(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

std::byte byte_of(std::uint32_t word, std::size_t index) {
  return static_cast<std::byte>(word >> (24 - 8 * index));
}

// The HMAC key: the password, or its hash when it is longer than a block (RFC 2104 section 2).
Status make_key(const Secret& password, Block& key) {
  const Bytes bytes = password.expose();
  if (bytes.size() <= kBlockBytes) {
    std::copy(bytes.begin(), bytes.end(), key.begin());
  } else if (EVP_Q_digest(nullptr, "SHA1", nullptr, bytes.data(), bytes.size(),
                          as_u8(MutableBytes(key)), nullptr) != 1) {
    return openssl_failure("hash a long password");
  }
  return {};
}

Sha1State state_after(const Block& key, std::uint32_t mask) {
  Wiped<Sha1Block> words;
  for (std::size_t i = 0; i < words.value.size(); ++i) words.value[i] = load_be(&key[4 * i]) ^ mask;
  return sha1_compress(kSha1Start, words.value);
}

Status make_start(const Secret& password, HmacStart& start) {
  Wiped<Block> key;
  PENSTOCK_CHECK(make_key(password, key.value));
  start.inner = state_after(key.value, 0x36363636);
  start.outer = state_after(key.value, 0x5c5c5c5c);
  return {};
}

// What is to be derived, as one row of blocks: block b of output i is number i * blocks_each + b.
struct Work {
  Bytes salts;
  std::size_t salt_bytes;
  MutableBytes outputs;
  std::size_t output_bytes;

  std::size_t blocks_each() const { return (output_bytes + kDigestBytes - 1) / kDigestBytes; }
  std::size_t blocks() const { return outputs.size() / output_bytes * blocks_each(); }
};

Status check(const Work& work, std::uint32_t iterations) {
  if (iterations == 0) return fail(Code::kInvalid, "PBKDF2: no iterations");
  if (work.output_bytes == 0 || work.outputs.size() % work.output_bytes != 0)
    return fail(Code::kInvalid, "PBKDF2: the room for outputs is not a number of outputs");
  if (work.blocks_each() > std::numeric_limits<std::uint32_t>::max())
    return fail(Code::kInvalid, "PBKDF2: an output is longer than the standard allows");
  const std::size_t count = work.outputs.size() / work.output_bytes;
  if (work.salt_bytes > kMostSaltBytes || work.salts.size() != count * work.salt_bytes)
    return fail(Code::kInvalid, "PBKDF2: the salts do not match the outputs");
  return {};
}

// Lane `lane` is to make block `number`.
void put_message(const Work& work, std::size_t number, Pbkdf2Pass& pass, std::size_t lane) {
  const std::size_t output = number / work.blocks_each();
  const auto index = static_cast<std::uint32_t>(number % work.blocks_each() + 1);
  const Bytes salt = work.salts.subspan(output * work.salt_bytes, work.salt_bytes);
  Block message{};
  std::copy(salt.begin(), salt.end(), message.begin());
  for (std::size_t i = 0; i < 4; ++i) message[salt.size() + i] = byte_of(index, i);
  message[salt.size() + 4] = std::byte{0x80};
  for (std::size_t i = 0; i < 15; ++i) pass.message[i][lane] = load_be(&message[4 * i]);
  pass.message[15][lane] = static_cast<std::uint32_t>((kBlockBytes + salt.size() + 4) * 8);
}

// Stores the bytes of block `number` that its output has room for.
void take_output(const Work& work, std::size_t number, const Pbkdf2Pass& pass, std::size_t lane) {
  const std::size_t begin = number % work.blocks_each() * kDigestBytes;
  const std::size_t bytes = std::min(kDigestBytes, work.output_bytes - begin);
  const MutableBytes to =
      work.outputs.subspan(number / work.blocks_each() * work.output_bytes + begin, bytes);
  for (std::size_t i = 0; i < bytes; ++i) to[i] = byte_of(pass.output[i / 4][lane], i % 4);
}

const Pbkdf2Path& path_of(CpuLevel level) {
  const Pbkdf2Path* path = nullptr;
  if (level == CpuLevel::kAvx512) path = pbkdf2_avx512();
  if (level == CpuLevel::kAvx2) path = pbkdf2_avx2();
  if (level == CpuLevel::kShaNi) path = pbkdf2_sha_ni();
  return path != nullptr ? *path : pbkdf2_portable();
}

// Blocks [first, first + count), count at most the lanes of `path`. Lanes left over repeat the
// last.
void run_pass(const Pbkdf2Path& path, const HmacStart& start, std::uint32_t iterations,
              const Work& work, std::size_t first, std::size_t count, Pbkdf2Pass& pass) {
  for (std::size_t lane = 0; lane < path.lanes; ++lane)
    put_message(work, first + std::min(lane, count - 1), pass, lane);
  path.run(start, iterations, pass);
  for (std::size_t lane = 0; lane < count; ++lane) take_output(work, first + lane, pass, lane);
}

Status derive(CpuLevel level, const Secret& password, std::uint32_t iterations, const Work& work) {
  PENSTOCK_CHECK(check(work, iterations));
  Wiped<HmacStart> start;
  PENSTOCK_CHECK(make_start(password, start.value));
  Wiped<Pbkdf2Pass> pass;
  const Pbkdf2Path& path = path_of(level);
  for (std::size_t first = 0; first < work.blocks(); first += path.lanes) {
    const std::size_t count = std::min(path.lanes, work.blocks() - first);
    run_pass(path, start.value, iterations, work, first, count, pass.value);
  }
  return {};
}

}  // namespace

Status pbkdf2_hmac_sha1(const Secret& password, Bytes salts, std::size_t salt_bytes,
                        std::uint32_t iterations, MutableBytes outputs, std::size_t output_bytes) {
  return derive(cpu_level(), password, iterations, {salts, salt_bytes, outputs, output_bytes});
}

Status pbkdf2_hmac_sha1_on(CpuLevel level, const Secret& password, Bytes salts,
                           std::size_t salt_bytes, std::uint32_t iterations, MutableBytes outputs,
                           std::size_t output_bytes) {
  return derive(level, password, iterations, {salts, salt_bytes, outputs, output_bytes});
}

std::size_t pbkdf2_batch(std::size_t output_bytes) {
  const std::size_t lanes = path_of(cpu_level()).lanes;
  return lanes / std::gcd(lanes, (output_bytes + kDigestBytes - 1) / kDigestBytes);
}

}  // namespace penstock
