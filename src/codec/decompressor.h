// Decompresses: whole buffers, joined pieces, or endless streams. Input is hostile until proven
// otherwise: nothing is allocated by a number found in it.
#pragma once

#include <cstdint>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"
#include "codec/codec.h"

namespace penstock {

// Threads: one caller at a time; one per worker.
class Decompressor {
 public:
  static Result<Decompressor> create();
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  // Decompresses the complete stream `input` to exactly out.size() bytes. kCorrupt when the stream
  // is bad, is longer or shorter than `out`, or does not end exactly at the end of `input`;
  // kUnsupported for a zstd window above 128 MiB. kStore: the sizes must be equal; copies.
  // The symbols 286 and 287, which no encoder writes and stricter readers refuse, are taken for
  // lengths, as libdeflate does: whoever calls checks a CRC or MAC behind.
  Status decompress(Codec codec, Bytes input, MutableBytes out);

  // Inflates one deflate piece: blocks without BFINAL of which the last ends exactly at the end of
  // `input` (see Compressor::compress_piece) or, with `last`, a stream whose final block does. That
  // is proven, not guessed: a decoder of the joined stream sees the same block boundary there.
  // Returns the number of bytes made; kCorrupt when the piece needs history, does not end so, or
  // makes more than out.size() bytes.
  Result<std::size_t> inflate_piece(Bytes input, bool last, MutableBytes out);

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
  // Goes on until `in` is used up, `out` is full, or done. kCorrupt for a bad stream. After `done`,
  // deflate consumes nothing more; zstd starts another frame if more input comes. An input that
  // ends without `done` was cut off: that is for the caller to see.
  Result<Step> step(Bytes in, MutableBytes out);
  // As new: what comes next is the beginning of a stream.
  void restart();

 private:
  struct State;
  explicit StreamDecoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock
