// Which part of what is decoded is wanted, and how much there may be of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

struct RestoreLimits {
  std::uint64_t skip = 0;
  std::uint64_t take = UINT64_MAX;
  std::uint64_t max_output_bytes = UINT64_MAX;  // of what is taken: more is kUnsafe
  // What the file's index says that all of it makes: more is kCorrupt, and not decoded.
  std::uint64_t made_most = UINT64_MAX;
};

// Threads: one caller at a time.
class WantedPart {
 public:
  // `name`: of the input, for messages.
  WantedPart(const RestoreLimits& limits, std::string name)
      : limits_(limits), name_(std::move(name)) {}

  // What is wanted of `data`, which was made next, of what lies in the file from `offset` on; most
  // often all of it, or nothing.
  Result<Bytes> of(Bytes data, std::uint64_t offset);
  std::uint64_t made() const { return made_; }  // wanted or not

 private:
  const RestoreLimits limits_;
  const std::string name_;
  std::uint64_t made_ = 0;
};

}  // namespace penstock
