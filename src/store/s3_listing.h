// Lists of objects (ListObjectsV2), in pages that `after` continues: no token of the server's is
// kept, so a list can be taken up anywhere.
#pragma once

#include <stop_token>

#include "penstock/error.h"

#include "store/s3_wire.h"
#include "store/store.h"

namespace penstock {

// As Store::list(). kCorrupt when the server lists keys out of order, or beside what was asked for:
// whoever compares two lists relies on it. An `after` that is itself a cut prefix ("a/", with the
// delimiter "/") continues behind all it stands for.
Result<ListPage> s3_list(S3Wire& wire, const ListRequest& request, const std::stop_token& stop);

}  // namespace penstock
