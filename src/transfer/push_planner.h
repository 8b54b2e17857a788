// The first stage of a push: walks, compares with the destination's list and the journal, and
// queues what has to be looked at.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "files/spill.h"
#include "files/walk.h"
#include "transfer/merge_cursor.h"
#include "transfer/object_stream.h"
#include "transfer/push_bundles.h"
#include "transfer/push_context.h"
#include "transfer/push_file.h"
#include "transfer/push_queue.h"
#include "transfer/push_scope.h"

namespace penstock {

WalkOptions walk_options_of(const PushOptions& options, std::function<void(Error)> on_problem);

// Threads: one.
class PushPlanner {
 public:
  // Looks at the sources (Walker::create). `context` must outlive it.
  static Result<std::unique_ptr<PushPlanner>> create(PushContext& context,
                                                     const std::stop_token& stop);

  // All of the walk, then closes the queue.
  Status run(PushQueue& queue, const std::stop_token& stop);

  // What all keys that can come begin with.
  std::string prefix() const { return context_.prefix + scope_.common(); }
  // After run(): the keys of objects that no file stands for, and how many objects were seen.
  SpillSort& extra() { return extra_; }
  std::uint64_t objects() const { return objects_; }
  // Whether all that is there was walked: else nobody knows what is too many.
  bool saw_all() const { return saw_all_; }

 private:
  explicit PushPlanner(PushContext& context);

  void compare_from_start(const std::stop_token& stop);
  void end_listing();
  Status plan(WalkItem item, PushQueue& queue, const std::stop_token& stop);
  bool look_at(PushFile& file);
  bool look_at_link(PushFile& file);
  bool follow(PushFile& file);
  void skip(const WalkItem& item, std::string_view why);
  Result<bool> is_there(PushFile& file, const std::stop_token& stop);
  bool is_settled(PushFile& file, const std::optional<ObjectInfo>& object,
                  const std::optional<JournalRow>& row);
  Status check_name(const PushFile& file) const;
  Status enqueue(PushFile file, PushQueue& queue, const std::stop_token& stop);
  Status enqueue_small(PushFile file, PushQueue& queue, const std::stop_token& stop);
  Status flush(PushQueue& queue, const std::stop_token& stop);
  Status flush_draft(PushQueue& queue, const std::stop_token& stop);
  Status pass_object(const ObjectInfo& object);
  Status pass_row(const JournalRow& row);
  void note_directory(const WalkItem& item);
  std::string_view name_of(std::string_view key) const {
    return key.substr(context_.prefix.size());
  }

  PushContext& context_;
  PushScope scope_;
  std::optional<Walker> walker_;
  std::unique_ptr<ObjectStream> listing_;
  std::optional<JournalRows> rows_;
  std::optional<MergeCursor<ObjectInfo>> objects_cursor_;
  std::optional<MergeCursor<JournalRow>> rows_cursor_;
  std::string last_key_;
  std::vector<PushFile> batch_;
  BundleDraft draft_;
  bool goes_in_bundle_ = false;  // the file looked at
  SpillSort extra_;
  std::uint64_t objects_ = 0;
  std::atomic<bool> saw_all_{true};
  bool is_restarted_ = false;
  bool counts_totals_ = false;
  std::string last_directory_;  // when nothing was found in it so far
  std::uint64_t empty_directories_ = 0;
};

}  // namespace penstock
