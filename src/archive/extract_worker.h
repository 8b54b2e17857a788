// What one worker does with a batch: read, derive keys, then each entry: check, decrypt,
// decompress, write.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "penstock/error.h"

#include "archive/batch_keys.h"
#include "archive/entry_decoder.h"
#include "archive/extract_context.h"
#include "archive/extract_plan.h"
#include "archive/tree_writer.h"
#include "flow/buffer_pool.h"

namespace penstock::zip {

// Threads: one caller at a time; one per worker.
class ExtractWorker {
 public:
  // `in` has at least kBatchBytes, `out` kSmallBytes; both are kept.
  static Result<ExtractWorker> create(const ExtractContext& context, Buffer in, Buffer out);

  // Extracts the batch and tells the context's Outcome. Fails only with what ends the whole
  // extraction; kCancelled on a stop.
  Status extract(const ExtractBatch& batch, const std::stop_token& stop);

 private:
  // Where an entry's data is: in the batch's buffer, or in memory of its own when it did not fit.
  struct Located {
    const ExtractItem* item = nullptr;
    MutableBytes data;
    std::vector<std::byte> own;
    BatchKeys::Slot slot;
  };

  ExtractWorker(const ExtractContext& context, EntryDecoder decoder, Buffer in, Buffer out);
  Status read(const ExtractBatch& batch);
  Status locate(const ExtractBatch& batch);
  Result<Located> locate_one(const ExtractBatch& batch, const ExtractItem& item) const;
  Status derive();
  Status finish(Located& located);
  Status decode_and_write(Located& located);

  const ExtractContext* context_;
  EntryDecoder decoder_;
  std::optional<TreeWriter> writer_;  // empty: only verify
  Buffer in_;
  Buffer out_;
  BatchKeys keys_;
  std::vector<Located> located_;
};

}  // namespace penstock::zip
