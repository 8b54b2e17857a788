// How many requests were made, how they went and how long they took, for whoever watches.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "flow/climber.h"

namespace penstock {

// Threads: any, without locks.
class RequestTally {
 public:
  // Upper bounds of the buckets; one more has what took longer.
  static constexpr std::array<std::chrono::microseconds, 14> kBounds = {
      std::chrono::microseconds(1'000),      std::chrono::microseconds(2'500),
      std::chrono::microseconds(5'000),      std::chrono::microseconds(10'000),
      std::chrono::microseconds(25'000),     std::chrono::microseconds(50'000),
      std::chrono::microseconds(100'000),    std::chrono::microseconds(250'000),
      std::chrono::microseconds(500'000),    std::chrono::microseconds(1'000'000),
      std::chrono::microseconds(2'500'000),  std::chrono::microseconds(5'000'000),
      std::chrono::microseconds(10'000'000), std::chrono::microseconds(30'000'000)};

  struct Seen {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  // by bucket, not added up
    std::uint64_t requests = 0;                              // all of them
    std::uint64_t failed = 0;
    std::uint64_t busy = 0;  // of `failed`: the server had too much to do
    std::chrono::microseconds time{};
  };

  void add(const RequestOutcome& outcome) {
    const auto time = std::chrono::ceil<std::chrono::microseconds>(outcome.latency);
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), time) - kBounds.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, kRelaxed);
    time_us_.fetch_add(static_cast<std::uint64_t>(time.count()), kRelaxed);
    if (outcome.fate != RequestFate::kOk) failed_.fetch_add(1, kRelaxed);
    if (outcome.fate == RequestFate::kBusy) busy_.fetch_add(1, kRelaxed);
  }

  Seen seen() const {
    Seen all;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      all.requests += all.counts[i] = counts_[i].load(kRelaxed);
    all.failed = failed_.load(kRelaxed);
    all.busy = busy_.load(kRelaxed);
    all.time = std::chrono::microseconds(time_us_.load(kRelaxed));
    return all;
  }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> busy_{0};
  std::atomic<std::uint64_t> time_us_{0};
};

}  // namespace penstock
