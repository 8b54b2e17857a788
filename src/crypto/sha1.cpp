#include "crypto/sha1.h"

#include <bit>

#include "penstock/secret.h"

namespace penstock {
namespace {

using Schedule = std::array<std::uint32_t, 80>;

Schedule expand(const Sha1Block& block) {
  Schedule words{};
  for (std::size_t t = 0; t < block.size(); ++t) words[t] = block[t];
  for (std::size_t t = block.size(); t < words.size(); ++t)
    words[t] = std::rotl(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
  return words;
}

std::uint32_t mix(std::size_t t, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (t < 20) return (b & c) | (~b & d);
  if (t >= 40 && t < 60) return (b & c) | (b & d) | (c & d);
  return b ^ c ^ d;
}

}  // namespace

Sha1State sha1_compress(const Sha1State& state, const Sha1Block& block) {
  Schedule words = expand(block);
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < words.size(); ++t) {
    const std::uint32_t next =
        std::rotl(a, 5) + mix(t, b, c, d) + e + sha1_constant(static_cast<int>(t)) + words[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  wipe(std::as_writable_bytes(std::span(words)));
  return {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace penstock
