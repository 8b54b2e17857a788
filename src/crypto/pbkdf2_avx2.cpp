// PBKDF2 in the eight lanes of an AVX2 register.
#if defined(__x86_64__)
#include <immintrin.h>

#define PENSTOCK_LANES_TARGET __attribute__((target("avx2")))
#endif

#include "crypto/pbkdf2_rounds.h"

namespace penstock {
#if defined(__x86_64__)
namespace {

struct Octet {
  using V = __m256i;
  static constexpr std::size_t kLanes = 8;

  PENSTOCK_LANES_INLINE static V load(const std::uint32_t* from) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(from));
  }
  PENSTOCK_LANES_INLINE static void store(std::uint32_t* to, V v) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(to), v);
  }
  PENSTOCK_LANES_INLINE static V all(std::uint32_t word) {
    return _mm256_set1_epi32(static_cast<int>(word));
  }
  PENSTOCK_LANES_INLINE static V add(V a, V b) { return _mm256_add_epi32(a, b); }
  PENSTOCK_LANES_INLINE static V exclusive(V a, V b) { return _mm256_xor_si256(a, b); }
  PENSTOCK_LANES_INLINE static V exclusive(V a, V b, V c) { return exclusive(exclusive(a, b), c); }
  PENSTOCK_LANES_INLINE static V choose(V b, V c, V d) {
    return exclusive(d, _mm256_and_si256(b, exclusive(c, d)));
  }
  PENSTOCK_LANES_INLINE static V majority(V b, V c, V d) {
    return exclusive(c, _mm256_and_si256(exclusive(b, c), exclusive(c, d)));
  }
  template <int kBits>
  PENSTOCK_LANES_INLINE static V rotate(V v) {
    // Doubling by an addition: shifts have fewer execution ports.
    const V high = kBits == 1 ? add(v, v) : _mm256_slli_epi32(v, kBits);
    return _mm256_or_si256(high, _mm256_srli_epi32(v, 32 - kBits));
  }
};

PENSTOCK_LANES_TARGET void run(const HmacStart& start, std::uint32_t iterations, Pbkdf2Pass& pass) {
  lanes::run_pass<Octet>(start, iterations, pass);
}

}  // namespace

const Pbkdf2Path* pbkdf2_avx2() {
  static constexpr Pbkdf2Path kPath{Octet::kLanes, run};
  return &kPath;
}
#else
const Pbkdf2Path* pbkdf2_avx2() { return nullptr; }
#endif

}  // namespace penstock
