#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

#include <unistd.h>

#include "archive/name_check.h"
#include "archive/output_guard.h"
#include "archive/pack_meters.h"
#include "archive/pack_planner.h"
#include "archive/pack_reader.h"
#include "archive/pack_run.h"
#include "archive/pack_worker.h"
#include "archive/pack_writer.h"
#include "archive/serial_observer.h"
#include "base/narrow.h"
#include "crypto/pbkdf2.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "flow/effort.h"
#include "flow/ordered_ring.h"

namespace penstock {
namespace zip {
namespace {

// Warm files cost a few microseconds each; cold ones wait for the disk, and then many must be in
// flight. Idle readers cost nothing.
constexpr unsigned kReaders = 8;
// Two buffers a ticket: below this many tickets the stages would wait for each other.
constexpr std::size_t kFewestTickets = 4;

WalkOptions walk_options(const PackOptions& options, std::function<void(Error)> on_problem) {
  WalkOptions walk;
  walk.sources = options.sources;
  walk.files_from = options.files_from;
  walk.filter = {options.include, options.exclude};
  walk.one_file_system = options.one_file_system;
  walk.on_problem = std::move(on_problem);
  return walk;
}

std::size_t ticket_count(const Effort& effort) {
  return std::max(kFewestTickets, effort.memory_bytes / (2 * job_buffer_bytes()));
}

Result<std::unique_ptr<ByteSink>> open_output(const PackOptions& options,
                                              const std::stop_token& stop) {
  if (options.output == "-") return make_fd_sink(STDOUT_FILENO, "standard output", stop);
  return open_file_sink(options.output, options.replace);
}

// The pipeline of one archive: its channels, its buffers and the loops of its stages.
class PackPipeline {
 public:
  PackPipeline(const Effort& effort, const PackSettings& settings, PackMeters& meters,
               Progress& progress)
      : workers_(effort.threads),
        settings_(settings),
        meters_(meters),
        progress_(progress),
        pool_(2 * ticket_count(effort), job_buffer_bytes()),
        to_read_(ticket_count(effort)),
        to_work_(ticket_count(effort)),
        done_(pool_.count()) {}

  // Everything up to, but without, PackWriter::finish().
  Status run(PackPlanner& planner, PackWriter& writer, const std::stop_token& stop) {
    readers_left_ = kReaders;
    Crew crew(stop);
    crew.add("plan", [&](const std::stop_token& token) { return plan(planner, token); });
    for (unsigned i = 0; i < kReaders; ++i)
      crew.add("read", [&](const std::stop_token& token) { return read(token); });
    for (unsigned i = 0; i < workers_; ++i)
      crew.add("work", [&](const std::stop_token& token) { return work(token); });
    crew.add("write", [&](const std::stop_token& token) { return write(writer, token); });
    return crew.join();
  }

 private:
  Status plan(PackPlanner& planner, const std::stop_token& stop) {
    std::uint64_t tickets = 0;
    for (;; ++tickets) {
      PENSTOCK_TRY(std::optional<Job> job, plan_one(planner, stop));
      if (!job) break;
      // Buffers are taken here, by one thread in ticket order: see pack_job.h.
      WaitTimer waiting(meters_.walk);
      std::optional<Buffer> input = pool_.acquire(stop);
      std::optional<Buffer> output = pool_.acquire(stop);
      if (!input || !output) return {};
      job->input = *std::move(input);
      job->output = *std::move(output);
      if (!to_read_.push(*std::move(job), stop)) return {};
    }
    to_read_.close();
    done_.finish(tickets);
    return {};
  }

  Result<std::optional<Job>> plan_one(PackPlanner& planner, const std::stop_token& stop) {
    BusyTimer busy(meters_.busy(meters_.walk));
    PENSTOCK_TRY(std::optional<Job> job, planner.next(stop));
    if (job)
      meters_.walk.add(std::max<std::size_t>(job->batch.size(), job->piece.first ? 1 : 0), 0);
    return job;
  }

  Status read(const std::stop_token& stop) {
    while (std::optional<Job> job = waited(meters_.read, [&] { return to_read_.pop(stop); })) {
      {
        BusyTimer busy(meters_.busy(meters_.read));
        read_job(*job);
      }
      count_read(*job);
      WaitTimer waiting(meters_.read);
      if (!to_work_.push(*std::move(job), stop)) break;
    }
    if (readers_left_.fetch_sub(1) == 1) to_work_.close();
    return {};
  }

