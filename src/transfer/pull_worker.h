// One of the workers of a pull: judges items, fetches what is missing, helps with large files.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include <sys/stat.h>

#include "penstock/error.h"

#include "transfer/pull_compare.h"
#include "transfer/pull_context.h"
#include "transfer/pull_get.h"
#include "transfer/pull_queue.h"

namespace penstock {

// Threads: one caller at a time.
class PullWorker {
 public:
  PullWorker(const PullContext& context, PullQueue& queue)
      : context_(context),
        queue_(queue),
        writer_(context.tree),
        compare_(context, writer_),
        get_(context, writer_) {}

  // Works until there is no more. Fails only with what ends the whole pull.
  Status run(const std::stop_token& stop);

 private:
  Status pull_batch(const PullBatch& batch, const std::stop_token& stop);
  Status pull_part(const PullPart& part, const std::stop_token& stop);
  Status pull_item(const PullItem& item, const std::stop_token& stop);
  Status keep(const PullItem& item);
  Status fetch(const PullItem& item, const std::stop_token& stop);
  Status fetch_single(const PullItem& item, const std::stop_token& stop);
  Result<bool> begin_large(const PullItem& item, const std::stop_token& stop);
  Status tell_large(const LargePull& file, Status done);
  Status keep_link(const PullItem& item);

  const PullContext& context_;
  PullQueue& queue_;
  LocalTreeWriter writer_;
  PullCompare compare_;
  SingleGet get_;
};

// Makes the links that were kept for the end.
Status make_pulled_links(const PullContext& context, const std::stop_token& stop);

}  // namespace penstock
