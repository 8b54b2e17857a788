// The chunks room: whole files, pipes and streams to .gz and .zst and back, on all cores. It brings
// threads (flow) and files to the codecs, which know neither. docs/design/chunks.md shows how the
// data flows.
//
// The chunk driver: cuts an input, has the chunks compressed by all cores and writes the pieces in
// order. One piece of code for files, pipes and whoever else brings a ByteInput and a ByteSink.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "codec/chunk_format.h"
#include "files/byte_input.h"
#include "files/byte_sink.h"
#include "flow/effort.h"
#include "flow/meter.h"

namespace penstock {

struct ChunkMeters : MeasuredStages {
  StageMeter read;
  StageMeter work;   // compressing or decoding
  StageMeter join;   // decoding only: order, and what one core must do alone
  StageMeter write;  // joining (compressing) and writing
};

// What a run works with beside its input and output. All outlive it.
struct ChunkRun {
  Effort effort;
  bool memory_given = false;  // effort.memory_bytes is the user's word, not the default
  ChunkMeters& meters;
  Progress& progress;
};

// How many pieces are in flight, each with `buffers` of `buffer_bytes`.
std::size_t tickets_for(const ChunkRun& run, std::size_t buffers, std::size_t buffer_bytes);

struct ChunkCounts {
  std::uint64_t chunks = 0;
  std::uint64_t bytes_in = 0;
};

// Compresses all of `input` and writes pieces and trailer to `sink`, which is left for the caller
// to finish(). The bytes do not depend on `run`. Blocks; cancelled by `stop`.
Result<ChunkCounts> compress_chunks(ByteInput& input, const ChunkFormat& format, ByteSink& sink,
                                    const ChunkRun& run, const std::stop_token& stop);

}  // namespace penstock
