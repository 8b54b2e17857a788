// The packing pipeline, with parameters that pack() does not have: the salts (tests that compare
// encrypted archives byte for byte give fixed ones), and where the archive goes.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "penstock/pack.h"

#include "archive/salt_source.h"
#include "files/byte_sink.h"

namespace penstock::zip {

// As pack() in penstock/pack.h. Whoever passes salts that repeat under one password gives the
// contents away: two entries with the same keys share a key stream.
Result<PackReport> pack_with_salts(const PackOptions& options, SaltSource& salts,
                                   Observer& observer, Progress& progress, std::stop_token stop);

// Called once, when everything that may refuse the job has been looked at.
using OpenSink = std::function<Result<std::unique_ptr<ByteSink>>()>;

// As pack() in penstock/pack.h, into a sink that lies in no directory. `options.output` is a name
// for it, `options.replace` is not looked at.
Result<PackReport> pack_into(const PackOptions& options, const OpenSink& open_sink,
                             Observer& observer, Progress& progress, std::stop_token stop);

}  // namespace penstock::zip
