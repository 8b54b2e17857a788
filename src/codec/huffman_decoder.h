// Decodes what huffman_encoder.h makes on eight bit streams at once. Its input is hostile until
// proven otherwise, the index above all.
#pragma once

#include <memory>
#include <span>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/huffman_block.h"

namespace penstock::huffman {

// Threads: one caller at a time; one per worker.
class Decoder {
 public:
  static Result<Decoder> create(CpuLevel level = cpu_level());
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Inflates the complete DEFLATE stream `input` to exactly out.size() bytes, following `index`.
  // True: the stream has exactly these blocks, its final block ends in the last byte of `input`,
  // and `out` holds what any inflate would make of it. False: it is not so (a wrong index, foreign
  // or damaged data); `out` holds anything, and an ordinary inflate has to say what is the matter.
  // Reads nothing outside `input` and writes nothing outside `out`.
  bool inflate(Bytes input, std::span<const BlockEntry> index, MutableBytes out);

 private:
  struct State;
  explicit Decoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::huffman
