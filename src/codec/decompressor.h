// Decompresses: whole buffers, joined pieces, or endless streams. Input is hostile until proven
// otherwise: nothing is allocated by a number found in it.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "codec/codec.h"
#include "penstock/error.h"

namespace penstock {

// Threads: one caller at a time; one per worker.
class Decompressor {
 public:
  static Result<Decompressor> create();
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  // Decompresses the complete stream `input` to exactly out.size() bytes. kCorrupt when the stream is
  // bad, is longer or shorter than `out`, or does not end exactly at the end of `input`.
  // kStore: the sizes must be equal; copies.
  Status decompress(Codec codec, Bytes input, MutableBytes out);

  // Inflates one deflate piece that ends at an empty stored block without BFINAL (see
  // Compressor::compress_piece) or, with `last`, the final one. `input` must be followed in memory by
  // 2 writable bytes, input.data()[input.size()] and the next, which are overwritten and restored.
  // Returns the number of bytes made; kCorrupt when the piece needs history, does not end exactly at
  // the end of `input`, or makes more than out.size() bytes.
  Result<std::size_t> inflate_piece(MutableBytes input_with_tail, bool last, MutableBytes out);

 private:
  struct State;
  explicit Decompressor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A stream decoder for entries of any length in constant memory: deflate by ISA-L, zstd with a
// window of at most 128 MiB (kUnsupported beyond), any number of zstd frames.
// Threads: one caller at a time.
class StreamDecoder {
 public:
  static Result<StreamDecoder> create(Codec codec);
  ~StreamDecoder();
  StreamDecoder(StreamDecoder&&) noexcept;
  StreamDecoder& operator=(StreamDecoder&&) noexcept;

  struct Step {
    std::size_t consumed = 0;  // bytes of `in` used up
    std::size_t produced = 0;  // bytes of `out` filled
    bool done = false;         // deflate: the final block ended. zstd: a frame just ended
  };
  // Goes on as far as `in` and `out` allow. kCorrupt for a bad stream. After `done`, deflate consumes
  // nothing more; zstd starts another frame if more input comes.
  Result<Step> step(Bytes in, MutableBytes out);

 private:
  struct State;
  explicit StreamDecoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
