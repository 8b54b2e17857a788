// With shifts that leave the flags alone (BMI2) and a count of leading zeros that knows 64 (LZCNT).
#include "codec/huffman_streams.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define PENSTOCK_RUNS_TARGET __attribute__((target("bmi,bmi2,lzcnt")))
#include "codec/huffman_streams_loops.h"
#endif

namespace penstock::huffman {
#if defined(__x86_64__)
namespace {

struct Bmi2 {
#ifdef PENSTOCK_HUFFMAN_ROUNDS
  static constexpr bool kHasRounds = true;
  static bool rounds(Streams& streams, const Single* table, std::size_t count) {
    return (penstock_huffman_rounds(&streams, table, count) & 64) == 0;
  }
  static void multi_rounds(MultiStreams& streams, const Multi* table, std::size_t count) {
    penstock_huffman_multi_rounds(&streams, table, count);
  }
#else
  static constexpr bool kHasRounds = false;
  static bool rounds(Streams&, const Single*, std::size_t) { return false; }
  static void multi_rounds(MultiStreams&, const Multi*, std::size_t) {}
#endif
  PENSTOCK_RUNS_INLINE static std::uint64_t shift(std::uint64_t bits, std::uint64_t by) {
    return bits >> (by & 63);
  }
  PENSTOCK_RUNS_INLINE static unsigned used(std::uint64_t bits) {
    return static_cast<unsigned>(_lzcnt_u64(bits));
  }
};

PENSTOCK_RUNS_TARGET bool decode(const Tables& tables, const Runs& runs) {
  return loops::decode_runs<Bmi2>(tables, runs);
}

}  // namespace

DecodeRuns decode_runs_bmi2() { return decode; }
#else
DecodeRuns decode_runs_bmi2() { return nullptr; }
#endif

}  // namespace penstock::huffman
