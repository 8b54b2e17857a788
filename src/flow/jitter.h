// Seeded random numbers for any number of threads, without a lock (SplitMix64: Steele, Lea and
// Flood, "Fast splittable pseudorandom number generators", 2014). Not for secrets.
#pragma once

#include <atomic>
#include <cstdint>

namespace penstock {

class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_.fetch_add(kStep, std::memory_order_relaxed) + kStep;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 <= x < 1.
  double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // True with this probability.
  bool chance(double probability) { return fraction() < probability; }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
  std::atomic<std::uint64_t> state_;
};

}  // namespace penstock
