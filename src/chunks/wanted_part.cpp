#include "chunks/wanted_part.h"

#include <algorithm>

#include "base/narrow.h"
#include "base/units.h"

namespace penstock {

Result<Bytes> WantedPart::of(Bytes data, std::uint64_t offset) {
  const std::uint64_t before = made_;
  made_ += data.size();
  if (made_ > limits_.made_most)
    return fail(Code::kCorrupt, name_ + ": what lies at byte " + std::to_string(offset) +
                                    " makes more than the " + format_count(limits_.made_most) +
                                    " bytes that the file's index says of this part");
  const std::uint64_t most = limits_.skip + std::min(limits_.take, UINT64_MAX - limits_.skip);
  const std::uint64_t begin = std::max(before, limits_.skip);
  const std::uint64_t end = std::min(made_, most);
  if (begin >= end) return Bytes();
  if (end - limits_.skip > limits_.max_output_bytes)
    return fail(Code::kUnsafe, name_ + ": makes more than the limit of " +
                                   format_bytes(limits_.max_output_bytes) + " (--max-output)");
  return data.subspan(narrow<std::size_t>(begin - before), narrow<std::size_t>(end - begin));
}

}  // namespace penstock
