#include <chrono>
#include <memory>
#include <utility>

#include "penstock/compress.h"

#include "chunks/chunk_driver.h"
#include "chunks/file_ends.h"
#include "codec/chunk_format.h"
#include "flow/stage_report.h"

namespace penstock {
namespace {

EndOptions ends_of(const CompressOptions& options) {
  return {options.input, options.output, options.replace, options.remove_input,
          options.write_into_devices};
}

Status check(const CompressOptions& options) {
  PENSTOCK_CHECK(check_ends(ends_of(options)));
  if (options.output.empty()) return fail(Code::kInvalid, "no output named");
  return {};
}

}  // namespace

Result<CompressReport> compress(const CompressOptions& options, Observer& observer,
                                Progress& progress, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  PENSTOCK_CHECK(check(options));
  PENSTOCK_TRY(const Effort effort, Effort::of(options.threads, options.memory_bytes));
  PENSTOCK_TRY(const auto format, make_chunk_format(options.codec, options.level));
  PENSTOCK_TRY(InputEnd input, InputEnd::open(options.input));
  PENSTOCK_TRY(const auto sink, open_output_end(ends_of(options), input, stop));

  ChunkMeters meters;
  meters.measure_busy = options.measure_stages;
  const ChunkRun run{effort, options.memory_bytes != 0, meters, progress};
  PENSTOCK_TRY(const ChunkCounts counts, compress_chunks(input.bytes(), *format, *sink, run, stop));
  PENSTOCK_CHECK(input.check_unchanged());
  if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
  PENSTOCK_CHECK(sink->finish());
  progress.files_done.fetch_add(1, std::memory_order_relaxed);
  // The output is what was asked for: a name that stays is worth a word and no more.
  if (options.remove_input)
    if (const Status removed = input.remove(); !removed) observer.problem(removed.error());

  return CompressReport{
      .chunks = counts.chunks,
      .bytes_in = counts.bytes_in,
      .bytes_out = sink->position(),
      .elapsed = std::chrono::steady_clock::now() - start,
      .stages = {report_of("read", meters.read), report_of("compress", meters.work, true),
                 report_of("write", meters.write)}};
}

}  // namespace penstock
