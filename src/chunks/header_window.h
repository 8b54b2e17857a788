// Reads headers out of a file with few calls and few bytes.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/byte_source.h"

namespace penstock {

// A look here, a look there, most often onwards. Looks that lie near each other grow into reads of
// kBytes; between those that do not, nothing is read.
// Threads: one caller at a time. The source must outlive it.
class HeaderWindow {
 public:
  HeaderWindow(const ByteSource& file, std::stop_token stop);

  static constexpr std::size_t kBytes = std::size_t{64} << 10;

  // The `bytes` at `offset`; less only where the file ends. Valid until the next call. kCancelled
  // on a stop, kCorrupt when the file has become shorter, kIo.
  Result<Bytes> look(std::uint64_t offset, std::size_t bytes);
  const ByteSource& file() const { return file_; }

 private:
  bool holds(std::uint64_t offset, std::size_t bytes) const;

  const ByteSource& file_;
  std::stop_token stop_;
  std::vector<std::byte> buffer_;
  std::uint64_t begin_ = 0;  // of the buffer in the file
  std::size_t ahead_;        // read at a time
};

}  // namespace penstock
