#include <chrono>
#include <memory>
#include <utility>

#include "penstock/compress.h"

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
    PENSTOCK_TRY(const auto source, open_file_source(options_.input));
    PENSTOCK_TRY(const FileFormat format, format_at_start(input));
    PENSTOCK_TRY(const RangePlan plan, plan_range(*source, format, *options_.range));
    if (!plan.confirmed)
      observer_.notice(options_.input +
                       ": its frames do not say their sizes: where the range lies rests on the "
                       "seek table alone");
    const auto bytes = make_part_input(*source, plan.begin, plan.end);
    InputWindow window(*bytes, stop_, plan.begin);
    limits_.skip = plan.skip;
    limits_.take = plan.take;
    expected_ = plan.made;
    return decode(window, format, input);
  }

  Result<FileFormat> format_at_start(InputEnd& input) const {
    InputWindow window(input.bytes(), stop_);
    return detect_format(window);
  }

  Result<DecompressReport> decode(InputWindow& window, FileFormat format, InputEnd& input) {
    PENSTOCK_TRY(const auto sink, open_output_end(ends_of(options_), input, stop_));
    PENSTOCK_TRY(const RestoreCounts counts,
                 restore_chunks(window, format, *sink, limits_, run_, stop_));
    if (expected_ && counts.made != *expected_)
      return fail(Code::kCorrupt, options_.input + ": the frames of the range hold " +
                                      std::to_string(counts.made) + " bytes, but its index says " +
                                      std::to_string(*expected_));
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

  const DecompressOptions& options_;
  Observer& observer_;
  Progress& progress_;
  std::stop_token stop_;
  ChunkMeters meters_;
  ChunkRun run_;
  RestoreLimits limits_;
  std::optional<std::uint64_t> expected_;  // from the frames of a range
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
