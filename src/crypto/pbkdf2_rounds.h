// The inner loop of PBKDF2-HMAC-SHA1 over the lanes of a vector, written once for all vector
// widths. Nearly all the work hashes a 20-byte digest, whose block is known but for its first five
// words:
//
//   u0 u1 u2 u3 u4 80000000 0 0 0 0 0 0 0 0 0 672     (672 = bits of the key block and the digest)
//
// so zeros drop out of the message schedule, constants melt into the rounds' constants, and the
// first five rounds, which start from a state that never changes, are partly done beforehand.
//
// The file that includes this one defines PENSTOCK_LANES_TARGET as the target attribute of its
// instruction set and names it on its own Ops too, which have to be inlined into these functions:
//
//   struct Ops {
//     using V = ...;                               // kLanes words of 32 bits
//     static constexpr std::size_t kLanes;
//     static V load(const std::uint32_t*);         // aligned
//     static void store(std::uint32_t*, V);
//     static V all(std::uint32_t);                 // the same word in every lane
//     static V add(V, V); exclusive(V, V); exclusive(V, V, V); choose(V, V, V); majority(V, V, V);
//     template <int kBits> static V rotate(V);     // to the left
//   };
//
// Only Ops of an unnamed namespace may be used: files with different targets must not share
// instances of these templates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "crypto/pbkdf2_path.h"

#if !defined(PENSTOCK_LANES_TARGET)
#define PENSTOCK_LANES_TARGET
#endif
#define PENSTOCK_LANES_INLINE PENSTOCK_LANES_TARGET __attribute__((always_inline)) inline

