// Something whose end nobody knows yet (a pipe) into one object.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "files/byte_input.h"
#include "store/store.h"

namespace penstock {

struct PushStreamOptions {
  PutOptions put;
  std::uint64_t part_bytes = std::uint64_t{16} << 20;  // 10,000 of them are 156 GiB
};

struct PushStreamReport {
  std::uint64_t bytes = 0;
  unsigned attempts = 0;       // of the request that took the most
  std::uint64_t requests = 0;  // tries, all together
  std::string etag;
};

// All of `input` as the object `key`, one part after the other; what is promised is what ObjectSink
// does. Memory: two parts. Blocks; cancelled by `stop`.
Result<PushStreamReport> push_stream(ByteInput& input, Store& store, const std::string& key,
                                     const PushStreamOptions& options, std::stop_token stop);

}  // namespace penstock
