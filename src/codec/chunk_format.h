// How a file becomes a .zst or .gz that is made chunk by chunk: cut the input every chunk_bytes(),
// compress each chunk to a piece that stands alone, write the pieces one behind the other, then the
// trailer. Who makes a piece does not matter: threads here, or workers on other machines.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "penstock/compress.h"
#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// What became of one chunk.
struct ChunkSizes {
  std::uint32_t bytes = 0;
  std::uint32_t compressed_bytes = 0;
};

// Threads: one caller at a time; one per worker.
class ChunkCompressor {
 public:
  virtual ~ChunkCompressor() = default;
  // The piece of `chunk` (empty only for an empty input), which lies somewhere inside `out`.
  // Precondition: `chunk` has at most chunk_bytes(), `out` bound().
  virtual Result<Bytes> compress(Bytes chunk, MutableBytes out) = 0;
};

// What stands behind the last piece. Threads: one caller at a time.
class ChunkTrailer {
 public:
  virtual ~ChunkTrailer() = default;
  // Told of every chunk, in order.
  virtual void add(const ChunkSizes& sizes) = 0;
  virtual std::vector<std::byte> finish() = 0;
};

// Threads: any.
class ChunkFormat {
 public:
  virtual ~ChunkFormat() = default;
  // Every chunk but the last has exactly this size: it follows from codec and level and is part of
  // the output's definition.
  virtual std::size_t chunk_bytes() const = 0;
  virtual std::size_t bound() const = 0;
  virtual Result<std::unique_ptr<ChunkCompressor>> compressor() const = 0;
  virtual std::unique_ptr<ChunkTrailer> trailer() const = 0;
};

// kInvalid when `level` is outside levels(codec); 0 is the standard one.
Result<std::unique_ptr<ChunkFormat>> make_chunk_format(FileCodec codec, int level);
// The parts of the above.
std::unique_ptr<ChunkFormat> make_zstd_chunks(int level);
std::unique_ptr<ChunkFormat> make_gzip_chunks(int level);
std::unique_ptr<ChunkFormat> make_huffman_chunks();

}  // namespace penstock
