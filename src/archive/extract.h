// The extraction of a surveyed archive: files by all workers, then links, then what directories are
// given last.
#pragma once

#include <cstdint>
#include <stop_token>

#include "penstock/error.h"

#include "archive/extract_context.h"
#include "archive/links.h"

namespace penstock::zip {

// Extracts all that is selected and tells the context's Outcome. Fails with what ends everything
// (kNoSpace, kCancelled, the archive cannot be read); damaged entries do not.
Status extract_all(const ExtractContext& context, const LinkList& links, std::uint64_t huge_files,
                   const std::stop_token& stop);

}  // namespace penstock::zip
