#include "chunks/chunk_restorer.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "base/narrow.h"
#include "chunks/unit_cutter.h"
#include "codec/gzip_header.h"
#include "codec/unit_decoder.h"
#include "codec/zstd_frames.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"
#include "flow/ordered_ring.h"

namespace penstock {
namespace {

// What a unit may make: our own frames up to level 4 and all our members fit the smaller one. The
// larger one is for our frames at the highest levels; a foreign file with larger ones is decoded
// front to back.
constexpr std::size_t kUnitData = std::size_t{4} << 20;
constexpr std::size_t kUnitDataMost = std::size_t{32} << 20;
// Room for what does not compress, and for many small frames' headers.
constexpr std::size_t input_room(std::size_t data) { return data + data / 64 + (64U << 10U); }
// Of the decoder that goes front to back: one that is filled, one that is written, one between.
constexpr std::size_t kFrontBuffers = 3;
constexpr std::size_t kFrontBufferBytes = std::size_t{512} << 10;

Result<std::unique_ptr<UnitDecoder>> make_unit_decoder(FileFormat format) {
  return format == FileFormat::kZstd ? make_zstd_unit_decoder() : make_gzip_unit_decoder();
}
Result<std::unique_ptr<FrontDecoder>> make_front_decoder(FileFormat format, std::uint64_t start) {
  return format == FileFormat::kZstd ? make_zstd_front_decoder(start)
                                     : make_gzip_front_decoder(start);
}
std::unique_ptr<UnitCutter> make_cutter(FileFormat format, InputWindow& input, std::size_t data) {
  return format == FileFormat::kZstd ? make_zstd_cutter(input, data)
                                     : make_gzip_cutter(input, data);
}

// The data of the first frame, as it says.
Result<std::uint64_t> first_frame_data(InputWindow& input, FileFormat format) {
  if (format != FileFormat::kZstd) return kUnitData;
  PENSTOCK_TRY(const Bytes ahead, input.peek(kZstdHeaderMost));
  const auto header = read_zstd_header(ahead);
  return header && header->content_bytes ? *header->content_bytes : kUnitData;
}

// Where the first frame is larger than usual, the others probably are too, and units grow if the
// memory that was given allows.
Result<std::size_t> unit_data(InputWindow& input, FileFormat format, const ChunkRun& run) {
  PENSTOCK_TRY(const std::uint64_t first, first_frame_data(input, format));
  if (first <= kUnitData || first > kUnitDataMost) return kUnitData;
  const auto wanted = narrow<std::size_t>(first);
  const bool affordable = !run.memory_given || run.effort.memory_bytes / 4 >= wanted;
  return affordable ? wanted : kUnitData;
}

// One unit on its way. Buffers are taken by the reader, in the order of the units.
struct Unit {
  std::uint64_t ticket = 0;
  std::uint64_t offset = 0;  // in the file
  Buffer input;
  Cut cut;
  Buffer output;                    // where cut.whole
  std::optional<std::size_t> made;  // by a worker
  Bytes bytes() const { return input.bytes().first(cut.bytes); }
};

// What is to be written.
struct Made {
  Buffer buffer;
  Bytes data;  // inside it
};

class RestorePipeline {
 public:
  RestorePipeline(InputWindow& input, FileFormat format, ByteSink& sink,
                  const RestoreLimits& limits, const ChunkRun& run, std::size_t unit_data)
      : input_(input),
        format_(format),
        sink_(sink),
        wanted_(limits, input.name()),
        run_(run),
        cutter_(make_cutter(format, input, unit_data)),
        tickets_(tickets_for(run, 2, input_room(unit_data))),
        inputs_(tickets_, input_room(unit_data)),
        outputs_(tickets_, unit_data),
        fronts_(kFrontBuffers, kFrontBufferBytes),
        to_work_(tickets_),
        worked_(tickets_),
        to_write_(1) {}

