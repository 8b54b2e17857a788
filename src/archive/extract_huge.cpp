#include "archive/extract_huge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "archive/local_header.h"
#include "archive/packed_stream.h"
#include "archive/piece_run.h"
#include "archive/stream_extract.h"
#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/crew.h"

namespace penstock::zip {
namespace {

constexpr std::size_t kStreamBuffers = 8;

// Reading, MAC and cipher in one thread, decoding and writing in another.
class StreamRun {
 public:
  StreamRun(const ExtractContext& context, const Entry& entry, const ContentSink& sink)
      : context_(context),
        entry_(entry),
        sink_(sink),
        pool_(kStreamBuffers + 1, kStreamBytes),
        lots_(kStreamBuffers) {}

  Status run(const std::stop_token& stop) {
    // Before the reader can take them all.
    const auto out = pool_.acquire(stop);
    if (!out) return fail(Code::kCancelled, "cancelled");
    Crew crew(stop);
    crew.add("read", [this](const std::stop_token& token) { return read(token); });
    crew.add("decode", [&](const std::stop_token& token) { return decode(out->bytes(), token); });
    return crew.join();
  }

 private:
  struct Lot {
    Buffer buffer;
    std::size_t bytes = 0;
  };

  Status read(const std::stop_token& stop) {
    PENSTOCK_TRY(PackedStream stream, PackedStream::open(context_, entry_));
    while (auto buffer = pool_.acquire(stop)) {
      PENSTOCK_TRY(const MutableBytes data, stream.next(buffer->bytes()));
      if (data.empty()) {
        lots_.close();
        return {};
      }
      if (!lots_.push({*std::move(buffer), data.size()}, stop)) return {};
    }
    return {};
  }

  Status decode(MutableBytes out, const std::stop_token& stop) {
    std::optional<Lot> lot;
    const auto packed = [&]() -> Result<Bytes> {
      lot.reset();
      lot = lots_.pop(stop);
      if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
      return lot ? Bytes(lot->buffer.bytes().first(lot->bytes)) : Bytes{};
    };
    return decode_stream(context_, entry_, packed, out, sink_, stop);
  }

  const ExtractContext& context_;
  const Entry& entry_;
  const ContentSink& sink_;
  BufferPool pool_;  // before what holds its buffers
  Channel<Lot> lots_;
};

}  // namespace

Status extract_huge(const ExtractContext& context, const ExtractItem& item,
                    const std::stop_token& stop) {
  const auto expected = context.source.expect(
      item.entry.local_offset, std::min(context.directory.offset, likely_end(item.entry)));
  const auto decode = [&](const ContentSink& sink) -> Status {
    if (item.entry.method == kMethodDeflate) {
      PENSTOCK_TRY(const bool was_cut, decode_pieces(context, item.entry, sink, stop));
      if (was_cut) return {};
    }
    return StreamRun(context, item.entry, sink).run(stop);
  };
  std::optional<TreeWriter> writer;
  if (context.tree != nullptr) writer.emplace(*context.tree);
  return extract_into_file(context, item.entry, item.ordinal, writer ? &*writer : nullptr, decode);
}

}  // namespace penstock::zip
