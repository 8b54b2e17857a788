#include "archive/extract_huge.h"

#include <optional>

#include "archive/stream_extract.h"
#include "flow/buffer_pool.h"

namespace penstock::zip {

Status extract_huge(const ExtractContext& context, const BatchItem& item,
                    const std::stop_token& stop) {
  BufferPool pool(2, kBatchBytes);
  const auto in = pool.acquire(stop);
  const auto out = pool.acquire(stop);
  if (!in || !out) return fail(Code::kCancelled, "cancelled");
  std::optional<TreeWriter> writer;
  if (context.tree != nullptr) writer.emplace(*context.tree);
  return extract_streamed(context, item.entry, item.ordinal, writer ? &*writer : nullptr,
                          in->bytes(), out->bytes(), stop);
}

}  // namespace penstock::zip
