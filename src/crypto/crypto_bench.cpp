// Micro-benchmarks of the room: microseconds per key derivation on every path this processor has,
// bytes per second of cipher and MAC, and the fixed cost of a small entry.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include "crypto/aes_ctr.h"
#include "crypto/hmac_sha1.h"
#include "crypto/pbkdf2.h"

namespace penstock {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kAes256OutputBytes = 66;  // two keys and the check value
constexpr std::uint32_t kIterations = 1000;
constexpr std::size_t kSmallEntryBytes = 3000;

void stop_on(benchmark::State& state, const Status& status) {
  if (!status) state.SkipWithError(status.error().message.c_str());
}

// One derivation of an AES-256 entry: time divided by the entries of a batch.
void report_per_entry(benchmark::State& state, std::size_t entries) {
  using Counter = benchmark::Counter;
  state.counters["s/entry"] =
      Counter(static_cast<double>(entries), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void pbkdf2(benchmark::State& state, CpuLevel level, std::size_t entries) {
  if (!cpu_has(level)) return state.SkipWithError("not on this processor");
  const Secret password(std::string("correct horse battery staple"));
  std::vector<std::byte> salts(entries * kSaltBytes);
  for (std::size_t i = 0; i < salts.size(); ++i) salts[i] = static_cast<std::byte>(i * 7);
  std::vector<std::byte> outputs(entries * kAes256OutputBytes);
  for (auto _ : state)
    stop_on(state, pbkdf2_hmac_sha1_on(level, password, salts, kSaltBytes, kIterations, outputs,
                                       kAes256OutputBytes));
  report_per_entry(state, entries);
}
BENCHMARK_CAPTURE(pbkdf2, portable, CpuLevel::kPortable, 4);
BENCHMARK_CAPTURE(pbkdf2, sha_ni, CpuLevel::kShaNi, 4);
BENCHMARK_CAPTURE(pbkdf2, avx2, CpuLevel::kAvx2, 4);
BENCHMARK_CAPTURE(pbkdf2, avx512, CpuLevel::kAvx512, 4);

void pbkdf2_one_entry(benchmark::State& state) {
  const Secret password(std::string("correct horse battery staple"));
  const std::vector<std::byte> salt(kSaltBytes);
  std::vector<std::byte> output(kAes256OutputBytes);
  for (auto _ : state)
    stop_on(state,
            pbkdf2_hmac_sha1(password, salt, kSaltBytes, kIterations, output, kAes256OutputBytes));
  report_per_entry(state, 1);
}
BENCHMARK(pbkdf2_one_entry);

void pbkdf2_openssl(benchmark::State& state) {
  const std::string password = "correct horse battery staple";
  const std::vector<unsigned char> salt(kSaltBytes);
  std::vector<unsigned char> output(kAes256OutputBytes);
  for (auto _ : state)
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                      static_cast<int>(salt.size()), kIterations, EVP_sha1(),
                      static_cast<int>(output.size()), output.data());
  report_per_entry(state, 1);
}
BENCHMARK(pbkdf2_openssl);

// The range is the bytes of a call.
void aes256_ctr_stream(benchmark::State& state) {
  auto ctr = WinZipCtr::create();
  if (!ctr) return state.SkipWithError(ctr.error().message.c_str());
  const std::vector<std::byte> key(32);
  stop_on(state, ctr->set_key(key));
  std::vector<std::byte> data(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) stop_on(state, ctr->apply(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(aes256_ctr_stream)->Arg(3000)->Arg(64 << 10)->Arg(1 << 20);

void aes256_ctr_small_entry(benchmark::State& state) {
  auto ctr = WinZipCtr::create();
  if (!ctr) return state.SkipWithError(ctr.error().message.c_str());
  const std::vector<std::byte> key(32);
  std::vector<std::byte> data(kSmallEntryBytes);
  for (auto _ : state) {
    stop_on(state, ctr->set_key(key));
    stop_on(state, ctr->apply(data));
  }
}
BENCHMARK(aes256_ctr_small_entry);

void hmac_sha1_stream(benchmark::State& state) {
  auto hmac = HmacSha1::create();
  if (!hmac) return state.SkipWithError(hmac.error().message.c_str());
  const std::vector<std::byte> key(32);
  stop_on(state, hmac->set_key(key));
  const std::vector<std::byte> data(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) stop_on(state, hmac->update(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hmac_sha1_stream)->Arg(3000)->Arg(64 << 10)->Arg(1 << 20);

// The range is the bytes of a message: 0 shows the fixed cost.
void hmac_sha1_message(benchmark::State& state) {
  auto hmac = HmacSha1::create();
  if (!hmac) return state.SkipWithError(hmac.error().message.c_str());
  const std::vector<std::byte> key(32);
  const std::vector<std::byte> data(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    stop_on(state, hmac->set_key(key));
    stop_on(state, hmac->update(data));
    benchmark::DoNotOptimize(hmac->finish());
  }
}
BENCHMARK(hmac_sha1_message)->Arg(0)->Arg(kSmallEntryBytes);

}  // namespace
}  // namespace penstock
