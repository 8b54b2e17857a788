// list() for an archive that is open already: what penstock/list.h promises, for any ByteSource.
#pragma once

#include <functional>

#include "penstock/list.h"

#include "files/byte_source.h"

namespace penstock::zip {

Result<ListReport> list_source(const ByteSource& source, bool lenient, Observer& observer,
                               const std::function<Status(const ListedEntry&)>& each);

}  // namespace penstock::zip
