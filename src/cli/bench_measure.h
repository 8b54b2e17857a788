// How `penstock bench` measures: rounds of work on several threads for a given time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/error.h"

namespace penstock::cli {

// What one thread does over and over, with buffers and contexts of its own.
struct BenchRound {
  std::function<Status()> run;
  std::uint64_t made = 0;  // bytes that a round compresses its input to; 0: does not compress
};

struct BenchTask {
  std::string group;         // "codec", "cipher", ...
  std::string name;          // "zstd 3, compress"
  std::uint64_t amount = 0;  // bytes, or things, that a round deals with
  bool counts_bytes = true;
  // Makes a round ready for one thread.
  std::function<Result<BenchRound>()> prepare;
};

struct BenchRow {
  std::string group;
  std::string name;
  bool counts_bytes = true;
  double per_second = 0;  // bytes or things, of all threads together
  double ratio = 0;       // bytes in / bytes out; 0: does not compress
};

struct BenchEffort {
  unsigned threads = 1;
  std::chrono::duration<double> time{};  // each thread works at least so long, and one round
};

// The first round of every thread is not counted. Fails as the round, or with kCancelled.
Result<BenchRow> measure(const BenchTask& task, const BenchEffort& effort,
                         const std::stop_token& stop);

}  // namespace penstock::cli
