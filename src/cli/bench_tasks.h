// What `penstock bench` measures.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cli/bench_measure.h"

namespace penstock::cli {

// The codec the Weissman scores are told against.
constexpr std::string_view kBenchReference = "zlib 6";

// All rows in the order of the table. Codecs, ciphers and hashes work on `data` (at most 1 MiB),
// which must outlive the tasks; `threads` of them will run at a time.
std::vector<BenchTask> bench_tasks(Bytes data, unsigned threads);

}  // namespace penstock::cli
