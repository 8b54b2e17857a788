// The chunk driver's way back: cuts compressed input into units, has them decoded by all cores,
// writes what they make in order; and decodes front to back what cannot be cut.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "chunks/chunk_driver.h"
#include "chunks/input_window.h"
#include "chunks/wanted_part.h"
#include "files/byte_sink.h"

namespace penstock {

enum class FileFormat { kZstd, kGzip };
std::string_view name(FileFormat format);

// By its first bytes (four are enough); nothing when it is neither.
std::optional<FileFormat> format_of(Bytes start);
// The same, with kCorrupt when there is none and kUnsupported when it is neither; `name` is for the
// message.
Result<FileFormat> format_of(Bytes start, const std::string& name);
// The same for what comes next in `input`.
Result<FileFormat> detect_format(InputWindow& input);

struct RestoreCounts {
  std::uint64_t made = 0;  // all of it, wanted or not
  bool parallel = true;    // false: (a part) was decoded front to back
};

// Decodes all of `input`, to its end, and writes what is wanted to `sink`, which is left for the
// caller to finish(). What is written does not depend on `run`. Blocks; cancelled by `stop`. Fails
// as FrontDecoder, with kUnsafe above the limit, and as input and sink do.
Result<RestoreCounts> restore_chunks(InputWindow& input, FileFormat format, ByteSink& sink,
                                     const RestoreLimits& limits, const ChunkRun& run,
                                     const std::stop_token& stop);

}  // namespace penstock
