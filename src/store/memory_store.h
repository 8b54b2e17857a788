// A store in memory: the reference model of the port, and what tests of everything above it use. It
// does all that the port has, and is as strict as S3: part sizes, InvalidPart, ETags that are MD5s.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/store.h"

namespace penstock {

struct MemoryStoreOptions {
  std::string name = "memory";
  // S3's. Tests of many parts make them smaller.
  std::uint64_t least_part_bytes = std::uint64_t{5} << 20;
  std::uint64_t most_part_bytes = std::uint64_t{5} << 30;
  std::uint64_t most_put_bytes = std::uint64_t{5} << 30;
  unsigned most_parts = 10000;
  // What arrives is compared with the body's SHA-256, as S3 does with x-amz-content-sha256; reads
  // bodies that are files twice.
  bool check_sha256 = true;
  // Without, only sizes and ETags are kept, and a get gives zeros: for simulations.
  bool contents = true;
};

std::unique_ptr<Store> make_memory_store(const MemoryStoreOptions& options = {});

}  // namespace penstock
