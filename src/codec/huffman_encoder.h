// Huffman coding without matches, as DEFLATE blocks that any inflate reads.
#pragma once

#include <memory>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/huffman_block.h"

namespace penstock::huffman {

// Threads: one caller at a time; one per worker. The same bytes on every CPU and vector path.
class Encoder {
 public:
  // Takes the widest vector path of at most `level` that this processor has. Fails with kNoSpace
  // when there is no memory.
  static Result<Encoder> create(CpuLevel level = cpu_level());
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  // An output buffer of this size is always large enough for `input_bytes`.
  static std::size_t bound(std::size_t input_bytes);

  // Writes `input` as DEFLATE blocks of kBlockBytes each to `out`: a Huffman block where that is
  // smaller by 1/256 or more, else stored ones. With `last` the final block has BFINAL and its last
  // byte is padded with zeros; else the stream ends on a byte boundary behind an empty stored
  // block, so that more may be appended. Returns the bytes written; together with the index they
  // are never more than 0.05 % longer than a long input. Appends an entry for each block of the
  // stream to `index` unless it is null; the empty block of !last gets none, and an empty last
  // input is one stored block. Precondition: out.size() >= bound(input.size()).
  std::size_t deflate(Bytes input, bool last, MutableBytes out, std::vector<BlockEntry>* index);

 private:
  struct State;
  explicit Encoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::huffman
