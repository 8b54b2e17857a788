// An object as a ByteSource: an archive in a store, read by ranges without a local copy.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "files/byte_source.h"
#include "store/store.h"
#include "transfer/read_ahead.h"

namespace penstock {

// Asks what the object is, then reads its end, where an archive's directory lies: two requests. The
// object is then the one with this ETag, where the store has ETags: reading it fails with kChanged
// once another one took its place. `name` is for messages. `store` must outlive the source.
//
// Memory: `ahead.memory_bytes` of what is expected, and the end (1 to 4 MiB, a thousandth of the
// object). What is kept lies in a temporary file without a name. Every wait is cancelled by `stop`
// (kCancelled). Fails as Store::stat() and Store::get() do.
Result<std::unique_ptr<ByteSource>> open_object_source(Store& store, const std::string& key,
                                                       std::string name,
                                                       const ReadAheadLimits& ahead,
                                                       std::stop_token stop);

}  // namespace penstock
