// Finds where a frame of zstd ends without decoding it: its header says how it begins, and each
// block how long it is. Inside the room only.
#pragma once

#include <cstdint>
#include <optional>

#include "penstock/error.h"

#include "chunks/header_window.h"

namespace penstock {

struct WalkedFrame {
  std::uint64_t bytes = 0;                     // of the file
  std::optional<std::uint64_t> content_bytes;  // as its header says; a skippable frame has 0
  bool skippable = false;
};

// The frame or skippable frame that begins at `offset` and is at most `most` bytes long; nothing
// when there is none. Whoever decodes the file and does not refuse it meets this frame too, with
// this end and this much content; whether its data is whole is not looked at. Fails as look().
Result<std::optional<WalkedFrame>> walk_zstd_frame(HeaderWindow& file, std::uint64_t offset,
                                                   std::uint64_t most);

}  // namespace penstock
