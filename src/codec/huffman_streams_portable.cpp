// For every CPU.
#include <bit>

#include "codec/huffman_streams.h"
#include "codec/huffman_streams_loops.h"

namespace penstock::huffman {
namespace {

struct Portable {
  static constexpr bool kHasRounds = false;
  static bool rounds(Streams&, const Single*, std::size_t) { return false; }
  static void multi_rounds(MultiStreams&, const Multi*, std::size_t) {}
  static std::uint64_t shift(std::uint64_t bits, std::uint64_t by) { return bits >> (by & 63); }
  static unsigned used(std::uint64_t bits) { return static_cast<unsigned>(std::countl_zero(bits)); }
};

}  // namespace

bool decode_runs_portable(const Tables& tables, const Runs& runs) {
  return loops::decode_runs<Portable>(tables, runs);
}

}  // namespace penstock::huffman
