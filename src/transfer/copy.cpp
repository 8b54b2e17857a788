#include "transfer/copy.h"

#include <algorithm>
#include <utility>

#include "transfer/copy_content.h"
#include "transfer/copy_planner.h"
#include "transfer/copy_worker.h"
#include "transfer/push_context.h"
#include "transfer/push_crew.h"
#include "transfer/push_end.h"
#include "transfer/push_queue.h"
#include "transfer/push_scope.h"

namespace penstock {
namespace {

constexpr std::size_t kQueuedObjects = 256;

// Objects that are copied whole lie in memory, so they are no larger than that.
CopyOptions settled(const CopyOptions& options) {
  CopyOptions copy = options;
  copy.to.multipart_above_bytes =
      std::min<std::uint64_t>(copy.to.multipart_above_bytes, copy.to.memory_bytes);
  return copy;
}

Status run_crew(CopyContext& copy, PushContext& context, CopyPlanner& planner,
                const std::stop_token& stop) {
  const PushOptions& options = context.options;
  PushQueue::Options queueing;
  queueing.capacity = kQueuedObjects;
  queueing.workers = options.workers != 0 ? options.workers : default_push_workers();
  queueing.useful_workers = options.useful_workers;
  queueing.parts_per_file = std::max(options.parts_per_file, 1U);
  queueing.most_held_bytes = options.memory_bytes;
  const PushCrewWork work{
      "copy",
      [&](PushQueue& queue, const std::stop_token& token) { return planner.run(queue, token); },
      [&](PushQueue& queue, const std::stop_token& token) {
        return CopyWorker(copy, context, queue).run(token);
      }};
  return run_push_crew(std::move(queueing), work, context.clock, stop);
}

CopyReport report_of(const PushContext& context, const CopyContext& copy,
                     const DeletedExtra& extra) {
  CopyReport report{penstock::report_of(context), copy.by_server.load()};
  report.deleted = extra.deleted;
  report.delete_refused = extra.refused;
  report.stages[0].name = "list";
  report.stages[1].name = "get";
  report.stages[2].name = "put";
  return report;
}

}  // namespace

Result<CopyReport> copy(const CopyOptions& options, Store& destination, Observer& observer,
                        Progress& progress, std::stop_token stop) {
  const CopyOptions own = settled(options);
  PENSTOCK_CHECK(check_destination(own.to, destination));
  const PushHooks no_hooks;
  PushContext context(own.to, no_hooks, destination, observer, progress);
  const auto start = context.clock.now();
  context.verb = "copy";
  context.prefix = key_prefix(own.to.prefix);
  CopySource source(*own.source, context);
  CopyContext shared{own, source};
  CopyPlanner planner(own, context);
  PENSTOCK_CHECK(context.told.started());
  PENSTOCK_CHECK(run_crew(shared, context, planner, stop));
  ExtraObjects too_many = planner.extra();
  PENSTOCK_TRY(const DeletedExtra extra, delete_extra(context, too_many, stop));
  PENSTOCK_CHECK(abort_left_uploads(context, context.prefix, stop));
  end_progress(progress);
  CopyReport report = report_of(context, shared, extra);
  report.elapsed = context.clock.now() - start;
  return report;
}

}  // namespace penstock
