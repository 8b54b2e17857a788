// PBKDF2 with the SHA instructions: two lanes, interleaved, because one alone waits for the latency
// of its own rounds.
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "crypto/pbkdf2_path.h"

namespace penstock {
#if defined(__x86_64__)
namespace {

#define PENSTOCK_SHA_TARGET __attribute__((target("sha,sse4.1")))
#define PENSTOCK_SHA_INLINE PENSTOCK_SHA_TARGET __attribute__((always_inline)) inline

// The same register of both lanes.
struct Two {
  __m128i v[2];
};

PENSTOCK_SHA_INLINE Two both(__m128i v) { return {{v, v}}; }
PENSTOCK_SHA_INLINE Two add(Two a, Two b) {
  return {{_mm_add_epi32(a.v[0], b.v[0]), _mm_add_epi32(a.v[1], b.v[1])}};
}
PENSTOCK_SHA_INLINE Two exclusive(Two a, Two b) {
  return {{_mm_xor_si128(a.v[0], b.v[0]), _mm_xor_si128(a.v[1], b.v[1])}};
}
PENSTOCK_SHA_INLINE Two next_e(Two a, Two b) {
  return {{_mm_sha1nexte_epu32(a.v[0], b.v[0]), _mm_sha1nexte_epu32(a.v[1], b.v[1])}};
}
PENSTOCK_SHA_INLINE Two message1(Two a, Two b) {
  return {{_mm_sha1msg1_epu32(a.v[0], b.v[0]), _mm_sha1msg1_epu32(a.v[1], b.v[1])}};
}
PENSTOCK_SHA_INLINE Two message2(Two a, Two b) {
  return {{_mm_sha1msg2_epu32(a.v[0], b.v[0]), _mm_sha1msg2_epu32(a.v[1], b.v[1])}};
}
template <int kStage>
PENSTOCK_SHA_INLINE Two four_rounds(Two abcd, Two e) {
  return {{_mm_sha1rnds4_epu32(abcd.v[0], e.v[0], kStage),
           _mm_sha1rnds4_epu32(abcd.v[1], e.v[1], kStage)}};
}

// A SHA-1 state as the instructions hold it: the first word in the highest lane of abcd, the last
// in the highest lane of e, whose other lanes hold what the use asks for.
struct State {
  Two abcd;
  Two e;
};

// Four rounds whose words are `w`; `e` is the state four rounds ago on entry.
template <int kStage>
PENSTOCK_SHA_INLINE void step(State& s, Two w) {
  const Two before = s.abcd;
  s.abcd = four_rounds<kStage>(s.abcd, next_e(s.e, w));
  s.e = before;
}

// The next four words of the schedule, in place of the oldest.
PENSTOCK_SHA_INLINE void expand(Two& a, Two b, Two c, Two d) {
  a = message2(exclusive(message1(a, b), c), d);
}

// Rounds 16..79 on the schedule m.
PENSTOCK_SHA_INLINE void late_rounds(State& s, Two (&m)[4]) {
  expand(m[0], m[1], m[2], m[3]), step<0>(s, m[0]);
  expand(m[1], m[2], m[3], m[0]), step<1>(s, m[1]);
  expand(m[2], m[3], m[0], m[1]), step<1>(s, m[2]);
  expand(m[3], m[0], m[1], m[2]), step<1>(s, m[3]);
  expand(m[0], m[1], m[2], m[3]), step<1>(s, m[0]);
  expand(m[1], m[2], m[3], m[0]), step<1>(s, m[1]);
  expand(m[2], m[3], m[0], m[1]), step<2>(s, m[2]);
  expand(m[3], m[0], m[1], m[2]), step<2>(s, m[3]);
  expand(m[0], m[1], m[2], m[3]), step<2>(s, m[0]);
  expand(m[1], m[2], m[3], m[0]), step<2>(s, m[1]);
  expand(m[2], m[3], m[0], m[1]), step<2>(s, m[2]);
  expand(m[3], m[0], m[1], m[2]), step<3>(s, m[3]);
  expand(m[0], m[1], m[2], m[3]), step<3>(s, m[0]);
  expand(m[1], m[2], m[3], m[0]), step<3>(s, m[1]);
  expand(m[2], m[3], m[0], m[1]), step<3>(s, m[2]);
  expand(m[3], m[0], m[1], m[2]), step<3>(s, m[3]);
}

// A state to start from. `e` has zeros beside the word; `tail` has there what follows a digest in
// its padded block, so that adding the two gives the block's second four words.
struct Fixed {
  Two abcd;
  Two e;
  Two tail;
};

PENSTOCK_SHA_INLINE Fixed fixed(const Sha1State& key) {
  const auto word = [&](std::size_t i) { return static_cast<int>(key[i]); };
  constexpr int kMarker = static_cast<int>(0x80000000U);
  return {both(_mm_set_epi32(word(0), word(1), word(2), word(3))),
          both(_mm_set_epi32(word(4), 0, 0, 0)), both(_mm_set_epi32(word(4), kMarker, 0, 0))};
}

// SHA-1 of the block m, continued from the key's state. The result's e holds words 4..7 of the
// block that a digest makes.
PENSTOCK_SHA_INLINE State hash_block(const Fixed& from, Two (&m)[4]) {
  State s{four_rounds<0>(from.abcd, add(from.e, m[0])), from.abcd};
  step<0>(s, m[1]);
  step<0>(s, m[2]);
  step<0>(s, m[3]);
  late_rounds(s, m);
  return {add(s.abcd, from.abcd), next_e(s.e, from.tail)};
}

PENSTOCK_SHA_INLINE State hash_digest(const Fixed& from, const State& digest) {
  constexpr int kDigestMessageBits = (64 + 20) * 8;
  Two m[4] = {digest.abcd, digest.e, both(_mm_setzero_si128()),
              both(_mm_set_epi32(0, 0, 0, kDigestMessageBits))};
  return hash_block(from, m);
}

PENSTOCK_SHA_INLINE __m128i four_words(const Pbkdf2Pass& pass, std::size_t word, std::size_t lane) {
  const auto at = [&](std::size_t i) { return static_cast<int>(pass.message[word + i][lane]); };
  return _mm_set_epi32(at(0), at(1), at(2), at(3));
}

PENSTOCK_SHA_INLINE State hash_message(const Fixed& from, const Pbkdf2Pass& pass) {
  Two m[4];
  for (std::size_t i = 0; i < 4; ++i)
    m[i] = {{four_words(pass, 4 * i, 0), four_words(pass, 4 * i, 1)}};
  return hash_block(from, m);
}

PENSTOCK_SHA_INLINE void store(const State& sum, Pbkdf2Pass& pass) {
  for (std::size_t lane = 0; lane < 2; ++lane) {
    alignas(16) std::uint32_t abcd[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(abcd), sum.abcd.v[lane]);
    for (std::size_t i = 0; i < 4; ++i) pass.output[i][lane] = abcd[3 - i];
    pass.output[4][lane] = static_cast<std::uint32_t>(_mm_extract_epi32(sum.e.v[lane], 3));
  }
}

PENSTOCK_SHA_TARGET void run(const HmacStart& start, std::uint32_t iterations, Pbkdf2Pass& pass) {
  const Fixed inner = fixed(start.inner);
  const Fixed outer = fixed(start.outer);
  State u = hash_digest(outer, hash_message(inner, pass));
  State sum = u;
  for (std::uint32_t i = 1; i < iterations; ++i) {
    u = hash_digest(outer, hash_digest(inner, u));
    sum = {exclusive(sum.abcd, u.abcd), exclusive(sum.e, u.e)};
  }
  store(sum, pass);
}

}  // namespace

const Pbkdf2Path* pbkdf2_sha_ni() {
  static constexpr Pbkdf2Path kPath{2, run};
  return &kPath;
}
#else
const Pbkdf2Path* pbkdf2_sha_ni() { return nullptr; }
#endif

}  // namespace penstock