  Result<RestoreCounts> run(const std::stop_token& stop) {
    Crew crew(stop);
    const std::stop_callback on_failure(crew.token(), [this] { sink_.cancel(); });
    crew.add("read", [&](const std::stop_token& token) { return read(token); });
    for (unsigned i = 0; i < run_.effort.threads; ++i)
      crew.add("decode", [&](const std::stop_token& token) { return work(token); });
    crew.add("join", [&](const std::stop_token& token) { return join(token); });
    crew.add("write", [&](const std::stop_token& token) { return write(token); });
    PENSTOCK_CHECK(crew.join());
    return RestoreCounts{wanted_.made(), !front_};
  }

 private:
  Status read(const std::stop_token& stop) {
    input_.heed(stop);
    for (std::uint64_t ticket = 0;; ++ticket) {
      PENSTOCK_TRY(std::optional<Unit> unit, read_unit(ticket, stop));
      if (!unit) return {};
      if (unit->cut.bytes == 0) {
        to_work_.close();
        worked_.finish(ticket);
        return {};
      }
      WaitTimer waiting(run_.meters.read);
      if (!to_work_.push(*std::move(unit), stop)) return {};
    }
  }

  // Nothing on a stop.
  Result<std::optional<Unit>> read_unit(std::uint64_t ticket, const std::stop_token& stop) {
    Unit unit;
    unit.ticket = ticket;
    if (!take(unit.input, inputs_, stop)) return std::optional<Unit>();
    {
      BusyTimer busy(run_.meters.busy(run_.meters.read));
      unit.offset = input_.position();
      PENSTOCK_TRY(unit.cut, cutter_->next(unit.input.bytes()));
    }
    run_.meters.read.add(1, unit.cut.bytes);
    run_.progress.bytes_in.fetch_add(unit.cut.bytes, std::memory_order_relaxed);
    if (unit.cut.whole && !take(unit.output, outputs_, stop)) return std::optional<Unit>();
    return std::optional<Unit>(std::move(unit));
  }

  bool take(Buffer& buffer, BufferPool& pool, const std::stop_token& stop) {
    WaitTimer waiting(run_.meters.read);
    std::optional<Buffer> taken = pool.acquire(stop);
    if (!taken) return false;
    buffer = *std::move(taken);
    return true;
  }

  Status work(const std::stop_token& stop) {
    PENSTOCK_TRY(const auto decoder, make_unit_decoder(format_));
    for (;;) {
      std::optional<Unit> unit;
      {
        WaitTimer waiting(run_.meters.work);
        unit = to_work_.pop(stop);
      }
      if (!unit) return {};
      if (unit->cut.whole && !front_only_.load(std::memory_order_relaxed)) {
        BusyTimer busy(run_.meters.busy(run_.meters.work));
        unit->made = decoder->decode(unit->bytes(), unit->output.bytes());
      }
      if (unit->made) run_.meters.work.add(1, *unit->made);
      const std::uint64_t ticket = unit->ticket;
      WaitTimer waiting(run_.meters.work);
      if (!worked_.put(ticket, *std::move(unit), stop)) return {};
    }
  }

  Status join(const std::stop_token& stop) {
    for (;;) {
      std::optional<Unit> unit;
      {
        WaitTimer waiting(run_.meters.join);
        unit = worked_.take(stop);
      }
      if (!unit) break;
      PENSTOCK_CHECK(front_ || !unit->made ? decode_front(*unit, stop) : hand_on(*unit, stop));
    }
    if (!stop.stop_requested() && front_) PENSTOCK_CHECK(named(front_->end()));
    to_write_.close();
    return {};
  }

  Status hand_on(Unit& unit, const std::stop_token& stop) {
    unit.input = Buffer();  // kept until now: had a unit before this one failed, it were needed
    const Bytes data = unit.output.bytes().first(*unit.made);
    return hand_on(std::move(unit.output), data, unit.offset, stop);
  }