  void count_read(const Job& job) {
    std::uint64_t bytes = job.piece.bytes;
    for (const PackItem& item : job.batch) bytes += item.contents.size();
    meters_.read.add(std::max<std::size_t>(job.batch.size(), job.piece.first ? 1 : 0), bytes);
    progress_.bytes_in.fetch_add(bytes, std::memory_order_relaxed);
  }

  Status work(const std::stop_token& stop) {
    PENSTOCK_TRY(PackWorker worker, PackWorker::create(settings_, meters_));
    while (std::optional<Job> job = waited(meters_.compress, [&] { return to_work_.pop(stop); })) {
      PENSTOCK_CHECK(worker.work(*job));
      const std::uint64_t ticket = job->ticket;
      WaitTimer waiting(meters_.compress);
      if (!done_.put(ticket, *std::move(job), stop)) break;
    }
    return {};
  }

  Status write(PackWriter& writer, const std::stop_token& stop) {
    while (std::optional<Job> job = waited(meters_.write, [&] { return done_.take(stop); }))
      PENSTOCK_CHECK(writer.write(*job));
    return {};
  }

  const unsigned workers_;
  const PackSettings& settings_;
  PackMeters& meters_;
  Progress& progress_;
  BufferPool pool_;  // before everything that may hold its buffers
  Channel<Job> to_read_;
  Channel<Job> to_work_;
  // As many slots as there can be tickets in flight (each holds at least one buffer), so that put()
  // never waits: workers waiting with high tickets could not take the lowest one from a slow
  // reader.
  OrderedRing<Job> done_;
  std::atomic<unsigned> readers_left_{0};
};

// Walks once more, only to count, so that progress has totals; runs ahead of the work it counts.
class CountAhead {
 public:
  CountAhead(const PackOptions& options, Progress& progress) {
    if (!options.count_ahead || options.files_from == "-") return;
    crew_.add("count", [&options, &progress](const std::stop_token& stop) -> Status {
      PENSTOCK_TRY(Walker walker, Walker::create(walk_options(options, [](const Error&) {}), stop));
      count(walker, progress, stop);
      return {};
    });
  }

