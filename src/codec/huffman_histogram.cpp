#include "codec/huffman_histogram.h"

#include <numeric>

#include "codec/deflate_codes.h"

namespace penstock::huffman {
namespace {

// A byte that the sample missed is rare.
constexpr std::uint32_t kMissedCount = 2;

// Neighbouring bytes count in different tables: to increment what was just incremented would wait
// for that to be stored.
class Counters {
 public:
  void add_eight(const std::uint8_t* from) {
    for (std::size_t i = 0; i < 8; ++i) ++counts_[i % 4][from[i]];
  }
  void add(std::byte b) { ++counts_[0][std::to_integer<std::size_t>(b)]; }

  std::uint32_t sum(std::size_t symbol) const {
    return counts_[0][symbol] + counts_[1][symbol] + counts_[2][symbol] + counts_[3][symbol];
  }

 private:
  std::array<std::array<std::uint32_t, 256>, 4> counts_{};
};

Histogram count_all(Bytes block) {
  Counters counters;
  for (; block.size() >= 8; block = block.subspan(8)) counters.add_eight(as_u8(block));
  for (const std::byte b : block) counters.add(b);
  Histogram result;
  for (std::size_t i = 0; i < 256; ++i) result.counts[i] = counters.sum(i);
  return result;
}

// Which line of group `group` is counted: each of them as often, also for those that see only
// every 2^n-th group, as happens in data of records.
constexpr std::size_t sampled_line(std::size_t group) {
  return (group ^ group >> 2 ^ group >> 4 ^ group >> 6 ^ group >> 8) % kSampleStep;
}

Histogram count_sample(const EncoderPath& path, Bytes block) {
  constexpr std::size_t kGroup = kSampleLine * kSampleStep;
  Counters counters;
  const std::uint8_t* from = as_u8(block);
  for (std::size_t group = 0; group < block.size() / kGroup; ++group, from += kGroup) {
    const std::uint8_t* const line = from + sampled_line(group) * kSampleLine;
    for (std::size_t i = 0; i < kSampleLine; i += 8) counters.add_eight(line + i);
  }
  Histogram result;
  Support support;
  std::size_t missed = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    result.counts[i] = counters.sum(i) * kSampleStep;
    support.seen[i] = result.counts[i] != 0 ? 0xFF : 0;
    missed += result.counts[i] == 0 ? 1 : 0;
  }
  if (missed == 0) return result;
  path.mark(block, support);
  for (std::size_t i = 0; i < 256; ++i)
    if (result.counts[i] == 0 && support.seen[i] != 0) result.counts[i] = kMissedCount;
  return result;
}

}  // namespace

Histogram count_bytes(const EncoderPath& path, Bytes block) {
  Histogram result = block.size() < kSampledFrom ? count_all(block) : count_sample(path, block);
  result.total = std::accumulate(result.counts.begin(), result.counts.end(), std::uint32_t{0});
  result.counts[deflate::kEndOfBlock] = 1;
  return result;
}

}  // namespace penstock::huffman
