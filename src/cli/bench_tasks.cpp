#include "cli/bench_tasks.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "codec/compressor.h"
#include "codec/crc32.h"
#include "codec/decompressor.h"
#include "codec/gzip_member.h"
#include "codec/zlib_yardstick.h"
#include "crypto/aes_ctr.h"
#include "crypto/digest.h"
#include "crypto/hmac_sha1.h"
#include "crypto/pbkdf2.h"

namespace penstock::cli {
namespace {

using Buffer = std::vector<std::byte>;
using Made = Result<BenchRound>;

// `work` may only be moved; std::function wants copies.
template <class Work>
std::function<Status()> shared(Work work) {
  return [held = std::make_shared<Work>(std::move(work))] { return (*held)(); };
}

BenchTask bytes_task(std::string group, std::string name, std::uint64_t bytes,
                     std::function<Made()> prepare) {
  return {std::move(group), std::move(name), bytes, true, std::move(prepare)};
}

// Together larger than the caches, so that it is memory that is measured.
BenchTask copy_task(unsigned threads) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  const std::size_t bytes = std::clamp(512 * kMebibyte / threads, 4 * kMebibyte, 32 * kMebibyte);
  return bytes_task("memory", "copy", bytes, [bytes]() -> Made {
    return BenchRound{
        shared([from = Buffer(bytes, std::byte{1}), to = Buffer(bytes)]() mutable -> Status {
          std::ranges::copy(from, to.begin());
          from.front() = to.back();  // or the compiler might leave the copy out
          return {};
        })};
  });
}

Made zlib_round(Bytes data) {
  constexpr int kLevel = 6;
  Buffer out(2 * data.size() + 64);
  const std::size_t made = zlib_compress(data, kLevel, out);
  return BenchRound{shared([data, out = std::move(out)]() mutable -> Status {
                      if (zlib_compress(data, kLevel, out) == 0)
                        return fail(Code::kInternal, "zlib does not compress");
                      return {};
                    }),
                    made};
}

Made huffman_compress_round(Bytes data) {
  PENSTOCK_TRY(auto encoder, gzip::MemberEncoder::create(gzip::Mode::kHuffman));
  Buffer out(gzip::MemberEncoder::bound(data.size()));
  PENSTOCK_TRY(const Bytes member, encoder.encode(data, out));
  return BenchRound{
      shared([data, encoder = std::move(encoder), out = std::move(out)]() mutable -> Status {
        PENSTOCK_TRY([[maybe_unused]] const Bytes made, encoder.encode(data, out));
        return {};
      }),
      member.size()};
}

Made huffman_decompress_round(Bytes data) {
  PENSTOCK_TRY(auto encoder, gzip::MemberEncoder::create(gzip::Mode::kHuffman));
  PENSTOCK_TRY(auto decoder, gzip::MemberDecoder::create());
  Buffer space(gzip::MemberEncoder::bound(data.size()));
  PENSTOCK_TRY(const Bytes member, encoder.encode(data, space));
  return BenchRound{shared([decoder = std::move(decoder), out = Buffer(data.size()),
                            packed = Buffer(member.begin(), member.end())]() mutable -> Status {
    PENSTOCK_TRY([[maybe_unused]] const std::size_t made, decoder.inflate_member(packed, out));
    return {};
  })};
}

Made compress_round(Bytes data, Codec codec, int level) {
  PENSTOCK_TRY(auto compressor, Compressor::create(codec, level));
  Buffer out(Compressor::bound(data.size()));
  PENSTOCK_TRY(const std::size_t size, compressor.compress(data, out));
  return BenchRound{
      shared([data, compressor = std::move(compressor), out = std::move(out)]() mutable -> Status {
        PENSTOCK_TRY([[maybe_unused]] const std::size_t made, compressor.compress(data, out));
        return {};
      }),
      size};
}

Made decompress_round(Bytes data, Codec codec, int level) {
  PENSTOCK_TRY(auto compressor, Compressor::create(codec, level));
  PENSTOCK_TRY(auto decompressor, Decompressor::create());
  Buffer packed(Compressor::bound(data.size()));
  PENSTOCK_TRY(const std::size_t size, compressor.compress(data, packed));
  packed.resize(size);
  return BenchRound{shared([codec, decompressor = std::move(decompressor),
                            packed = std::move(packed), out = Buffer(data.size())]() mutable {
    return decompressor.decompress(codec, packed, out);
  })};
}

void add_level(std::vector<BenchTask>& tasks, Bytes data, Codec codec, int level) {
  const std::string what = std::string(name(codec)) + " " + std::to_string(level);
  tasks.push_back(bytes_task("codec", what + ", compress", data.size(),
                             [=] { return compress_round(data, codec, level); }));
  tasks.push_back(bytes_task("codec", what + ", decompress", data.size(),
                             [=] { return decompress_round(data, codec, level); }));
}

void add_codecs(std::vector<BenchTask>& tasks, Bytes data) {
  tasks.push_back(bytes_task("codec", std::string(kBenchReference) + ", compress", data.size(),
                             [=] { return zlib_round(data); }));
  tasks.push_back(bytes_task("codec", "huffman, compress", data.size(),
                             [=] { return huffman_compress_round(data); }));
  tasks.push_back(bytes_task("codec", "huffman, decompress", data.size(),
                             [=] { return huffman_decompress_round(data); }));
  for (const int level : {1, 3, 6, 9}) add_level(tasks, data, Codec::kDeflate, level);
  for (const int level : {1, 3, 9, 19}) add_level(tasks, data, Codec::kZstd, level);
}

// As an archive's entries get it: encrypt, then authenticate what came out.
Made cipher_round(Bytes data, std::size_t key_bytes) {
  PENSTOCK_TRY(auto cipher, WinZipCtr::create());
  PENSTOCK_TRY(auto mac, HmacSha1::create());
  const Buffer key(key_bytes, std::byte{7});
  PENSTOCK_CHECK(cipher.set_key(key));
  return BenchRound{shared([key, cipher = std::move(cipher), mac = std::move(mac),
                            text = Buffer(data.begin(), data.end())]() mutable -> Status {
    PENSTOCK_CHECK(mac.set_key(key));
    PENSTOCK_CHECK(cipher.apply(text));
    PENSTOCK_CHECK(mac.update(text));
    PENSTOCK_TRY([[maybe_unused]] const HmacSha1::Tag tag, mac.finish());
    return {};
  })};
}

void add_ciphers(std::vector<BenchTask>& tasks, Bytes data) {
  for (const std::size_t key_bytes : {std::size_t{16}, std::size_t{32}})
    tasks.push_back(bytes_task("cipher",
                               "AES-" + std::to_string(key_bytes * 8) + "-CTR + HMAC-SHA1",
                               data.size(), [=] { return cipher_round(data, key_bytes); }));
}

void add_hashes(std::vector<BenchTask>& tasks, Bytes data) {
  const auto add = [&](std::string hash, std::function<Status()> run) {
    tasks.push_back(bytes_task("hash", std::move(hash), data.size(),
                               [run = std::move(run)] { return Made(BenchRound{run}); }));
  };
  add("SHA-1", [=]() -> Status {
    PENSTOCK_TRY([[maybe_unused]] const Sha1Digest digest, sha1(data));
    return {};
  });
  add("SHA-256", [=]() -> Status {
    PENSTOCK_TRY([[maybe_unused]] const Sha256Digest digest, sha256(data));
    return {};
  });
  add("CRC-32", [=]() -> Status {
    [[maybe_unused]] const volatile std::uint32_t crc = crc32(0, data);
    return {};
  });
}

// The keys of AES-256 entries, as many side by side as the processor's vectors hold.
BenchTask keys_task() {
  constexpr std::size_t kSaltBytes = 16;
  constexpr std::size_t kOutputBytes = 66;
  constexpr std::uint32_t kRounds = 1000;
  const std::size_t batch = pbkdf2_batch(kOutputBytes);
  return {"keys", "PBKDF2-HMAC-SHA1, 1,000 rounds, AES-256", batch, false, [batch]() -> Made {
            return BenchRound{shared(
                [salts = Buffer(batch * kSaltBytes), out = Buffer(batch * kOutputBytes)]() mutable {
                  return pbkdf2_hmac_sha1(Secret(std::string("correct horse")), salts, kSaltBytes,
                                          kRounds, out, kOutputBytes);
                })};
          }};
}

}  // namespace

std::vector<BenchTask> bench_tasks(Bytes data, unsigned threads) {
  std::vector<BenchTask> tasks;
  add_codecs(tasks, data);
  add_ciphers(tasks, data);
  add_hashes(tasks, data);
  tasks.push_back(keys_task());
  tasks.push_back(copy_task(threads));
  return tasks;
}

}  // namespace penstock::cli
