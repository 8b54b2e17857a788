// Inflates one entry on all cores, if it was cut into pieces as Compressor::compress_piece() cuts:
// kPieceBytes of content each, no history across, ending at a byte boundary behind an empty stored
// block (00 00 FF FF), the last with BFINAL.
//
// Where pieces end is written nowhere, so every 00 00 FF FF is taken for an end and tried. A piece
// counts only when it makes exactly kPieceBytes and ends exactly there; as deflate leaves no choice
// in how bits are read, that proves the end. The four bytes can also be part of a piece (stored
// data has whatever was stored): then the piece does not come out right, and is tried again with
// what follows, up to the next candidate.
#pragma once

#include <stop_token>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/stream_extract.h"

namespace penstock::zip {

// Decodes `entry` (method deflate) into `sink`, in order. False, with an unknown part written, when
// it was not cut like that: to be decoded as one stream instead. kCorrupt as decode_stream() says.
Result<bool> decode_pieces(const ExtractContext& context, const Entry& entry,
                           const ContentSink& sink, const std::stop_token& stop);

}  // namespace penstock::zip
