#include <string>
#include <utility>

#include <zstd.h>

#include "codec/decompressor.h"
#include "codec/unit_decoder.h"

namespace penstock {
namespace {

struct FreeContext {
  void operator()(ZSTD_DCtx* it) const { ZSTD_freeDCtx(it); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

class ZstdUnits final : public UnitDecoder {
 public:
  explicit ZstdUnits(Context context) : context_(std::move(context)) {}

  std::optional<std::size_t> decode(Bytes unit, MutableBytes out) override {
    const std::size_t size =
        ZSTD_decompressDCtx(context_.get(), out.data(), out.size(), unit.data(), unit.size());
    if (ZSTD_isError(size) != 0) return std::nullopt;
    return size;
  }

 private:
  Context context_;
};

class ZstdFront final : public FrontDecoder {
 public:
  ZstdFront(StreamDecoder decoder, std::uint64_t start)
      : decoder_(std::move(decoder)), at_(start), frame_at_(start) {}

  Result<Step> step(Bytes in, MutableBytes out) override {
    Step all;
    for (bool more = true; more;) {
      const auto some = decoder_.step(in.subspan(all.consumed), out.subspan(all.produced));
      if (!some) return fail(Error(some.error()).within(where()));
      all.consumed += some->consumed;
      all.produced += some->produced;
      at_ += some->consumed;
      if (some->consumed + some->produced > 0) between_ = some->done;
      bytes_ += some->produced;
      if (some->done) end_frame();
      more = all.produced < out.size() &&
             (all.consumed < in.size() || some->consumed + some->produced > 0);
    }
    return all;
  }
  void tell(Ended ended) override { ended_ = std::move(ended); }
  Status end() const override {
    if (between_) return {};
    return fail(Code::kCorrupt, where() + ": the input ends at byte " + std::to_string(at_) +
                                    ", inside this frame");
  }

 private:
  void end_frame() {
    if (ended_) ended_(frame_at_, at_, bytes_);
    frame_at_ = at_;
    bytes_ = 0;
  }

  std::string where() const { return "the zstd frame at byte " + std::to_string(frame_at_); }

  StreamDecoder decoder_;
  Ended ended_;
  std::uint64_t bytes_ = 0;  // of this frame's data
  std::uint64_t at_;         // of the next byte
  std::uint64_t frame_at_;   // of the first byte of the frame it belongs to
  bool between_ = true;      // two frames
};

}  // namespace

Result<std::unique_ptr<UnitDecoder>> make_zstd_unit_decoder() {
  Context context(ZSTD_createDCtx());
  if (!context) return fail(Code::kNoSpace, "no memory for a decompressor");
  return std::make_unique<ZstdUnits>(std::move(context));
}

Result<std::unique_ptr<FrontDecoder>> make_zstd_front_decoder(std::uint64_t start) {
  PENSTOCK_TRY(StreamDecoder decoder, StreamDecoder::create(Codec::kZstd));
  return std::make_unique<ZstdFront>(std::move(decoder), start);
}

}  // namespace penstock
