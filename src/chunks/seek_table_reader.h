// The seek table of a .zst (codec/zstd_seek_table.h) at the end of its file.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "codec/chunk_format.h"
#include "codec/zstd_seek_table.h"
#include "files/byte_source.h"

namespace penstock {

// Read in pieces: the number of its entries is the file's word.
// Threads: one caller at a time. The file must outlive it.
class SeekTable {
 public:
  // The table at the end of `file`; nothing when there is none, or one whose frames do not fill the
  // file exactly. What it says of the data is not checked: whoever uses it does. kCancelled on a
  // stop, of this and of next().
  static Result<std::optional<SeekTable>> find(const ByteSource& file, const std::stop_token& stop);

  std::uint64_t table_bytes() const { return table_bytes_; }  // of its frame, at the file's end
  // The entries, one after the other; nothing after the last.
  Result<std::optional<ChunkSizes>> next();

 private:
  SeekTable(const ByteSource& file, const SeekTableFooter& footer, std::stop_token stop);
  Result<std::uint64_t> all_compressed();
  Status fill();

  const ByteSource* file_;
  SeekTableFooter footer_;
  std::stop_token stop_;
  std::uint64_t table_bytes_;
  std::uint32_t entries_ = 0;  // that were read
  std::vector<std::byte> block_;
  std::size_t at_ = 0;  // in the block
};

}  // namespace penstock