 private:
  static void count(Walker& walker, Progress& progress, const std::stop_token& stop) {
    for (;;) {
      auto item = walker.next(stop);
      if (!item) return;
      if (!item->has_value()) break;
      const WalkItem& found = **item;
      if (found.kind == FileKind::kFile)
        progress.files_total.fetch_add(1, std::memory_order_relaxed);
      // A link's content is where it leads.
      if (found.kind == FileKind::kFile || found.kind == FileKind::kSymlink)
        progress.bytes_total.fetch_add(to_u64(found.status.st_size), std::memory_order_relaxed);
    }
    progress.totals_final.store(true, std::memory_order_release);
  }
  // Never joined for its result: without totals the progress says less, and nothing else is wrong.
  Crew crew_;
};

void count_planned(const WalkItem& item, PackReport& report) {
  (item.kind == FileKind::kDirectory ? report.directories
   : item.kind == FileKind::kSymlink ? report.links
                                     : report.files)++;
  if (item.kind != FileKind::kDirectory) report.bytes_in += to_u64(item.status.st_size);
}

Result<PackReport> dry_run(PackPlanner& planner, Progress& progress,
                           const std::function<void(const std::string&)>& done,
                           const std::stop_token& stop) {
  PackReport report;
  for (;;) {
    PENSTOCK_TRY(const std::optional<Job> job, planner.next(stop));
    if (!job) return report;
    const auto take = [&](const WalkItem& item) {
      count_planned(item, report);
      if (done) done(item.name);
    };
    for (const PackItem& entry : job->batch) take(entry.item);
    if (job->piece.first) take(job->piece.file->item);
    progress.files_done = report.files;
    progress.bytes_in = report.bytes_in;
  }
}

PackSettings settings_for(const PackOptions& options, SaltSource& salts) {
  PackSettings settings;
  settings.codec = options.codec;
  settings.level = options.level != 0 ? options.level : levels(options.codec).standard;
  settings.password = options.password;
  settings.strength = options.aes == AesBits::k128 ? AesStrength::k128 : AesStrength::k256;
  settings.salts = &salts;
  return settings;
}

Status check(const PackOptions& options) {
  if (options.sources.empty() && options.files_from.empty())
    return fail(Code::kInvalid, "nothing to pack: name at least one file or directory");
  if (options.output.empty() && !options.dry_run) return fail(Code::kInvalid, "no output named");
  const LevelRange range = levels(options.codec);
  if (options.level != 0 && range.highest == 0)
    return fail(Code::kInvalid, std::string(name(options.codec)) + " has no levels");
  if (options.level != 0 && (options.level < range.lowest || options.level > range.highest))
    return fail(Code::kInvalid, "level " + std::to_string(options.level) + " is outside " +
                                    std::to_string(range.lowest) + ".." +
                                    std::to_string(range.highest));
  if (options.password != nullptr && options.password->empty())
    return fail(Code::kInvalid, "the password is empty");
  return {};
}

// Includes that select nothing are most likely mistyped: an archive of nothing would look like a
// backup. (Sources that hold nothing are what they are.)
Status check_includes(const PackOptions& options, const PackReport& counts,
                      std::uint64_t left_out) {
  if (options.include.empty() || left_out + counts.files + counts.directories + counts.links > 0)
    return {};
  return fail(Code::kNotFound,
              "nothing in the sources matches --include " + shown_name(options.include.front()) +
                  (options.include.size() > 1 ? " or the others" : "") + ": no archive is made");
}

// What the archive may not lie in, and how it is opened.
struct PackTarget {
  std::string path;  // "-": in no directory
  OpenSink open;
};

Result<PackReport> run_pack(const PackOptions& options, const PackTarget& target, SaltSource& salts,
                            Observer& observer, Progress& progress, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  PENSTOCK_CHECK(check(options));
  PENSTOCK_TRY(const Effort effort, Effort::of(options.threads, options.memory_bytes));
  const PackSettings settings = settings_for(options, salts);
  SerialObserver told(observer);
  std::atomic<std::uint64_t> skipped{0};
  const auto problem = [&](const Error& error) { told.problem(error); };

  PENSTOCK_TRY(const OutputGuard guard, OutputGuard::create(target.path));
  PENSTOCK_CHECK(guard.admit_sources(options.sources));
  PENSTOCK_TRY(Walker walker, Walker::create(walk_options(options, problem), stop));
  PackPlanner::Hooks hooks;
  hooks.problem = problem;
  hooks.special = [&](const WalkItem& item) {
    ++skipped;
    told.notice("skipped " + item.shown + ": not a file, directory or link");
  };
  hooks.admit = [&](const WalkItem& item) { return guard.admit(item.status, item.shown); };
  const std::size_t lanes = pbkdf2_batch(material_bytes(settings.strength));
  PackPlanner planner(std::move(walker), hooks, settings.password != nullptr ? lanes : 1);

  std::function<void(const std::string&)> done;
  if (options.tell_done) done = [&](const std::string& name) { told.done(name); };

  PackReport report;
  if (options.dry_run) {
    PENSTOCK_CHECK(told.started());
    PENSTOCK_TRY(report, dry_run(planner, progress, done, stop));
    PENSTOCK_CHECK(check_includes(options, report, told.problems() + skipped));
  } else {
    PackMeters meters;
    meters.measure_busy = options.measure_stages;
    PENSTOCK_TRY(std::unique_ptr<ByteSink> sink, target.open());
    PENSTOCK_CHECK(told.started());
    PackWriter::Hooks heard{problem, [&](const std::string& text) { told.notice(text); }, done};
    PENSTOCK_TRY(PackWriter writer,
                 PackWriter::create(std::move(sink), settings, meters, progress, std::move(heard)));
    const CountAhead counting(options, progress);
    PackPipeline pipeline(effort, settings, meters, progress);
    PENSTOCK_CHECK(pipeline.run(planner, writer, stop));
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(check_includes(options, writer.counts(), told.problems() + skipped));
    PENSTOCK_CHECK(writer.finish());
    report = writer.counts();
    report.stages = meters.report();
  }
  if (report.files + report.directories + report.links == 0)
    told.notice("nothing was taken: the archive is empty");
  report.failed = told.problems();
  report.skipped = skipped;
  report.elapsed = std::chrono::steady_clock::now() - start;
  return report;
}

}  // namespace

Result<PackReport> pack_with_salts(const PackOptions& options, SaltSource& salts,
                                   Observer& observer, Progress& progress, std::stop_token stop) {
  const PackTarget target{options.output, [&] { return open_output(options, stop); }};
  return run_pack(options, target, salts, observer, progress, stop);
}

Result<PackReport> pack_into(const PackOptions& options, const OpenSink& open_sink,
                             Observer& observer, Progress& progress, std::stop_token stop) {
  return run_pack(options, {"-", open_sink}, random_salts(), observer, progress, stop);
}

}  // namespace zip

Result<PackReport> pack(const PackOptions& options, Observer& observer, Progress& progress,
                        std::stop_token stop) {
  return zip::pack_with_salts(options, zip::random_salts(), observer, progress, std::move(stop));
}

}  // namespace penstock
