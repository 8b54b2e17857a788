// Data made up for measuring: the same bytes on every machine, from integers only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace penstock::cli {

enum class SampleKind {
  kText,     // words of a small language, the frequent ones often
  kRecords,  // rows of counters, times and small numbers, as programs write them
  kWeights,  // bfloat16 numbers around zero, as a network's weights
  kNoise,    // what does not compress
};
constexpr std::size_t kSampleKinds = 4;

// `size` bytes that follow from kind and seed alone.
std::vector<std::byte> sample(SampleKind kind, std::size_t size, std::uint64_t seed);

// A share of each kind, one behind the other.
std::vector<std::byte> mixed_sample(std::size_t size);

}  // namespace penstock::cli
