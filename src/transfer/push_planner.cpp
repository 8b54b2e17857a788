#include "transfer/push_planner.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>

#include "base/narrow.h"

namespace penstock {
namespace {

constexpr std::size_t kBatchFiles = 16;
constexpr std::size_t kExtraBudgetBytes = std::size_t{2} << 20;

// That what is too many at the destination can be told.
Status check_tells_extra(const PushScope& scope) {
  if (scope.has_list())
    return fail(Code::kInvalid,
                "--delete does not go with --files-from: what the list leaves out would be taken "
                "for deleted");
  if (!scope.in_order())
    return fail(Code::kInvalid,
                "--delete takes a source like '.' or 'dir/.' only alone: push the others apart");
  return {};
}

}  // namespace

WalkOptions walk_options_of(const PushOptions& options, std::function<void(Error)> on_problem) {
  WalkOptions walk;
  walk.sources = options.sources;
  walk.files_from = options.files_from;
  walk.filter = options.filter;
  walk.one_file_system = options.one_file_system;
  walk.on_problem = std::move(on_problem);
  return walk;
}

PushPlanner::PushPlanner(PushContext& context)
    : context_(context),
      scope_(context.options.sources, context.options.files_from, context.options.filter),
      extra_(kExtraBudgetBytes) {
  counts_totals_ = !context.options.count_ahead || context.options.files_from == "-";
}

Result<std::unique_ptr<PushPlanner>> PushPlanner::create(PushContext& context,
                                                         const std::stop_token& stop) {
  std::unique_ptr<PushPlanner> planner(new PushPlanner(context));
  if (context.options.delete_extra) PENSTOCK_CHECK(check_tells_extra(planner->scope_));
  const auto problem = [raw = planner.get()](const Error& error) {
    raw->saw_all_ = false;
    raw->context_.problem(error);
  };
  PENSTOCK_TRY(planner->walker_, Walker::create(walk_options_of(context.options, problem), stop));
  return planner;
}

void PushPlanner::end_listing() {
  if (!listing_) return;
  context_.count_requests(listing_->requests(), listing_->retried());
  listing_.reset();
}

void PushPlanner::compare_from_start(const std::stop_token& stop) {
  end_listing();
  last_key_.clear();
  listing_ = std::make_unique<ObjectStream>(context_.bundles->store(), prefix(), stop);
  rows_.emplace(context_.journal, prefix());
  objects_cursor_.emplace([this] { return listing_->next(); },
                          [this](const ObjectInfo& object) { return pass_object(object); });
  rows_cursor_.emplace([this] { return Result<std::optional<JournalRow>>(rows_->next()); },
                       [this](const JournalRow& row) { return pass_row(row); });
}

Status PushPlanner::run(PushQueue& queue, const std::stop_token& stop) {
  const BusyTimer busy(context_.meters.busy(context_.meters.walk));
  compare_from_start(stop);
  for (;;) {
    PENSTOCK_TRY(std::optional<WalkItem> item, walker_->next(stop));
    if (!item) break;
    PENSTOCK_CHECK(plan(*std::move(item), queue, stop));
  }
  PENSTOCK_CHECK(flush(queue, stop));
  PENSTOCK_CHECK(flush_draft(queue, stop));
  queue.close();  // before the rest of the list comes: nothing of it is sent
  if (context_.options.delete_extra) PENSTOCK_CHECK(objects_cursor_->finish());
  PENSTOCK_CHECK(rows_cursor_->finish());
  end_listing();
  PENSTOCK_CHECK(extra_.sort());
  note_directory({});
  if (empty_directories_ > 0 && context_.options.tell_empty_directories)
    context_.told.notice("empty directories are not kept: " + std::to_string(empty_directories_));
  return {};
}

Status PushPlanner::plan(WalkItem item, PushQueue& queue, const std::stop_token& stop) {
  note_directory(item);
  if (item.kind == FileKind::kDirectory) return {};
  PushFile file;
  file.item = std::move(item);
  if (!look_at(file)) return {};
  file.key = context_.prefix + file.item.name;
  file.counted_bytes = to_u64(file.item.status.st_size);
  context_.meters.walk.add(1, file.counted_bytes);
  if (counts_totals_) {
    context_.progress.files_total.fetch_add(1, std::memory_order_relaxed);
    context_.progress.bytes_total.fetch_add(file.counted_bytes, std::memory_order_relaxed);
  }
  if (Status usable = check_name(file); !usable)
    return context_.failed(file, std::move(usable).error(), {});
  PENSTOCK_TRY(const bool there, is_there(file, stop));
  if (there) return context_.unchanged(file, file.counted_bytes, {}), Status();
  return enqueue(std::move(file), queue, stop);
}

void PushPlanner::note_directory(const WalkItem& item) {
  if (!last_directory_.empty() && !item.name.starts_with(last_directory_)) ++empty_directories_;
  last_directory_ = item.kind == FileKind::kDirectory ? item.name : std::string();
}

// False for what has no place at the destination; that is told here.
bool PushPlanner::look_at(PushFile& file) {
  if (file.item.kind == FileKind::kSymlink) return look_at_link(file);
  if (file.item.kind == FileKind::kFile) return true;
  skip(file.item, "not a file, directory or link");
  return false;
}

bool PushPlanner::look_at_link(PushFile& file) {
  if (context_.options.links == PushLinks::kFollow) return follow(file);
  if (context_.options.links == PushLinks::kSkip) return skip(file.item, "a link"), false;
  if (context_.store.traits().metadata || context_.options.bundle_bytes != 0) return true;
  return skip(file.item, "a link, and the destination keeps no metadata that would tell"), false;
}

bool PushPlanner::follow(PushFile& file) {
  WalkItem& item = file.item;
  if (::fstatat(item.root->fd(), item.path.c_str(), &item.status, 0) != 0) {
    context_.problem(fail_errno("follow link " + item.shown, errno).value());
    return false;
  }
  file.follow = S_ISREG(item.status.st_mode);
  if (!file.follow) skip(item, "a link to what is no file");
  return file.follow;
}

void PushPlanner::skip(const WalkItem& item, std::string_view why) {
  context_.skipped.fetch_add(1, std::memory_order_relaxed);
  context_.told.notice("skipped " + item.shown + ": " + std::string(why));
}

Status PushPlanner::check_name(const PushFile& file) const {
  if (name_of(file.key).starts_with(kBundleDirectory))
    return fail(Code::kInvalid, "the name is reserved for bundles of small files");
  return check_key(file, context_.store);
}

// Whether list and journal tell all; else the file learns what it has to be held against.
Result<bool> PushPlanner::is_there(PushFile& file, const std::stop_token& stop) {
  if (file.key <= last_key_) {  // sources are not in order: PushScope::in_order()
    compare_from_start(stop);
    is_restarted_ = true;
  }
  last_key_ = file.key;
  PENSTOCK_TRY(const std::optional<ObjectInfo> object, objects_cursor_->take(file.key));
  PENSTOCK_TRY(const std::optional<JournalRow> row, rows_cursor_->take(file.key));
  if (object) ++objects_;
  const bool settled = is_settled(file, object, row);
  if (settled && object && !context_.options.if_absent) {
    PENSTOCK_TRY(file.moves, context_.bundles->moves(*object));
    file.etag = object->etag;
    const StoreTraits& traits = context_.store.traits();
    file.proof = proof_of(*object, traits, part_bytes_for(object->bytes, context_.options, traits));
  }
  if (settled && !file.moves) return true;
  PENSTOCK_TRY(goes_in_bundle_, context_.bundles->takes(file, object));
  return settled && !goes_in_bundle_;
}

bool PushPlanner::is_settled(PushFile& file, const std::optional<ObjectInfo>& object,
                             const std::optional<JournalRow>& row) {
  if (!object) return false;
  if (context_.options.if_absent) return true;
  const FileIdentity now = identity_of(file.item.status);
  if (object->bytes != now.bytes) return false;
  const bool is_ours = row && !object->etag.empty() && row->etag == object->etag;
  if (is_ours && row->file == now && !context_.options.checksum) return true;
  const StoreTraits& traits = context_.store.traits();
  file.etag = object->etag;
  file.proof = proof_of(*object, traits, part_bytes_for(now.bytes, context_.options, traits));
  if (!file.proof.is_there() && is_ours && row->sha256) file.proof = {*row->sha256};
  return false;
}

Status PushPlanner::enqueue_small(PushFile file, PushQueue& queue, const std::stop_token& stop) {
  if (!draft_.takes(file, context_.options.bundle_bytes)) PENSTOCK_CHECK(flush_draft(queue, stop));
  draft_.add(std::move(file));
  return {};
}

Status PushPlanner::flush_draft(PushQueue& queue, const std::stop_token& stop) {
  if (draft_.is_empty()) return {};
  const WaitTimer waiting(context_.meters.walk);
  return queue.push_bundle(draft_.take(), stop) ? Status() : fail(Code::kCancelled, "cancelled");
}

Status PushPlanner::enqueue(PushFile file, PushQueue& queue, const std::stop_token& stop) {
  if (goes_in_bundle_) return enqueue_small(std::move(file), queue, stop);
  batch_.push_back(std::move(file));
  if (batch_.size() < kBatchFiles && !queue.is_hungry()) return {};
  return flush(queue, stop);
}

Status PushPlanner::flush(PushQueue& queue, const std::stop_token& stop) {
  if (batch_.empty()) return {};
  const WaitTimer waiting(context_.meters.walk);
  if (!queue.push(batch_, stop)) return fail(Code::kCancelled, "cancelled");
  return {};
}

Status PushPlanner::pass_object(const ObjectInfo& object) {
  if (!is_restarted_) ++objects_;
  if (!context_.options.delete_extra || !scope_.covers(name_of(object.key))) return {};
  if (is_bundle_key(object.key)) return {};  // of a place below this one: not ours to judge
  return extra_.add(object.key);
}

// Of a file that is gone.
Status PushPlanner::pass_row(const JournalRow& row) {
  if (saw_all_ && !is_restarted_ && !context_.options.dry_run && scope_.covers(name_of(row.key)))
    context_.journal.forget(row.key);
  return {};
}

}  // namespace penstock
