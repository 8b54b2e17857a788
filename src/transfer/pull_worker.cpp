#include "transfer/pull_worker.h"

#include <utility>

#include "archive/name_check.h"
#include "base/bytes.h"
#include "transfer/pull_verify.h"

namespace penstock {
namespace {

constexpr std::size_t kLongestTarget = 4095;  // PATH_MAX without the NUL

// No system makes a link like that, whatever the policy.
bool is_impossible(std::string_view target) {
  return target.empty() || target.size() > kLongestTarget ||
         target.find('\0') != std::string_view::npos;
}

}  // namespace

Status PullWorker::run(const std::stop_token& stop) {
  while (auto work = queue_.next(stop)) {
    Status done = std::holds_alternative<PullBatch>(*work)
                      ? pull_batch(std::get<PullBatch>(*work), stop)
                      : pull_part(std::get<PullPart>(*work), stop);
    queue_.done();
    PENSTOCK_CHECK(done);
  }
  return {};
}

Status PullWorker::pull_batch(const PullBatch& batch, const std::stop_token& stop) {
  for (const PullItem& item : batch) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    if (Status done = pull_item(item, stop); !done)
      PENSTOCK_CHECK(context_.outcome.failed(item, std::move(done).error()));
  }
  return {};
}

Status PullWorker::pull_item(const PullItem& item, const std::stop_token& stop) {
  PENSTOCK_TRY(const PullVerdict verdict, compare_.judge(item, stop));
  if (verdict == PullVerdict::kKeep) return keep(item);
  if (context_.options.dry_run) {
    context_.outcome.arrived(item.info.bytes);
    return context_.outcome.pulled(item), Status();
  }
  return fetch(item, stop);
}

Status PullWorker::keep(const PullItem& item) {
  // A pull that was killed when all was done, or of a version before this one.
  const bool was_large = item.info.bytes > context_.options.range_above_bytes;
  if (was_large && !context_.options.dry_run) {
    PENSTOCK_TRY(const SafeDir* dir, writer_.parent_of(item.path, false));
    PENSTOCK_CHECK(remove_partial(*dir, item.path.substr(item.path.rfind('/') + 1)));
  }
  context_.outcome.skipped(item);
  return {};
}

Status PullWorker::fetch(const PullItem& item, const std::stop_token& stop) {
  if (item.info.bytes > context_.options.range_above_bytes) {
    PENSTOCK_TRY(const bool begun, begin_large(item, stop));
    if (begun) return {};
  }
  return fetch_single(item, stop);
}

Status PullWorker::fetch_single(const PullItem& item, const std::stop_token& stop) {
  PENSTOCK_CHECK(get_.fetch(item, stop));
  if (get_.is_link()) return keep_link(item);
  PENSTOCK_CHECK(get_.place());
  context_.outcome.arrived(item.info.bytes);
  PullItem pulled = item;
  pulled.info.bytes = get_.info().bytes;
  context_.outcome.pulled(pulled);
  return {};
}

// False: it has to come in one piece.
Result<bool> PullWorker::begin_large(const PullItem& item, const std::stop_token& stop) {
  PENSTOCK_TRY(std::shared_ptr<LargePull> file, LargePull::begin(context_, item, writer_, stop));
  if (!file) return false;
  if (file->has_nothing_to_fetch()) {
    PENSTOCK_CHECK(tell_large(*file, file->finish()));
    return true;
  }
  queue_.add(std::move(file));
  return true;
}

Status PullWorker::pull_part(const PullPart& part, const std::stop_token& stop) {
  LargePull::Done done = part.file->fetch(part.number, stop);
  return done.over ? tell_large(*part.file, std::move(done.status)) : Status();
}

Status PullWorker::tell_large(const LargePull& file, Status done) {
  if (!done)
    return context_.outcome.failed(file.item(), std::move(done).error(), file.arrived_bytes());
  context_.outcome.pulled(file.item());
  return {};
}

Status PullWorker::keep_link(const PullItem& item) {
  const std::string target(as_text(get_.content()));
  context_.outcome.arrived(item.info.bytes);
  const zip::Link link{item.path, target, pulled_marks(get_.info()).mtime};
  Status safe = is_impossible(target) ? fail(Code::kUnsafe, "no link can have this target")
                                      : zip::check_link_target(item.path, target);
  if (safe || (context_.options.links == LinkPolicy::kAll && !is_impossible(target)))
    return context_.links.add(link);
  if (context_.options.links != LinkPolicy::kSkip) return safe;
  context_.outcome.skipped_link("skipped the link " + zip::shown_name(item.path) + ": " +
                                safe.error().message);
  return {};
}

Status make_pulled_links(const PullContext& context, const std::stop_token& stop) {
  return context.links.for_each([&](const zip::Link& link) -> Status {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const SafeDir& dir = *context.tree.dir();
    const auto there = dir.read_link(link.path);
    if (there && *there == link.target) return context.outcome.skipped_link({}), Status();
    const auto made = context.tree.tree().make_link(link.path, link.target, link.mtime);
    if (made) return context.outcome.linked(link.path), Status();
    PullItem item;
    item.info.key = item.path = link.path;
    return context.outcome.failed(item, made.error());
  });
}

}  // namespace penstock
