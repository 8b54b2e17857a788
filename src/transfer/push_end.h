// What is done when all files of a push are dealt with: objects that are too many go, and uploads
// that earlier pushes have left.
#pragma once

#include <cstdint>
#include <stop_token>

#include "penstock/error.h"

#include "files/spill.h"
#include "transfer/push_context.h"

namespace penstock {

struct DeletedExtra {
  std::uint64_t deleted = 0;
  std::uint64_t refused = 0;
};

// What was found to be too many at the destination.
struct ExtraObjects {
  SpillSort& keys;            // sorted
  std::uint64_t objects = 0;  // that are there in all
  bool saw_all = true;        // of the source: else nobody knows what is too many
};

// Removes it, unless that is more than the limits allow, or not
// all could be walked: then a problem says so.
Result<DeletedExtra> delete_extra(PushContext& context, ExtraObjects& found,
                                  const std::stop_token& stop);

// Aborts the uploads that the journal knows and this push did not go on with: their files are gone,
// or need no parts any more.
Status abort_left_uploads(PushContext& context, const std::string& prefix,
                          const std::stop_token& stop);

}  // namespace penstock
