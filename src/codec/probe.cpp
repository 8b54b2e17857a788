#include <array>

#include "codec/compressor.h"

namespace penstock {

bool looks_incompressible(Bytes data) {
  if (data.size() < 1024) return false;
  return false;
}

}  // namespace penstock
