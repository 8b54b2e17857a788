// The first stage of a copy: lists both places, compares them and the journal, and queues what has
// to be copied, or looked at.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "files/spill.h"
#include "transfer/copy.h"
#include "transfer/merge_cursor.h"
#include "transfer/object_stream.h"
#include "transfer/push_context.h"
#include "transfer/push_end.h"
#include "transfer/push_queue.h"

namespace penstock {

// Threads: one.
class CopyPlanner {
 public:
  // Both must outlive it.
  CopyPlanner(const CopyOptions& options, PushContext& context);

  // All that the source has, then closes the queue. kNotFound when that is nothing.
  Status run(PushQueue& queue, const std::stop_token& stop);

  // After run().
  ExtraObjects extra() { return {extra_, objects_, true}; }

 private:
  Status plan_all(ObjectStream& source, PushQueue& queue, const std::stop_token& stop);
  Status plan_single(PushQueue& queue, const std::stop_token& stop);
  Status plan(ObjectInfo object, std::string name, PushQueue& queue, const std::stop_token& stop);
  Result<bool> is_there(PushFile& file);
  bool is_kept(PushFile& file, const ObjectInfo& there, const std::optional<JournalRow>& row,
               const FileIdentity& now) const;
  Status pass_object(const ObjectInfo& object);
  Status pass_row(const JournalRow& row);

  const CopyOptions& options_;
  PushContext& context_;
  std::string source_prefix_;
  std::optional<ObjectStream> listing_;  // of the destination, during run()
  JournalRows rows_;
  MergeCursor<ObjectInfo> objects_cursor_;
  MergeCursor<JournalRow> rows_cursor_;
  SpillSort extra_;
  std::uint64_t seen_ = 0;     // at the source
  std::uint64_t objects_ = 0;  // at the destination
  bool is_single_ = false;
};

}  // namespace penstock
