// One object to wherever bytes go in order: standard output.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"
#include "store/store.h"

namespace penstock {

struct PullStreamOptions {
  std::uint64_t part_bytes = std::uint64_t{8} << 20;  // fetched at a time
  unsigned parts = 4;                                 // at the same time
};

struct PullStreamReport {
  std::uint64_t bytes = 0;
  std::uint64_t retried = 0;  // requests made again
};

// Where the bytes go, in order, one call at a time, by threads of pull_stream().
using ByteSink = std::function<Status(Bytes)>;

// All of the object `key`, of one version, fetched in ranges that are handed on in order: none is
// handed on in part or twice, however often it is fetched. Its digest is taken as it passes, where
// one is known (known_digest()): kCorrupt at the end, when everything was handed on, tells that it
// was not right. Memory: the parts. Blocks; cancelled by `stop`. kNotFound, kDenied, kChanged (it
// was replaced meanwhile), and what `sink` fails with.
Result<PullStreamReport> pull_stream(Store& store, const std::string& key,
                                     const PullStreamOptions& options, const ByteSink& sink,
                                     std::stop_token stop);

}  // namespace penstock
