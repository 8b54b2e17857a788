// PBKDF2 without any instruction set named: vectors of four words, which the compiler makes of what
// the target has (SSE2, NEON, or plain registers).
#include "crypto/pbkdf2_rounds.h"

namespace penstock {
namespace {

struct Quad {
  using V = std::uint32_t __attribute__((vector_size(16)));
  static constexpr std::size_t kLanes = 4;

  static V load(const std::uint32_t* from) { return V{from[0], from[1], from[2], from[3]}; }
  static void store(std::uint32_t* to, V v) {
    for (std::size_t i = 0; i < kLanes; ++i) to[i] = v[i];
  }
  static V all(std::uint32_t word) { return V{word, word, word, word}; }
  static V add(V a, V b) { return a + b; }
  static V exclusive(V a, V b) { return a ^ b; }
  static V exclusive(V a, V b, V c) { return a ^ b ^ c; }
  static V choose(V b, V c, V d) { return d ^ (b & (c ^ d)); }
  static V majority(V b, V c, V d) { return (b & c) | (d & (b | c)); }
  template <int kBits>
  static V rotate(V v) {
    return v << kBits | v >> (32 - kBits);
  }
};

void run(const HmacStart& start, std::uint32_t iterations, Pbkdf2Pass& pass) {
  lanes::run_pass<Quad>(start, iterations, pass);
}

}  // namespace

const Pbkdf2Path& pbkdf2_portable() {
  static constexpr Pbkdf2Path kPath{Quad::kLanes, run};
  return kPath;
}

}  // namespace penstock
