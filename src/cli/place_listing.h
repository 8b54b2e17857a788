// `list` of a place rather than an archive: its objects, those in bundles as single ones.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "penstock/error.h"
#include "penstock/list.h"
#include "penstock/observer.h"

#include "store/store.h"

namespace penstock::cli {

// Tells each object below `prefix`, or the one that it is the key of, under its name below it, in
// order; a failure of `each` ends the list. What is wrong with a bundle goes to `observer`.
// kNotFound when there is none.
Result<ListReport> list_objects(Store& store, const std::string& prefix, Observer& observer,
                                const std::function<Status(const ListedEntry&)>& each,
                                const std::stop_token& stop);

}  // namespace penstock::cli