  // From the first unit that no worker could do, everything goes this way: where that one ends is
  // only known now, and it may not be where the next was begun.
  Status decode_front(Unit& unit, const std::stop_token& stop) {
    if (!front_) {
      PENSTOCK_TRY(front_, make_front_decoder(format_, unit.offset));
      front_only_.store(true, std::memory_order_relaxed);
    }
    unit.output = Buffer();  // what a worker made of it may be of the wrong bytes
    Bytes in = unit.bytes();
    for (bool more = true; more;) {
      std::optional<Buffer> out;
      {
        WaitTimer waiting(run_.meters.join);
        out = fronts_.acquire(stop);
      }
      if (!out) return {};
      FrontDecoder::Step step;
      {
        BusyTimer busy(run_.meters.busy(run_.meters.join));
        PENSTOCK_TRY(step, named(front_->step(in, out->bytes())));
      }
      run_.meters.join.add(1, step.produced);
      in = in.subspan(step.consumed);
      more = step.produced == out->bytes().size() || !in.empty();
      const Bytes data = out->bytes().first(step.produced);
      PENSTOCK_CHECK(hand_on(*std::move(out), data, unit.offset, stop));
    }
    return {};
  }

  // `data`, which lies in `buffer`, was made of what lies at `offset`.
  Status hand_on(Buffer buffer, Bytes data, std::uint64_t offset, const std::stop_token& stop) {
    PENSTOCK_TRY(const Bytes wanted, wanted_.of(data, offset));
    if (wanted.empty()) return {};
    WaitTimer waiting(run_.meters.join);
    static_cast<void>(to_write_.push({std::move(buffer), wanted}, stop));
    return {};
  }

  Status write(const std::stop_token& stop) {
    for (;;) {
      std::optional<Made> made;
      {
        WaitTimer waiting(run_.meters.write);
        made = to_write_.pop(stop);
      }
      if (!made) return {};
      BusyTimer busy(run_.meters.busy(run_.meters.write));
      PENSTOCK_CHECK(sink_.write(made->data));
      run_.meters.write.add(1, made->data.size());
      run_.progress.bytes_out.fetch_add(made->data.size(), std::memory_order_relaxed);
    }
  }

  template <class Outcome>
  Outcome named(Outcome outcome) const {
    if (outcome) return outcome;
    return fail(std::move(outcome).error().within(input_.name()));
  }

  InputWindow& input_;
  const FileFormat format_;
  ByteSink& sink_;
  WantedPart wanted_;  // the joiner's
  const ChunkRun& run_;
  std::unique_ptr<UnitCutter> cutter_;   // the reader's
  std::unique_ptr<FrontDecoder> front_;  // the joiner's
  std::atomic<bool> front_only_{false};  // workers need not try any more
  const std::size_t tickets_;
  BufferPool inputs_;  // pools before everything that may hold their buffers
  BufferPool outputs_;
  BufferPool fronts_;
  Channel<Unit> to_work_;
  OrderedRing<Unit> worked_;
  Channel<Made> to_write_;
};

}  // namespace

std::string_view name(FileFormat format) { return format == FileFormat::kZstd ? "zstd" : "gzip"; }

std::optional<FileFormat> format_of(Bytes start) {
  if (gzip::is_gzip(start)) return FileFormat::kGzip;
  if (is_zstd_frame(start) || is_skippable_frame(start)) return FileFormat::kZstd;
  return std::nullopt;
}

Result<FileFormat> format_of(Bytes start, const std::string& name) {
  if (start.empty()) return fail(Code::kCorrupt, name + " is empty: no .gz and no .zst is");
  const auto format = format_of(start);
  if (!format) return fail(Code::kUnsupported, name + " is neither gzip nor zstd data");
  return *format;
}

Result<FileFormat> detect_format(InputWindow& input) {
  constexpr std::size_t kMagicBytes = 4;
  PENSTOCK_TRY(const Bytes start, input.peek(kMagicBytes));
  return format_of(start, input.name());
}

Result<RestoreCounts> restore_chunks(InputWindow& input, FileFormat format, ByteSink& sink,
                                     const RestoreLimits& limits, const ChunkRun& run,
                                     const std::stop_token& stop) {
  PENSTOCK_TRY(const std::size_t data, unit_data(input, format, run));
  return RestorePipeline(input, format, sink, limits, run, data).run(stop);
}

}  // namespace penstock
