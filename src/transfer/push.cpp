#include "transfer/push.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/narrow.h"
#include "flow/crew.h"
#include "transfer/push_bundles.h"
#include "transfer/push_context.h"
#include "transfer/push_crew.h"
#include "transfer/push_end.h"
#include "transfer/push_planner.h"
#include "transfer/push_queue.h"
#include "transfer/push_run.h"
#include "transfer/push_worker.h"

namespace penstock {
namespace {

constexpr std::size_t kQueuedFiles = 1024;
constexpr std::size_t kLeastWholeBytes = std::size_t{4} << 10;
constexpr std::size_t kMostWholeBytes = std::size_t{8} << 20;

// Walks once more, only to count, so that progress has totals; runs ahead of the work it counts.
class PushTotals {
 public:
  PushTotals(const PushOptions& options, Progress& progress) {
    if (!options.count_ahead || options.files_from == "-") return;
    crew_.add("count", [&options, &progress](const std::stop_token& stop) -> Status {
      PENSTOCK_TRY(Walker walker,
                   Walker::create(walk_options_of(options, [](const Error&) {}), stop));
      return count(walker, options, progress, stop);
    });
  }

 private:
  static Status count(Walker& walker, const PushOptions& options, Progress& progress,
                      const std::stop_token& stop) {
    for (;;) {
      PENSTOCK_TRY(const std::optional<WalkItem> item, walker.next(stop));
      if (!item) break;
      const bool kept = item->kind == FileKind::kSymlink && options.links == PushLinks::kKeep;
      if (item->kind != FileKind::kFile && !kept) continue;
      progress.files_total.fetch_add(1, std::memory_order_relaxed);
      progress.bytes_total.fetch_add(to_u64(item->status.st_size), std::memory_order_relaxed);
    }
    progress.totals_final.store(true, std::memory_order_release);
    return {};
  }
  // Never joined for its result: without totals the progress says less, and nothing else is wrong.
  Crew crew_;
};

Status send_all(PushContext& context, PushPlanner& planner, unsigned workers,
                const std::stop_token& stop) {
  PushQueue::Options queueing;
  queueing.capacity = kQueuedFiles;
  queueing.workers = workers;
  queueing.useful_workers = context.options.useful_workers;
  queueing.parts_per_file = std::max(context.options.parts_per_file, 1U);
  const PushCrewWork work{
      "push",
      [&](PushQueue& queue, const std::stop_token& token) { return planner.run(queue, token); },
      [&](PushQueue& queue, const std::stop_token& token) {
        return PushWorker(context, queue).run(token);
      }};
  return run_push_crew(std::move(queueing), work, context.clock, stop);
}

}  // namespace

unsigned default_push_workers() {
  constexpr unsigned kPerCore = 4;
  constexpr unsigned kFewest = 10;
  constexpr unsigned kMost = 64;
  return std::clamp(kPerCore * std::max(std::thread::hardware_concurrency(), 1U), kFewest, kMost);
}

Result<PushReport> push_with_hooks(const PushOptions& options, const PushHooks& hooks, Store& store,
                                   Observer& observer, Progress& progress, std::stop_token stop) {
  if (options.sources.empty() && options.files_from.empty())
    return fail(Code::kInvalid, "nothing to push: name at least one file or directory");
  PENSTOCK_CHECK(check_destination(options, store));
  const unsigned workers = options.workers != 0 ? options.workers : default_push_workers();
  PushContext context(options, hooks, store, observer, progress);
  const auto start = context.clock.now();
  context.prefix = key_prefix(options.prefix);
  context.whole_bytes =
      std::clamp(options.memory_bytes / workers, kLeastWholeBytes, kMostWholeBytes);
  std::unique_ptr<PushBundles> bundles;  // before the planner, which lists its store until it goes
  PENSTOCK_TRY(const std::unique_ptr<PushPlanner> planner, PushPlanner::create(context, stop));
  PENSTOCK_TRY(bundles, PushBundles::open(context, planner->prefix(), stop));
  context.bundles = bundles.get();
  PENSTOCK_CHECK(context.told.started());
  {
    const PushTotals totals(options, progress);
    PENSTOCK_CHECK(send_all(context, *planner, workers, stop));
  }
  ExtraObjects extra_objects{planner->extra(), planner->objects(), planner->saw_all()};
  PENSTOCK_TRY(const DeletedExtra extra, delete_extra(context, extra_objects, stop));
  PENSTOCK_CHECK(bundles->finish(stop));
  PENSTOCK_CHECK(abort_left_uploads(context, planner->prefix(), stop));
  end_progress(progress);
  PushReport report = report_of(context);
  report.deleted = extra.deleted;
  report.delete_refused = extra.refused;
  report.elapsed = context.clock.now() - start;
  return report;
}

Result<PushReport> push(const PushOptions& options, Store& store, Observer& observer,
                        Progress& progress, std::stop_token stop) {
  return push_with_hooks(options, {}, store, observer, progress, std::move(stop));
}

Result<std::uint64_t> clean_uploads(Store& store, const std::string& prefix,
                                    std::chrono::sys_seconds older_than, std::stop_token stop) {
  Call call{std::move(stop)};
  PENSTOCK_TRY(const std::vector<Upload> uploads, store.list_uploads(key_prefix(prefix), call));
  std::uint64_t aborted = 0;
  for (const Upload& upload : uploads) {
    if (upload.begun >= older_than) continue;
    PENSTOCK_CHECK(store.abort_upload(upload, call));
    ++aborted;
  }
  return aborted;
}

}  // namespace penstock
