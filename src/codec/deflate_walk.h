// Finds the blocks of a deflate stream without producing its output, so that pieces made by
// libdeflate (which can only make complete streams) can be joined: the walk finds the header of the
// last block and the bit where the stream ends; clearing BFINAL there and padding with an empty
// stored block makes the piece continue. Blocks are walked forward, lengths only: scanning
// backwards for a header is wrong, because stored data can imitate one. Source: RFC 1951.
#pragma once

#include <cstdint>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

struct DeflateExtent {
  std::uint64_t last_block_bit = 0;  // where the block with BFINAL begins (its BFINAL bit)
  std::uint64_t end_bit = 0;         // the first bit behind the stream
  std::uint64_t output_bytes = 0;    // what it would inflate to
};

// Walks one complete stream at the start of `stream`. kCorrupt for anything inflate would refuse
// because of its codes or lengths (distances are not followed). Never reads outside `stream`.
Result<DeflateExtent> walk_deflate(Bytes stream);

}  // namespace penstock