namespace penstock::lanes {

inline constexpr int kRounds = 80;
inline constexpr std::uint32_t kMarker = 0x80000000;
inline constexpr std::uint32_t kDigestMessageBits = (64 + 20) * 8;

constexpr bool is_zero(int t) { return t >= 6 && t <= 14; }
constexpr bool is_constant(int t) { return t >= 5 && t <= 15; }
constexpr std::uint32_t constant_word(int t) {
  return t == 5 ? kMarker : t == 15 ? kDigestMessageBits : 0;
}

// How to make word t: the earlier words to XOR (those that are not zero), then a rotation.
struct Recipe {
  int terms = 0;
  int rotation = 0;
  std::array<int, 4> from{};
};

// SHA-1's rule w[t] = rotl(w[t-3] ^ w[t-8] ^ w[t-14] ^ w[t-16], 1), applied to itself, doubles all
// distances and the rotation, because XOR terms that occur twice vanish. `factor` is 1, 2 or 4.
constexpr Recipe stretched(int t, int factor) {
  Recipe recipe{.rotation = factor};
  for (const int distance : {3, 8, 14, 16}) {
    const int source = t - distance * factor;
    if (source < 0) return {.terms = 5};  // reaches before the message
    if (!is_zero(source)) recipe.from[static_cast<std::size_t>(recipe.terms++)] = source;
  }
  return recipe;
}

// The cheapest of the three: far words cost no more than near ones, and the zeros are far away.
constexpr Recipe recipe(int t) {
  Recipe best = stretched(t, 1);
  for (const int factor : {2, 4})
    if (const Recipe other = stretched(t, factor); other.terms < best.terms) best = other;
  return best;
}

// Whether no word after t is made of `source`.
constexpr bool is_last_use(int source, int t) {
  for (int later = t + 1; later < kRounds; ++later) {
    const Recipe other = recipe(later);
    for (int i = 0; i < other.terms; ++i)
      if (other.from[static_cast<std::size_t>(i)] == source) return false;
  }
  return true;
}

// The recipe with a word in front that is not needed again, if there is one: vpternlogd overwrites
// its first operand, and would need a copy of any other.
constexpr Recipe ordered_recipe(int t) {
  Recipe ordered = recipe(t);
  const auto end = ordered.from.begin() + ordered.terms;
  std::partition(ordered.from.begin(), end,
                 [t](int source) { return !is_constant(source) && is_last_use(source, t); });
  return ordered;
}

template <class Ops>
struct State {
  typename Ops::V v[5];
};

template <class Ops>
struct Words {
  typename Ops::V v[kRounds];
};

template <class Ops, int kRound>
PENSTOCK_LANES_INLINE typename Ops::V mix(typename Ops::V b, typename Ops::V c, typename Ops::V d) {
  if constexpr (kRound < 20) return Ops::choose(b, c, d);
  if constexpr (kRound >= 40 && kRound < 60) return Ops::majority(b, c, d);
  return Ops::exclusive(b, c, d);
}

// Word kRound of the digest's schedule, from the words before it.
template <class Ops, int kRound>
PENSTOCK_LANES_INLINE typename Ops::V expanded(const Words<Ops>& words) {
  constexpr Recipe kRecipe = ordered_recipe(kRound);
  static_assert(kRecipe.terms >= 1 && kRecipe.terms <= 4);
  constexpr auto kFrom = kRecipe.from;
  typename Ops::V sum = words.v[kFrom[0]];
  if constexpr (kRecipe.terms == 2) sum = Ops::exclusive(sum, words.v[kFrom[1]]);
  if constexpr (kRecipe.terms >= 3) sum = Ops::exclusive(sum, words.v[kFrom[1]], words.v[kFrom[2]]);
  if constexpr (kRecipe.terms == 4) sum = Ops::exclusive(sum, words.v[kFrom[3]]);
  return Ops::template rotate<kRecipe.rotation>(sum);
}

// The key's state with what the first five rounds make of it alone.
template <class Ops>
struct Fixed {
  State<Ops> state;
  typename Ops::V first[5];  // the sum of all terms of round 0..4 that hold only key state
  typename Ops::V a30;
  typename Ops::V b30;
};

template <class Ops>
PENSTOCK_LANES_INLINE Fixed<Ops> fixed(const Sha1State& key) {
  Fixed<Ops> f;
  for (int i = 0; i < 5; ++i) f.state.v[i] = Ops::all(key[static_cast<std::size_t>(i)]);
  const auto& [a, b, c, d, e] = f.state.v;
  constexpr std::uint32_t kConstant = sha1_constant(0);
  const auto k = Ops::all(kConstant);
  f.a30 = Ops::template rotate<30>(a);
  f.b30 = Ops::template rotate<30>(b);
  f.first[0] = Ops::add(Ops::add(Ops::template rotate<5>(a), Ops::choose(b, c, d)), Ops::add(e, k));
  f.first[1] = Ops::add(Ops::choose(a, f.b30, c), Ops::add(d, k));
  f.first[2] = Ops::add(c, k);
  f.first[3] = Ops::add(f.b30, k);
  f.first[4] = Ops::add(f.a30, k);
  return f;
}

// Rounds 0..4 from the key's state; leaves s ready for round 5.
template <class Ops>
PENSTOCK_LANES_INLINE void first_rounds(State<Ops>& s, const Fixed<Ops>& f,
                                        const Words<Ops>& words) {
  using V = typename Ops::V;
  const auto& w = words.v;
  const V x0 = Ops::add(f.first[0], w[0]);
  const V x1 = Ops::add(Ops::template rotate<5>(x0), Ops::add(f.first[1], w[1]));
  const V x2 = Ops::add(Ops::add(Ops::template rotate<5>(x1), Ops::choose(x0, f.a30, f.b30)),
                        Ops::add(f.first[2], w[2]));
  const V r0 = Ops::template rotate<30>(x0);
  const V x3 = Ops::add(Ops::add(Ops::template rotate<5>(x2), Ops::choose(x1, r0, f.a30)),
                        Ops::add(f.first[3], w[3]));
  const V r1 = Ops::template rotate<30>(x1);
  const V x4 = Ops::add(Ops::add(Ops::template rotate<5>(x3), Ops::choose(x2, r1, r0)),
                        Ops::add(f.first[4], w[4]));
  s.v[0] = x4;
  s.v[1] = x3;
  s.v[2] = Ops::template rotate<30>(x2);
  s.v[3] = r1;
  s.v[4] = r0;
}

// Round kRound (5..79). The registers do not move: what was a becomes b by counting.
template <class Ops, int kRound>
PENSTOCK_LANES_INLINE void round(State<Ops>& s, Words<Ops>& words) {
  using V = typename Ops::V;
  constexpr std::uint32_t kConstant = sha1_constant(kRound);
  constexpr int kA = (kRounds + 5 - kRound) % 5;
  V& b = s.v[(kA + 1) % 5];
  V& e = s.v[(kA + 4) % 5];
  const V b30 = Ops::template rotate<30>(b);
  const V f = mix<Ops, kRound>(b, s.v[(kA + 2) % 5], s.v[(kA + 3) % 5]);
  V rest;
  if constexpr (is_constant(kRound)) {
    rest = Ops::add(e, Ops::all(kConstant + constant_word(kRound)));
  } else {
    words.v[kRound] = expanded<Ops, kRound>(words);
    rest = Ops::add(e, Ops::add(words.v[kRound], Ops::all(kConstant)));
  }
  e = Ops::add(Ops::template rotate<5>(s.v[kA]), Ops::add(f, rest));
  b = b30;
}

template <class Ops, int... kOffset>
PENSTOCK_LANES_INLINE void rounds(State<Ops>& s, Words<Ops>& words,
                                  std::integer_sequence<int, kOffset...>) {
  (round<Ops, kOffset + 5>(s, words), ...);
}

// digest = SHA-1 of it, continued from the key's state.
template <class Ops>
PENSTOCK_LANES_INLINE void hash_digest(const Fixed<Ops>& from, State<Ops>& digest) {
  Words<Ops> words;
  for (int t = 0; t < 5; ++t) words.v[t] = digest.v[t];
  for (int t = 5; t < 16; ++t) words.v[t] = Ops::all(constant_word(t));
  first_rounds(digest, from, words);
  rounds(digest, words, std::make_integer_sequence<int, kRounds - 5>());
  for (int i = 0; i < 5; ++i) digest.v[i] = Ops::add(digest.v[i], from.state.v[i]);
}

// Rounds kFirst .. kFirst + 19 of any message; w is the schedule's last sixteen words.
template <class Ops, int kFirst>
PENSTOCK_LANES_INLINE void twenty_rounds(State<Ops>& s, typename Ops::V (&w)[16]) {
  using V = typename Ops::V;
  constexpr std::uint32_t kConstant = sha1_constant(kFirst);
  auto& [a, b, c, d, e] = s.v;
  for (int t = kFirst; t < kFirst + 20; ++t) {
    V& word = w[t % 16];
    if (t >= 16)
      word = Ops::template rotate<1>(
          Ops::exclusive(word, Ops::exclusive(w[(t - 3) % 16], w[(t - 8) % 16], w[(t - 14) % 16])));
    const V rest = Ops::add(e, Ops::add(word, Ops::all(kConstant)));
    const V next = Ops::add(Ops::add(Ops::template rotate<5>(a), mix<Ops, kFirst>(b, c, d)), rest);
    e = d;
    d = c;
    c = Ops::template rotate<30>(b);
    b = a;
    a = next;
  }
}

// SHA-1 of a whole message block per lane, once a pass: plain loops are fast enough.
template <class Ops>
PENSTOCK_LANES_INLINE State<Ops> hash_message(const Fixed<Ops>& from,
                                              const std::uint32_t (&message)[16][kMostLanes]) {
  typename Ops::V w[16];
  for (int t = 0; t < 16; ++t) w[t] = Ops::load(message[t]);
  State<Ops> s = from.state;
  twenty_rounds<Ops, 0>(s, w);
  twenty_rounds<Ops, 20>(s, w);
  twenty_rounds<Ops, 40>(s, w);
  twenty_rounds<Ops, 60>(s, w);
  for (int i = 0; i < 5; ++i) s.v[i] = Ops::add(s.v[i], from.state.v[i]);
  return s;
}

// Pbkdf2Path::run for these Ops.
template <class Ops>
PENSTOCK_LANES_INLINE void run_pass(const HmacStart& start, std::uint32_t iterations,
                                    Pbkdf2Pass& pass) {
  const Fixed<Ops> inner = fixed<Ops>(start.inner);
  const Fixed<Ops> outer = fixed<Ops>(start.outer);
  State<Ops> u = hash_message(inner, pass.message);
  hash_digest(outer, u);
  State<Ops> sum = u;
  for (std::uint32_t i = 1; i < iterations; ++i) {
    hash_digest(inner, u);
    hash_digest(outer, u);
    for (int j = 0; j < 5; ++j) sum.v[j] = Ops::exclusive(sum.v[j], u.v[j]);
  }
  for (int j = 0; j < 5; ++j) Ops::store(pass.output[j], sum.v[j]);
}

}  // namespace penstock::lanes
