// Where the salts of encrypted entries come from.
#pragma once

#include <cstdint>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock::zip {

// Threads: any.
class SaltSource {
 public:
  virtual ~SaltSource() = default;
  // Salts for entries `first`, `first` + 1, ... of the archive, `salt_bytes` each, filling `out`.
  virtual Status fill(std::uint64_t first, std::size_t salt_bytes, MutableBytes out) = 0;
};

// Random ones: what pack() uses.
SaltSource& random_salts();

}  // namespace penstock::zip
