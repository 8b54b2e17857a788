#include "cli/streams.h"

#include <chrono>
#include <memory>
#include <utility>

#include <unistd.h>

#include "base/quote.h"
#include "cli/transferring.h"
#include "files/byte_input.h"
#include "files/stoppable_fd.h"
#include "transfer/content_type.h"
#include "transfer/pull_stream.h"
#include "transfer/push_stream.h"

namespace penstock::cli {
namespace {

// What is read of it shows in the progress.
class CountedInput final : public ByteInput {
 public:
  CountedInput(ByteInput& inner, Progress& progress) : inner_(inner), progress_(progress) {}
  Result<std::size_t> read_least(std::size_t least, MutableBytes out,
                                 const std::stop_token& stop) override {
    PENSTOCK_TRY(const std::size_t got, inner_.read_least(least, out, stop));
    progress_.bytes_in.fetch_add(got, std::memory_order_relaxed);
    return got;
  }
  const std::string& name() const override { return inner_.name(); }

 private:
  ByteInput& inner_;
  Progress& progress_;
};

void end_progress(Progress& progress, std::uint64_t bytes) {
  progress.files_done = progress.files_total = 1;
  progress.bytes_in = progress.bytes_out = progress.bytes_total = bytes;
  progress.totals_final = true;
}

PushStreamOptions stream_options(const PushOptions& options, const std::string& key) {
  PushStreamOptions stream;
  stream.put.content_type =
      options.content_type.empty() ? content_type_of(key) : options.content_type;
  stream.put.metadata = options.metadata;
  stream.put.headers = options.headers;
  stream.put.storage_class = options.storage_class;
  stream.put.if_absent = options.if_absent;
  if (options.part_bytes != 0) stream.part_bytes = options.part_bytes;
  return stream;
}

}  // namespace

Status check_stream_place(const std::string& place) {
  if (is_remote(place) && !place.ends_with('/')) return {};
  return fail(Code::kInvalid,
              quoted_name(place) + ": name one object, like s3://bucket/key, to go with -");
}

Result<PushReport> push_standard_input(const PushOptions& options, const Place& place,
                                       Progress& progress, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  if (place.prefix.empty())
    return fail(Code::kInvalid, place.store->name() + ": the object's name is missing");
  const auto input = make_fd_input(STDIN_FILENO, "standard input");
  CountedInput counted(*input, progress);
  PENSTOCK_TRY(const PushStreamReport sent,
               push_stream(counted, *place.store, place.prefix,
                           stream_options(options, place.prefix), std::move(stop)));
  end_progress(progress, sent.bytes);
  PushReport report;
  report.files = 1;
  report.bytes = sent.bytes;
  report.requests = sent.requests;
  report.elapsed = std::chrono::steady_clock::now() - start;
  return report;
}

Result<PullReport> pull_to_standard_output(const PullOptions& options, const Place& place,
                                           Progress& progress, std::stop_token stop) {
  const auto start = std::chrono::steady_clock::now();
  if (place.prefix.empty())
    return fail(Code::kInvalid, place.store->name() + ": the object's name is missing");
  PullStreamOptions stream;
  stream.part_bytes = options.part_bytes;
  PENSTOCK_TRY(StoppableFd output, StoppableFd::create(STDOUT_FILENO, stop));
  const auto write = [&](Bytes bytes) -> Status {
    progress.bytes_in.fetch_add(bytes.size(), std::memory_order_relaxed);
    return output.write_full(bytes, "write the standard output");
  };
  PENSTOCK_TRY(const PullStreamReport got,
               pull_stream(*place.store, place.prefix, stream, write, std::move(stop)));
  end_progress(progress, got.bytes);
  PullReport report;
  report.files = 1;
  report.bytes = got.bytes;
  report.retried = got.retried;
  report.elapsed = std::chrono::steady_clock::now() - start;
  return report;
}

}  // namespace penstock::cli
