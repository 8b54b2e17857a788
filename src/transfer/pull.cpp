#include "transfer/pull.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "flow/crew.h"
#include "transfer/bundled_store.h"
#include "transfer/pull_context.h"
#include "transfer/pull_extras.h"
#include "transfer/pull_plan.h"
#include "transfer/pull_queue.h"
#include "transfer/pull_worker.h"

namespace penstock {
namespace {

constexpr std::size_t kWaitingBatchesPerWorker = 2;  // that wait

// As the planner lists it.
std::string key_prefix_of(const std::string& prefix) {
  return prefix.empty() || prefix.ends_with('/') ? prefix : prefix + '/';
}

Status check(const PullOptions& options) {
  if (options.source == nullptr) return fail(Code::kInternal, "pull: there is no source");
  if (options.delete_extra && !options.source->traits().sorted_list)
    return fail(Code::kUnsupported, "pull: " + options.source->name() +
                                        " does not list in order: what is extra cannot be told");
  return {};
}

// The source with the files in bundles as single ones.
Result<std::unique_ptr<BundledStore>> open_source(const PullOptions& options, PullOutcome& outcome,
                                                  const std::stop_token& stop) {
  BundledOptions bundled;
  bundled.place = bundled.listed = key_prefix_of(options.prefix);
  bundled.look_above = true;
  bundled.on_problem = [&outcome](const Error& error) {
    static_cast<void>(outcome.problem(error));  // of one bundle: not of a kind that ends the pull
  };
  return BundledStore::open(*options.source, std::move(bundled), stop);
}

// Lists, judges and fetches, all at the same time.
Status run_crew(const PullContext& context, PullExtras* extras, const std::stop_token& stop) {
  const unsigned workers = std::max(1U, context.options.workers);
  PullQueue queue(kWaitingBatchesPerWorker * workers);
  PullPlanner planner(context, queue, extras);
  Crew crew(stop);
  crew.add("list", [&](const std::stop_token& token) { return planner.run(token); });
  for (unsigned i = 0; i < workers; ++i)
    crew.add("pull",
             [&](const std::stop_token& token) { return PullWorker(context, queue).run(token); });
  return crew.join();
}

Status run(const PullContext& context, const std::stop_token& stop) {
  std::optional<PullExtras> extras;
  if (context.options.delete_extra && context.tree.dir() != nullptr) {
    PENSTOCK_TRY(extras, PullExtras::create(context, stop));
  }
  PENSTOCK_CHECK(run_crew(context, extras ? &*extras : nullptr, stop));
  PENSTOCK_CHECK(make_pulled_links(context, stop));  // a dry run has fetched none
  if (extras) PENSTOCK_CHECK(extras->finish(stop));
  if (context.options.dry_run) return {};
  const bool has_written = context.outcome.report().has_written();
  return has_written && context.options.sync ? context.tree.sync() : Status();
}

}  // namespace

Result<PullReport> pull(const PullOptions& options, Observer& observer, Progress& progress,
                        std::stop_token stop) {
  const auto begun = std::chrono::steady_clock::now();
  PENSTOCK_CHECK(check(options));
  PENSTOCK_TRY(const LocalTree tree, LocalTree::open(options.directory, options.dry_run));
  PullOutcome outcome(observer, progress, options.tell_done);
  PulledLinks links;
  PENSTOCK_TRY(const std::unique_ptr<BundledStore> source, open_source(options, outcome, stop));
  const PullContext context{options, *source, tree, outcome, links};
  if (Status done = run(context, stop); !done) {
    tree.remove_if_unused();
    return fail(std::move(done).error());
  }
  PullReport report = outcome.report();
  if (!report.has_written() && report.skipped == 0) tree.remove_if_unused();
  report.elapsed = std::chrono::steady_clock::now() - begun;
  return report;
}

}  // namespace penstock
