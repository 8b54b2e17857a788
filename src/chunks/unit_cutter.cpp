#include "chunks/unit_cutter.h"

#include <algorithm>

namespace penstock {
namespace {

// Small members travel together: below this, handing one over costs more than decoding it.
constexpr std::size_t kEnoughBytes = std::size_t{256} << 10;
// What cannot be cut is handed on in pieces of this size, or as it comes out of a pipe.
constexpr std::size_t kUncutBytes = std::size_t{512} << 10;

}  // namespace

Result<Cut> UnitCutter::next(MutableBytes into) {
  std::size_t bytes = 0;
  std::size_t data_room = data_most_;
  while (!uncut_ && bytes < kEnoughBytes) {
    PENSTOCK_TRY(const Taken taken, take_one(into.subspan(bytes), data_room));
    bytes += taken.bytes;
    if (taken.found == Found::kWhole) {
      data_room -= std::min(data_room, taken.data);
      continue;
    }
    const bool fits_next_time = taken.found == Found::kNoRoom && bytes > 0;
    uncut_ = taken.found != Found::kEnd && !fits_next_time;
    if (uncut_ && bytes > 0) return Cut{bytes, false};
    if (!uncut_) return Cut{bytes, bytes > 0};
  }
  if (!uncut_) return Cut{bytes, true};
  PENSTOCK_TRY(bytes, input_.take_least(1, into.first(std::min(into.size(), kUncutBytes))));
  return Cut{bytes, false};
}

}  // namespace penstock
