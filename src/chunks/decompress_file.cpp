#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "penstock/compress.h"

#include "base/units.h"
#include "chunks/chunk_restorer.h"
#include "chunks/file_ends.h"
#include "chunks/frame_index.h"
#include "flow/stage_report.h"

namespace penstock {
namespace {

EndOptions ends_of(const DecompressOptions& options) {
  return {options.input, options.output, options.replace, options.remove_input,
          options.write_into_devices};
}

Status check(const DecompressOptions& options) {
  PENSTOCK_CHECK(check_ends(ends_of(options)));
  if (options.range && options.input == "-")
    return fail(Code::kUnsupported,
                "a range is taken from a file: a pipe would have to be read from its beginning");
  if (options.remove_input && (options.range || options.output.empty()))
    return fail(Code::kInvalid, "the input can only be removed when all of it was written");
  return {};
}

// Why nobody can tell, without decoding what lies before it, that a range is where it should be.
std::string doubt_about(FileFormat format) {
  if (format == FileFormat::kZstd)
    return "its frames do not say their sizes: where the range lies rests on the seek table alone";
  return "where the range lies rests on what the members before it say of their sizes: only "
         "decompressing them would prove it";
}

// One run of decompress().
class Decompression {
 public:
  Decompression(const DecompressOptions& options, const Effort& effort, Observer& observer,
                Progress& progress, std::stop_token stop)
      : options_(options),
        observer_(observer),
        progress_(progress),
        stop_(std::move(stop)),
        run_{effort, options.memory_bytes != 0, meters_, progress} {
    meters_.measure_busy = options.measure_stages;
    limits_.max_output_bytes = options.max_output_bytes;
  }

  Result<DecompressReport> run() {
    PENSTOCK_TRY(InputEnd input, InputEnd::open(options_.input));
    PENSTOCK_TRY(DecompressReport report, options_.range ? part(input) : all(input));
    if (options_.remove_input)
      if (const Status removed = input.remove(); !removed) observer_.problem(removed.error());
    report.bytes_in = meters_.read.snapshot().bytes;
    report.stages = {report_of("read", meters_.read), report_of("decode", meters_.work, true),
                     report_of("decode in order", meters_.join, true),
                     report_of("write", meters_.write)};
    return report;
  }

 private:
  Result<DecompressReport> all(InputEnd& input) {
    InputWindow window(input.bytes(), stop_);
    PENSTOCK_TRY(const FileFormat format, detect_format(window));
    return decode(window, format, input);
  }

  Result<DecompressReport> part(InputEnd& input) {
    const auto source = input.source();
    PENSTOCK_TRY(const FileFormat format, format_of_source(*source));
    PENSTOCK_TRY(const RangePlan plan, plan_range(*source, format, *options_.range, stop_));
    if (!plan.confirmed) observer_.notice(options_.input + ": " + doubt_about(format));
    const auto bytes = make_part_input(*source, plan.begin, plan.end);
    InputWindow window(*bytes, stop_, plan.begin);
    limits_.skip = plan.skip;
    limits_.take = plan.take;
    limits_.made_most = plan.made;
    plan_ = plan;
    return decode(window, format, input);
  }

  Result<DecompressReport> decode(InputWindow& window, FileFormat format, InputEnd& input) {
    PENSTOCK_TRY(const auto sink, open_output_end(ends_of(options_), input, stop_));
    PENSTOCK_TRY(const RestoreCounts counts,
                 restore_chunks(window, format, *sink, limits_, run_, stop_));
    if (plan_ && counts.made != plan_->made) return too_little(counts.made);
    PENSTOCK_CHECK(input.check_unchanged());
    if (stop_.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(sink->finish());
    progress_.files_done.fetch_add(1, std::memory_order_relaxed);
    DecompressReport report;
    report.format = name(format);
    report.parallel = counts.parallel;
    report.bytes_out = sink->position();
    return report;
  }

  Failure too_little(std::uint64_t made) const {
    return fail(Code::kCorrupt, options_.input + ": the bytes " + std::to_string(plan_->begin) +
                                    " to " + std::to_string(plan_->end) + " of it hold " +
                                    format_count(made) + " bytes of data, but its index says " +
                                    format_count(plan_->made));
  }

  const DecompressOptions& options_;
  Observer& observer_;
  Progress& progress_;
  std::stop_token stop_;
  ChunkMeters meters_;
  ChunkRun run_;
  RestoreLimits limits_;
  std::optional<RangePlan> plan_;  // of a range
};

}  // namespace

Result<DecompressReport> decompress(const DecompressOptions& options, Observer& observer,
                                    Progress& progress, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  PENSTOCK_CHECK(check(options));
  PENSTOCK_TRY(const Effort effort, Effort::of(options.threads, options.memory_bytes));
  Decompression decompression(options, effort, observer, progress, std::move(stop));
  PENSTOCK_TRY(DecompressReport report, decompression.run());
  report.elapsed = std::chrono::steady_clock::now() - start;
  return report;
}

}  // namespace penstock
