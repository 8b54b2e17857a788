// The effort of an operation (flow/effort.h), under the names that this room uses.
#pragma once

#include "flow/effort.h"

namespace penstock::zip {

using penstock::Effort;
using penstock::kMemoryPerThread;
using penstock::kMostMemory;
using penstock::kMostThreads;

}  // namespace penstock::zip
