// Frames of zstd (RFC 8878): the header says how much comes out, the block headers where it ends.
#include <algorithm>

#include "base/narrow.h"
#include "chunks/unit_cutter.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

// More than an honest frame of so much content needs.
constexpr std::size_t room_for(std::size_t content) { return content + content / 128 + 1024; }

class ZstdCutter final : public UnitCutter {
 public:
  using UnitCutter::UnitCutter;

 private:
  Result<Taken> take_one(MutableBytes into, std::size_t data_room) override {
    PENSTOCK_TRY(const Bytes ahead, input().peek(kZstdHeaderMost));
    if (ahead.empty()) return Taken{Found::kEnd};
    if (is_skippable_frame(ahead)) return take_skippable(ahead, into);
    const auto header = read_zstd_header(ahead);
    const bool cuttable = header && header->content_bytes && !header->dictionary &&
                          header->window_bytes <= std::uint64_t{1} << kZstdWindowLogMost &&
                          *header->content_bytes <= data_most();
    if (!cuttable) return Taken{Found::kUncuttable};
    const auto content = narrow<std::size_t>(*header->content_bytes);
    if (content > data_room || room_for(content) > into.size()) return Taken{Found::kNoRoom};
    return take_frame(*header, into);
  }

  // Skipped by the decoder; taken along so that it can.
  Result<Taken> take_skippable(Bytes ahead, MutableBytes into) {
    if (ahead.size() < kSkippableHeaderBytes) return Taken{Found::kUncuttable};
    const std::uint64_t bytes = kSkippableHeaderBytes + load_le<std::uint32_t>(ahead, 4);
    if (bytes > into.size()) return Taken{Found::kNoRoom};
    return take_all(into.first(narrow<std::size_t>(bytes)), {Found::kWhole, 0, 0});
  }

  // A frame larger than `into`, and so than what it makes, shows only when its blocks do not fit
  // any more.
  Result<Taken> take_frame(const ZstdFrameHeader& header, MutableBytes into) {
    Taken taken{Found::kWhole, 0, narrow<std::size_t>(*header.content_bytes)};
    std::size_t next = header.header_bytes;
    for (bool last = false; !last;) {
      if (next + kZstdBlockHeaderBytes > into.size() - taken.bytes) return left_whole(taken);
      PENSTOCK_TRY(taken, take_all(into.subspan(taken.bytes, next), taken));
      if (taken.found != Found::kWhole) return taken;
      PENSTOCK_TRY(const Bytes ahead, input().peek(kZstdBlockHeaderBytes));
      if (ahead.size() < kZstdBlockHeaderBytes) return left_whole(taken);
      const ZstdBlock block = read_zstd_block(ahead);
      if (!may_hold(header, block)) return left_whole(taken);
      last = block.last;
      next = kZstdBlockHeaderBytes + block.bytes;
    }
    if (header.checksum) next += kZstdChecksumBytes;
    if (next > into.size() - taken.bytes) return left_whole(taken);
    return take_all(into.subspan(taken.bytes, next), taken);
  }

  // Not to be cut. What was taken cannot be put back: it goes to the decoder that needs no cuts.
  static Taken left_whole(Taken taken) {
    taken.found = Found::kUncuttable;
    return taken;
  }

  // `so_far` and all of `into`, or kUncuttable where the input ends before.
  Result<Taken> take_all(MutableBytes into, Taken so_far) {
    PENSTOCK_TRY(const std::size_t got, input().take(into));
    so_far.bytes += got;
    if (got < into.size()) so_far.found = Found::kUncuttable;
    return so_far;
  }
};

}  // namespace

std::unique_ptr<UnitCutter> make_zstd_cutter(InputWindow& input, std::size_t data_most) {
  return std::make_unique<ZstdCutter>(input, data_most);
}

}  // namespace penstock
