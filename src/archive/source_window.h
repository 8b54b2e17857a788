// Small pieces of a source, read in rising order, without a system call for each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/byte_source.h"

namespace penstock::zip {

// Threads: one caller at a time. The source must outlive the window.
class SourceWindow {
 public:
  SourceWindow(const ByteSource& source, std::size_t window_bytes)
      : source_(source), window_bytes_(window_bytes) {}

  // The `bytes` at `offset`; valid until the next call. kCorrupt beyond the source's end.
  Result<Bytes> view(std::uint64_t offset, std::size_t bytes) {
    if (offset < offset_ || offset - offset_ > data_.size() ||
        bytes > data_.size() - static_cast<std::size_t>(offset - offset_))
      PENSTOCK_CHECK(read(offset, bytes));
    return Bytes(data_).subspan(static_cast<std::size_t>(offset - offset_), bytes);
  }

 private:
  Status read(std::uint64_t offset, std::size_t bytes) {
    const std::uint64_t left = source_.size() - std::min(source_.size(), offset);
    if (bytes > left) return fail(Code::kCorrupt, "the archive is truncated");
    data_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(bytes, window_bytes_))));
    offset_ = offset;
    return source_.read_at(offset, data_);
  }

  const ByteSource& source_;
  const std::size_t window_bytes_;
  std::uint64_t offset_ = 0;
  std::vector<std::byte> data_;
};

}  // namespace penstock::zip
