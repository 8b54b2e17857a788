#include "chunks/chunk_driver.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/narrow.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "flow/ordered_ring.h"

namespace penstock {
namespace {

// One chunk on its way. Both buffers are taken by the reader, in the order of the chunks: whoever
// holds the lowest ticket never waits for one.
struct ChunkJob {
  std::uint64_t ticket = 0;
  Buffer input;
  std::size_t bytes = 0;
  Buffer output;
  Bytes piece;  // inside output
};

class CompressPipeline {
 public:
  CompressPipeline(ByteInput& input, const ChunkFormat& format, ByteSink& sink, const ChunkRun& run,
                   std::size_t tickets)
      : input_(input),
        format_(format),
        sink_(sink),
        run_(run),
        trailer_(format.trailer()),
        inputs_(tickets, format.chunk_bytes()),
        outputs_(tickets, format.bound()),
        to_work_(tickets),
        done_(tickets) {}

  Result<ChunkCounts> run(const std::stop_token& stop) {
    Crew crew(stop);
    const std::stop_callback on_failure(crew.token(), [this] { sink_.cancel(); });
    crew.add("read", [&](const std::stop_token& token) { return read(token); });
    for (unsigned i = 0; i < run_.effort.threads; ++i)
      crew.add("compress", [&](const std::stop_token& token) { return work(token); });
    crew.add("write", [&](const std::stop_token& token) { return write(token); });
    PENSTOCK_CHECK(crew.join());
    if (trailer_) PENSTOCK_CHECK(sink_.write(trailer_->finish()));
    return counts_;
  }

 private:
  Status read(const std::stop_token& stop) {
    for (std::uint64_t ticket = 0;; ++ticket) {
      std::optional<ChunkJob> job = take_buffers(ticket, stop);
      if (!job) return {};
      PENSTOCK_TRY(job->bytes, read_chunk(job->input.bytes(), stop));
      // An empty input is one empty chunk: nothing at all is no .gz and no .zst.
      if (job->bytes == 0 && ticket > 0) return end(ticket);
      const bool last = job->bytes < format_.chunk_bytes();
      WaitTimer waiting(run_.meters.read);
      if (!to_work_.push(*std::move(job), stop)) return {};
      if (last) return end(ticket + 1);
    }
  }

  std::optional<ChunkJob> take_buffers(std::uint64_t ticket, const std::stop_token& stop) {
    WaitTimer waiting(run_.meters.read);
    std::optional<Buffer> input = inputs_.acquire(stop);
    std::optional<Buffer> output = outputs_.acquire(stop);
    if (!input || !output) return std::nullopt;
    return ChunkJob{ticket, *std::move(input), 0, *std::move(output), {}};
  }

  Result<std::size_t> read_chunk(MutableBytes into, const std::stop_token& stop) {
    BusyTimer busy(run_.meters.busy(run_.meters.read));
    PENSTOCK_TRY(const std::size_t bytes, input_.read(into.first(format_.chunk_bytes()), stop));
    run_.meters.read.add(1, bytes);
    run_.progress.bytes_in.fetch_add(bytes, std::memory_order_relaxed);
    return bytes;
  }

  Status end(std::uint64_t tickets) {
    to_work_.close();
    done_.finish(tickets);
    return {};
  }

  Status work(const std::stop_token& stop) {
    PENSTOCK_TRY(const auto compressor, format_.compressor());
    for (;;) {
      std::optional<ChunkJob> job = waited(run_.meters.work, [&] { return to_work_.pop(stop); });
      if (!job) return {};
      {
        BusyTimer busy(run_.meters.busy(run_.meters.work));
        PENSTOCK_TRY(job->piece, compressor->compress(job->input.bytes().first(job->bytes),
                                                      job->output.bytes()));
      }
      run_.meters.work.add(1, job->bytes);
      job->input = Buffer();  // the reader can go on
      const std::uint64_t ticket = job->ticket;
      WaitTimer waiting(run_.meters.work);
      if (!done_.put(ticket, *std::move(job), stop)) return {};
    }
  }

  Status write(const std::stop_token& stop) {
    for (;;) {
      const std::optional<ChunkJob> job =
          waited(run_.meters.write, [&] { return done_.take(stop); });
      if (!job) return {};
      PENSTOCK_CHECK(write_piece(*job));
    }
  }

  Status write_piece(const ChunkJob& job) {
    BusyTimer busy(run_.meters.busy(run_.meters.write));
    PENSTOCK_CHECK(sink_.write(job.piece));
    ++counts_.chunks;
    counts_.bytes_in += job.bytes;
    if (trailer_)
      trailer_->add({narrow<std::uint32_t>(job.bytes), narrow<std::uint32_t>(job.piece.size())});
    run_.meters.write.add(1, job.piece.size());
    run_.progress.bytes_out.fetch_add(job.piece.size(), std::memory_order_relaxed);
    return {};
  }

  ByteInput& input_;
  const ChunkFormat& format_;
  ByteSink& sink_;
  const ChunkRun& run_;
  std::unique_ptr<ChunkTrailer> trailer_;  // the writer's, then run()'s
  ChunkCounts counts_;                     // the same
  BufferPool inputs_;                      // pools before everything that may hold their buffers
  BufferPool outputs_;
  Channel<ChunkJob> to_work_;
  OrderedRing<ChunkJob> done_;
};

}  // namespace

std::size_t tickets_for(const ChunkRun& run, std::size_t buffers, std::size_t buffer_bytes) {
  const std::size_t affordable = run.effort.memory_bytes / (buffers * buffer_bytes);
  // Two beside those that are worked on: one is read, one is written.
  const std::size_t wanted = std::size_t{run.effort.threads} + 2;
  const std::size_t fewest = run.memory_given ? 2 : wanted;
  return std::clamp(affordable, fewest, std::max(fewest, 2 * wanted));
}

Result<ChunkCounts> compress_chunks(ByteInput& input, const ChunkFormat& format, ByteSink& sink,
                                    const ChunkRun& run, const std::stop_token& stop) {
  const std::size_t tickets = tickets_for(run, 2, format.bound());
  return CompressPipeline(input, format, sink, run, tickets).run(stop);
}

}  // namespace penstock
