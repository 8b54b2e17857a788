// Stored deflate blocks (RFC 1951 section 3.2.4). Inside the room only.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace penstock {

// Header byte (at a byte boundary), LEN, NLEN.
inline constexpr std::size_t kStoredHeaderBytes = 5;
inline constexpr std::size_t kStoredBlockMost = 65'535;

// An empty stored block without BFINAL, at a byte boundary: what a flush leaves. Its last four
// bytes end every piece but the last one.
inline constexpr std::size_t kEmptyStoredBytes = kStoredHeaderBytes;

// What write_stored() makes of `input_bytes`, at most (a last piece is kEmptyStoredBytes shorter).
std::size_t stored_size(std::size_t input_bytes);

// `input` as stored blocks: final with `last`, else followed by an empty block without BFINAL.
// Precondition: `out` has stored_size(input.size()) bytes. Returns the bytes written.
std::size_t write_stored(Bytes input, bool last, MutableBytes out);

// Writes the empty stored block at `at` (it ends on a byte boundary: begin on one).
std::size_t write_empty_stored(MutableBytes out, std::size_t at);

}  // namespace penstock
