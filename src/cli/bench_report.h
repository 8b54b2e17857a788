// What `penstock bench` tells: a table for people, JSON for programs, and Weissman scores.
#pragma once

#include <string>
#include <vector>

#include "cli/bench_measure.h"

namespace penstock::cli {

struct BenchReport {
  std::string processor;
  unsigned threads = 0;
  double seconds = 0;
  std::uint64_t sample_bytes = 0;
  std::vector<BenchRow> rows;
};

// The processor's name, as Linux tells it; "unknown" else.
std::string processor_name();

// W = (r / r_ref) * (log T_ref / log T): r is in/out, T the microseconds that one GiB takes, which
// is far above 1 for everything there is: at T = 1 the score has no value, below it the wrong sign.
// 0 when a ratio is not known or a T is not above 1. docs/bench.md tells more.
double weissman(const BenchRow& row, const BenchRow& reference);

std::string bench_table(const BenchReport& report);
// One document with a line end; docs/formats/reports.md has the schema.
std::string bench_json(const BenchReport& report);

}  // namespace penstock::cli
