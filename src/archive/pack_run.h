// The packing pipeline, with the salts as a parameter. pack() calls it with random ones; tests that
// compare encrypted archives byte for byte call it with fixed ones.
#pragma once

#include <stop_token>

#include "penstock/pack.h"

#include "archive/salt_source.h"

namespace penstock::zip {

// As pack() in penstock/pack.h. Whoever passes salts that repeat under one password gives the
// contents away: two entries with the same keys share a key stream.
Result<PackReport> pack_with_salts(const PackOptions& options, SaltSource& salts,
                                   Observer& observer, Progress& progress, std::stop_token stop);

}  // namespace penstock::zip
