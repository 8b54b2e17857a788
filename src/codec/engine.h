// What a Compressor is made of: one library at one level. Inside the room only.
#pragma once

#include <cstddef>
#include <memory>

#include "base/bytes.h"

namespace penstock {

// Threads: one caller at a time. The input has 1..kPieceBytes bytes. A result of 0 means: it did
// not fit into `out`, whose contents are then anything; the caller stores.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::size_t whole(Bytes input, MutableBytes out) = 0;
  virtual std::size_t piece(Bytes input, bool last, MutableBytes out) = 0;
};

// Each gives nullptr when there is no memory.
std::unique_ptr<Engine> make_isal_engine(int level);        // 1..2: the same bytes on every CPU
std::unique_ptr<Engine> make_libdeflate_engine(int level);  // 1..12
std::unique_ptr<Engine> make_huffman_engine();
std::unique_ptr<Engine> make_zstd_engine(int level);  // 1..19

}  // namespace penstock
