// Compresses one buffer at a time: a whole entry, or one piece of a big one.
//
// deflate levels (RFC 1951): 1 and 2 are ISA-L 1 and 2, 3.. are libdeflate; docs/levels.md has the
// table, measured. The bytes depend on input, codec and level only, not on the machine.
// huffman: deflate blocks without matches (huffman_encoder.h).
// zstd: one frame a call (RFC 8878), without checksum and with the content size.
#pragma once

#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"
#include "codec/codec.h"

namespace penstock {

// Threads: one caller at a time; one per worker. Memory: below 2 MiB at deflate levels up to 6 and
// zstd up to 3, more above.
class Compressor {
 public:
  // kInvalid when `level` is outside levels(codec) or the codec is kStore.
  static Result<Compressor> create(Codec codec, int level);
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // An output buffer of this size is always large enough for compress() and compress_piece() of
  // `input_bytes` (<= kPieceBytes).
  static std::size_t bound(std::size_t input_bytes);

  // A complete stream for `input` (<= kPieceBytes) in `out`; returns its size. When the stream
  // would not be smaller than the input, returns 0: the caller stores.
  Result<std::size_t> compress(Bytes input, MutableBytes out);

  // One piece of a stream that is the concatenation of all pieces of a file. Deflate: every piece
  // ends on a byte boundary behind an empty stored block (00 00 FF FF), uses no history, and only
  // the last has BFINAL set; a piece that looks_incompressible() or does not compress becomes
  // stored blocks. Zstd: a frame. `out` has at least bound(input.size()) bytes. Returns the piece's
  // size.
  Result<std::size_t> compress_piece(Bytes input, bool last, MutableBytes out);

 private:
  struct State;
  explicit Compressor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether `data` looks as if no codec could shrink it (already compressed, encrypted, random),
// judged by a few samples at 1-2 % of the cost of compressing. Errs towards "no". Same answer
// everywhere.
bool looks_incompressible(Bytes data);

}  // namespace penstock
