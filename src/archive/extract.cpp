#include "archive/extract.h"

#include <algorithm>
#include <string>
#include <utility>

#include "archive/extract_huge.h"
#include "archive/extract_plan.h"
#include "archive/extract_worker.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kBuffersPerWorker = 2;
// Planned ahead where reading is a request: as many are fetched while others are worked on.
constexpr std::size_t kBatchesAheadOfFar = 32;

// Fewer threads than wanted when the memory is for fewer; one always.
unsigned worker_count(const ExtractContext& context) {
  const std::size_t affordable = context.memory_bytes / (kBuffersPerWorker * kBatchBytes);
  return static_cast<unsigned>(std::clamp<std::size_t>(affordable, 1, context.threads));
}

class BatchRun {
 public:
  BatchRun(const ExtractContext& context, ExtractPlan& plan)
      : context_(context),
        plan_(plan),
        workers_(worker_count(context)),
        pool_(kBuffersPerWorker * workers_, kBatchBytes),
        batches_(context.source.is_far() ? kBatchesAheadOfFar : 2 * std::size_t{workers_}) {}

  Status run(const std::stop_token& stop) {
    if (workers_ == 1 && !context_.source.is_far()) return run_alone(stop);
    Crew crew(stop);
    crew.add("plan", [this](const std::stop_token& token) { return plan(token); });
    for (unsigned i = 0; i < workers_; ++i)
      crew.add("extract", [this](const std::stop_token& token) { return work(token); });
    return crew.join();
  }

 private:
  // One worker needs nobody to plan for it.
  Status run_alone(const std::stop_token& stop) {
    PENSTOCK_TRY(std::optional<ExtractWorker> worker, make_worker(stop));
    while (worker) {
      PENSTOCK_TRY(const std::optional<ExtractBatch> batch, timed_next());
      if (!batch) return {};
      PENSTOCK_CHECK(worker->extract(*batch, stop));
    }
    return fail(Code::kCancelled, "cancelled");
  }

  // Empty on a stop.
  Result<std::optional<ExtractWorker>> make_worker(const std::stop_token& stop) {
    auto in = pool_.acquire(stop);
    auto out = pool_.acquire(stop);
    if (!in || !out) return std::optional<ExtractWorker>{};
    PENSTOCK_TRY(ExtractWorker worker,
                 ExtractWorker::create(context_, *std::move(in), *std::move(out)));
    return std::optional<ExtractWorker>{std::move(worker)};
  }

  Status plan(const std::stop_token& stop) {
    for (;;) {
      PENSTOCK_TRY(std::optional<ExtractBatch> batch, timed_next());
      if (!batch) break;
      const WaitTimer waiting(context_.meters.plan);
      if (!batches_.push(*std::move(batch), stop)) return {};
    }
    batches_.close();
    return {};
  }

  Result<std::optional<ExtractBatch>> timed_next() {
    const BusyTimer busy(context_.meters.busy(context_.meters.plan));
    PENSTOCK_TRY(std::optional<ExtractBatch> batch, plan_.next());
    if (!batch) return batch;
    context_.meters.plan.add(batch->items.size(), 0);
    batch->expected = context_.source.expect(batch->begin, batch->end);
    return batch;
  }

  Status work(const std::stop_token& stop) {
    PENSTOCK_TRY(std::optional<ExtractWorker> worker, make_worker(stop));
    while (worker) {
      const std::optional<ExtractBatch> batch =
          waited(context_.meters.decompress, [&] { return batches_.pop(stop); });
      if (!batch) break;
      PENSTOCK_CHECK(worker->extract(*batch, stop));
    }
    return {};
  }

  const ExtractContext& context_;
  ExtractPlan& plan_;
  const unsigned workers_;
  BufferPool pool_;  // before what holds its buffers
  Channel<ExtractBatch> batches_;
};

Status make_links(const ExtractContext& context, const LinkList& links) {
  return links.for_each([&](const Link& link) -> Status {
    if (context.tree == nullptr) {
      context.outcome.link_done(link.path, link.target.size());
      return {};
    }
    auto made = context.tree->make_link(link.path, link.target, link.mtime);
    if (!made) return context.outcome.failed(link.path, std::move(made).error());
    if (*made)
      context.outcome.link_done(link.path, link.target.size());
    else
      context.outcome.skipped();
    return {};
  });
}

Status finish_directories(const ExtractContext& context, ExtractPlan& plan) {
  for (;;) {
    PENSTOCK_TRY(const auto item, plan.next_directory());
    if (!item) return {};
    Status done;
    if (context.tree != nullptr)
      done = context.tree->finish_directory(item->path, item->attributes);
    if (done)
      context.outcome.directory_done(item->path);
    else
      PENSTOCK_CHECK(context.outcome.failed(item->path, std::move(done).error()));
  }
}

Status extract_huge_files(const ExtractContext& context, ExtractPlan& plan,
                          const std::stop_token& stop) {
  for (;;) {
    PENSTOCK_TRY(const std::optional<ExtractItem> item, plan.next_huge());
    if (!item) return {};
    PENSTOCK_CHECK(extract_huge(context, *item, stop));
  }
}

// Those that nothing else was put into.
void remove_made_in_vain(const ExtractContext& context) {
  for (const std::string& path : context.outcome.take_made_in_vain())
    (void)context.tree->dir().remove_dir(path);
}

}  // namespace

Status extract_all(const ExtractContext& context, const LinkList& links, std::uint64_t huge_files,
                   const std::stop_token& stop) {
  ExtractPlan plan(context);
  Status files = BatchRun(context, plan).run(stop);
  if (files && huge_files > 0) files = extract_huge_files(context, plan, stop);
  // Also after a full disk or a stop.
  if (context.tree != nullptr) remove_made_in_vain(context);
  PENSTOCK_CHECK(files);
  // When every file was damaged, an empty tree is not worth leaving behind.
  if (context.outcome.damage() && !context.outcome.anything_done()) return {};
  PENSTOCK_CHECK(make_links(context, links));
  return finish_directories(context, plan);
}

}  // namespace penstock::zip
