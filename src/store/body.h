// What a put sends: bytes in memory, or a part of a file that is read while it is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"
#include "crypto/digest.h"

namespace penstock {

// Threads: one caller at a time.
class Body {
 public:
  virtual ~Body() = default;
  virtual std::uint64_t size() const = 0;
  // Back to the start, for another attempt.
  virtual Status rewind() = 0;
  // The next bytes, at most out.size(); 0 only at the end. A file that has become shorter, or was
  // changed since it was opened, is kChanged.
  virtual Result<std::size_t> read(MutableBytes out) = 0;
  // All of it, when it is in memory.
  virtual std::optional<Bytes> whole() const { return std::nullopt; }
  // Of all of it; kept once computed. Reads it through, and rewinds, unless it is in memory or the
  // digest was given.
  virtual Result<Sha256Digest> sha256() = 0;
};

// `data` must outlive the body.
std::unique_ptr<Body> make_memory_body(Bytes data, std::optional<Sha256Digest> digest = {});
// The bytes [begin, begin + size) of somebody else's open regular file, which must outlive the
// body.
std::unique_ptr<Body> make_file_body(int fd, std::uint64_t begin, std::uint64_t size,
                                     std::string name);

}  // namespace penstock
