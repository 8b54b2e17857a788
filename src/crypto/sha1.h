// SHA-1's compression function (FIPS 180-4 section 6.1.2), plain: what PBKDF2 needs once per
// password, and the yardstick of the vector paths. Whole messages go through OpenSSL.
#pragma once

#include <array>
#include <cstdint>

namespace penstock {

using Sha1State = std::array<std::uint32_t, 5>;
using Sha1Block = std::array<std::uint32_t, 16>;  // the message's big-endian words as integers

inline constexpr Sha1State kSha1Start = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                                         0xc3d2e1f0};

// The constant of round `t` (0..79).
constexpr std::uint32_t sha1_constant(int t) {
  constexpr std::array<std::uint32_t, 4> kConstants = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
                                                       0xca62c1d6};
  return kConstants[static_cast<std::size_t>(t) / 20];
}

// The state after one more block.
Sha1State sha1_compress(const Sha1State& state, const Sha1Block& block);

}  // namespace penstock
