#include "transfer/copy_planner.h"

#include <utility>
#include <vector>

#include "base/quote.h"
#include "transfer/copy_content.h"
#include "transfer/push_scope.h"

namespace penstock {
namespace {

constexpr std::size_t kExtraKeysBytes = std::size_t{2} << 20;

}  // namespace

CopyPlanner::CopyPlanner(const CopyOptions& options, PushContext& context)
    : options_(options),
      context_(context),
      source_prefix_(key_prefix(options.source_prefix)),
      rows_(context.journal, context.prefix),
      objects_cursor_([this] { return listing_->next(); },
                      [this](const ObjectInfo& object) { return pass_object(object); }),
      rows_cursor_([this] { return Result<std::optional<JournalRow>>(rows_.next()); },
                   [this](const JournalRow& row) { return pass_row(row); }),
      extra_(kExtraKeysBytes) {}

Status CopyPlanner::run(PushQueue& queue, const std::stop_token& stop) {
  const BusyTimer busy(context_.meters.busy(context_.meters.walk));
  ObjectStream source(*options_.source, source_prefix_, stop);
  listing_.emplace(context_.store, context_.prefix, stop);
  PENSTOCK_CHECK(plan_all(source, queue, stop));
  context_.count_requests(source.requests(), source.retried());
  if (seen_ == 0 && !source_prefix_.empty()) PENSTOCK_CHECK(plan_single(queue, stop));
  context_.progress.totals_final.store(true, std::memory_order_release);
  queue.close();  // before the rest of the list comes: nothing of it is sent
  if (options_.to.delete_extra && !is_single_) PENSTOCK_CHECK(objects_cursor_.finish());
  if (!is_single_) PENSTOCK_CHECK(rows_cursor_.finish());
  context_.count_requests(listing_->requests(), listing_->retried());
  listing_.reset();
  return extra_.sort();
}

Status CopyPlanner::plan_all(ObjectStream& source, PushQueue& queue, const std::stop_token& stop) {
  for (;;) {
    PENSTOCK_TRY(std::optional<ObjectInfo> object, source.next());
    if (!object) return {};
    ++seen_;
    std::string name = object->key.substr(source_prefix_.size());
    if (name.empty()) continue;  // the marker of the prefix itself
    if (!options_.to.filter.takes(name, false)) continue;
    PENSTOCK_CHECK(plan(*std::move(object), std::move(name), queue, stop));
  }
}

// Nothing lies below what was asked for: it may be a key itself.
Status CopyPlanner::plan_single(PushQueue& queue, const std::stop_token& stop) {
  const std::string key = source_prefix_.substr(0, source_prefix_.size() - 1);
  PushEffort effort = context_.begin_effort();
  auto object =
      context_.request(stop, effort, [&](Call& call) { return options_.source->stat(key, call); });
  if (!object && object.error().code == Code::kNotFound)
    return fail(Code::kNotFound,
                "nothing at " + options_.source->name() + ": " + quoted_name(source_prefix_));
  if (!object) return fail(std::move(object).error());
  is_single_ = true;
  return plan(*std::move(object), key.substr(key.rfind('/') + 1), queue, stop);
}

Status CopyPlanner::plan(ObjectInfo object, std::string name, PushQueue& queue,
                         const std::stop_token& stop) {
  PushFile file;
  file.key = context_.prefix + name;
  file.item.shown = quoted_name(object.key);
  file.counted_bytes = object.bytes;
  const bool whole = !goes_in_parts(object.bytes, options_.to, context_.store.traits());
  if (whole && !options_.by_server && !options_.to.dry_run) file.held_bytes = object.bytes;
  file.object = std::make_shared<const ObjectInfo>(std::move(object));
  context_.meters.walk.add(1, file.counted_bytes);
  context_.progress.files_total.fetch_add(1, std::memory_order_relaxed);
  context_.progress.bytes_total.fetch_add(file.counted_bytes, std::memory_order_relaxed);
  if (Status usable = check_key(file, context_.store); !usable)
    return context_.failed(file, std::move(usable).error(), {});
  PENSTOCK_TRY(const bool there, is_there(file));
  if (there) return context_.unchanged(file, file.counted_bytes, {}), Status();
  std::vector<PushFile> one;
  one.push_back(std::move(file));
  const WaitTimer waiting(context_.meters.walk);
  if (!queue.push(one, stop)) return fail(Code::kCancelled, "cancelled");
  return {};
}

// Whether lists and journal tell all; else the file learns what it has to be held against.
Result<bool> CopyPlanner::is_there(PushFile& file) {
  PENSTOCK_TRY(const std::optional<ObjectInfo> there, objects_cursor_.take(file.key));
  PENSTOCK_TRY(const std::optional<JournalRow> row, rows_cursor_.take(file.key));
  if (!there) return false;
  ++objects_;
  if (options_.to.if_absent) return true;
  if (there->bytes != file.object->bytes) return false;
  PENSTOCK_TRY(const FileIdentity now, identity_of(*file.object));
  return is_kept(file, *there, row, now);
}

bool CopyPlanner::is_kept(PushFile& file, const ObjectInfo& there,
                          const std::optional<JournalRow>& row, const FileIdentity& now) const {
  const auto same =
      told_same(*file.object, options_.source->traits(), there, context_.store.traits());
  if (same && *same) return true;
  const bool is_ours = row && !there.etag.empty() && row->etag == there.etag && row->file == now;
  if (is_ours && !options_.to.checksum) return true;
  if (!same) file.etag = there.etag;  // the metadata of both may tell
  return false;
}

Status CopyPlanner::pass_object(const ObjectInfo& object) {
  ++objects_;
  const std::string_view name = std::string_view(object.key).substr(context_.prefix.size());
  if (!options_.to.delete_extra || name.empty() || !options_.to.filter.takes(name, false))
    return {};
  return extra_.add(object.key);
}

// Of an object that the source does not have any more.
Status CopyPlanner::pass_row(const JournalRow& row) {
  const std::string_view name = std::string_view(row.key).substr(context_.prefix.size());
  if (!options_.to.dry_run && options_.to.filter.takes(name, false))
    context_.journal.forget(row.key);
  return {};
}

}  // namespace penstock
