// How long requests took: counts by time, from which percentiles are told.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock {

struct LatencySummary {
  std::uint64_t count = 0;
  std::chrono::microseconds p50{};
  std::chrono::microseconds p90{};
  std::chrono::microseconds p99{};
  std::chrono::microseconds highest{};
};

// Buckets grow with the time: eight between a power of two of microseconds and the next, so that a
// percentile is told at most 1/8 too high. Constant memory. Threads: any, without locks.
class LatencyHistogram {
 public:
  void add(std::chrono::nanoseconds time) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    counts_[bucket_of(us > 0 ? static_cast<std::uint64_t>(us) : 0)].fetch_add(
        1, std::memory_order_relaxed);
  }

  LatencySummary summary() const {
    std::array<std::uint64_t, kBuckets> seen{};
    LatencySummary all;
    for (std::size_t i = 0; i < kBuckets; ++i)
      all.count += seen[i] = counts_[i].load(std::memory_order_relaxed);
    if (all.count == 0) return all;
    const auto at_rank = [&](std::uint64_t rank) {
      std::size_t i = 0;
      for (std::uint64_t passed = seen[0]; passed < rank; passed += seen[i]) ++i;
      return std::chrono::microseconds(top_of(i));
    };
    const auto percentile = [&](std::uint64_t p) { return at_rank((all.count * p + 99) / 100); };
    all.p50 = percentile(50);
    all.p90 = percentile(90);
    all.p99 = percentile(99);
    all.highest = at_rank(all.count);
    return all;
  }

 private:
  static constexpr unsigned kSteps = 8;
  static constexpr unsigned kStepBits = 3;
  static constexpr std::size_t kBuckets = std::size_t{64 - kStepBits + 1} * kSteps;

  // Below 8 us a bucket each; above, the first four significant bits name the bucket.
  static constexpr std::size_t bucket_of(std::uint64_t us) {
    if (us < kSteps) return us;
    const auto shift = static_cast<unsigned>(std::bit_width(us)) - 1 - kStepBits;
    return (std::size_t{shift} + 1) * kSteps + ((us >> shift) & (kSteps - 1));
  }
  // The highest time that falls into a bucket.
  static constexpr std::int64_t top_of(std::size_t bucket) {
    if (bucket < kSteps) return static_cast<std::int64_t>(bucket);
    const std::size_t shift = bucket / kSteps - 1;
    const std::uint64_t first = std::uint64_t{kSteps + bucket % kSteps} << shift;
    return static_cast<std::int64_t>(first + (std::uint64_t{1} << shift) - 1);
  }

  std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
};

}  // namespace penstock
