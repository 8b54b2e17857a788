// What is done when all files of a push are dealt with: objects that are too many go, and uploads
// that earlier pushes have left.
#pragma once

#include <cstdint>
#include <stop_token>

#include "penstock/error.h"

#include "transfer/push_context.h"
#include "transfer/push_planner.h"

namespace penstock {

struct DeletedExtra {
  std::uint64_t deleted = 0;
  std::uint64_t refused = 0;
};

// Removes what the planner found to be too many, unless that is more than the limits allow, or not
// all could be walked: then a problem says so.
Result<DeletedExtra> delete_extra(PushContext& context, PushPlanner& planner,
                                  const std::stop_token& stop);

// Aborts the uploads that the journal knows and this push did not go on with: their files are gone,
// or need no parts any more.
Status abort_left_uploads(PushContext& context, const std::string& prefix,
                          const std::stop_token& stop);

}  // namespace penstock
