// One huge entry on all cores.
#pragma once

#include <stop_token>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/extract_plan.h"

namespace penstock::zip {

// Extracts the file and tells the context's Outcome; fails only with what ends everything.
// An entry that was cut as ours are (pieces of kPieceBytes that end at an empty stored block and
// use no history) is decoded by all workers; any other by one, beside one that reads and decrypts.
Status extract_huge(const ExtractContext& context, const ExtractItem& item,
                    const std::stop_token& stop);

}  // namespace penstock::zip
