// What pbkdf2.cpp and the paths (one .cpp file per instruction set) agree on. Private to the room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/sha1.h"

namespace penstock {

inline constexpr std::size_t kMostLanes = 16;

// SHA-1 after the key's inner and outer HMAC block (RFC 2104): the same for every lane.
struct HmacStart {
  Sha1State inner;
  Sha1State outer;
};

// A pass: in every lane one PBKDF2 block T = U1 ^ U2 ^ ... . Lane l is column l of the arrays; word
// by word, so that a vector register holds one word of every lane.
struct Pbkdf2Pass {
  // The first message: salt and block number, padded to one SHA-1 block.
  alignas(64) std::uint32_t message[16][kMostLanes];
  alignas(64) std::uint32_t output[5][kMostLanes];
};

// One way to run a pass. `lanes` is how many columns it works on, always all of them.
struct Pbkdf2Path {
  std::size_t lanes;
  void (*run)(const HmacStart& start, std::uint32_t iterations, Pbkdf2Pass& pass);
};

// Four lanes in whatever vector registers every processor of the target has.
const Pbkdf2Path& pbkdf2_portable();
// Null where the program was not built for x86-64. Calling run() needs the instruction set.
const Pbkdf2Path* pbkdf2_sha_ni();
const Pbkdf2Path* pbkdf2_avx2();
const Pbkdf2Path* pbkdf2_avx512();

}  // namespace penstock
