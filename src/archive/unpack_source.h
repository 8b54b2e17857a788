// unpack() and verify() for an archive that is open already: what penstock/unpack.h promises, for
// any ByteSource.
#pragma once

#include <stop_token>

#include "penstock/unpack.h"

#include "files/byte_source.h"

namespace penstock::zip {

Result<UnpackReport> unpack_source(const ByteSource& source, const UnpackOptions& options,
                                   Observer& observer, Progress& progress,
                                   const std::stop_token& stop);
Result<UnpackReport> verify_source(const ByteSource& source, const UnpackOptions& options,
                                   Observer& observer, Progress& progress,
                                   const std::stop_token& stop);

}  // namespace penstock::zip
