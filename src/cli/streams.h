// Standard input as an object, and an object as standard output.
#pragma once

#include <stop_token>
#include <string>

#include "penstock/error.h"
#include "penstock/observer.h"

#include "store/open_store.h"
#include "transfer/pull.h"
#include "transfer/push.h"

namespace penstock::cli {

// kInvalid unless the place names an object of a store: a shell redirects from and to files.
Status check_stream_place(const std::string& place);

// All of standard input as the object the place names, described as `options` say.
Result<PushReport> push_standard_input(const PushOptions& options, const Place& place,
                                       Progress& progress, std::stop_token stop);
// The object the place names to standard output.
Result<PullReport> pull_to_standard_output(const PullOptions& options, const Place& place,
                                           Progress& progress, std::stop_token stop);

}  // namespace penstock::cli
