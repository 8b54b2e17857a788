// How many threads and how much memory an operation takes when the caller leaves it open.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>

#include "penstock/error.h"

namespace penstock {

// More would not be faster on any machine, and what the codecs keep ready for each thread ends
// somewhere (codec/isal_memory.h).
constexpr unsigned kMostThreads = 512;
constexpr std::size_t kMemoryPerThread = std::size_t{16} << 20;
constexpr std::size_t kMostMemory = std::size_t{64} << 30;

struct Effort {
  unsigned threads;          // one or more
  std::size_t memory_bytes;  // of buffers in flight

  // From options, where 0 means the default: a thread per core, kMemoryPerThread. kInvalid beyond
  // kMostThreads.
  static Result<Effort> of(unsigned threads, std::size_t memory_bytes) {
    if (threads > kMostThreads)
      return fail(Code::kInvalid, "--threads " + std::to_string(threads) + ": at most " +
                                      std::to_string(kMostThreads));
    const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
    Effort effort{threads != 0 ? threads : cores, memory_bytes};
    if (memory_bytes == 0) effort.memory_bytes = kMemoryPerThread * effort.threads;
    // More buffers than this are never in flight; it also keeps a mistyped unit harmless.
    effort.memory_bytes = std::min(effort.memory_bytes, kMostMemory);
    return effort;
  }
};

}  // namespace penstock
