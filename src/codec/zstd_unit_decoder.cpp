#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zstd.h>

#include "base/narrow.h"
#include "codec/decompressor.h"
#include "codec/unit_decoder.h"
#include "codec/zstd_frames.h"

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

// Header, blocks, and again, until the input ends. The header is read here and given to libzstd by
// itself: libzstd goes by other rules where it gets a whole frame at once (any window, any block),
// so what is accepted would depend on the pieces; it takes the formats of before 1.0; and it lets a
// frame hold less than its header says if the last block is empty.
class ZstdFront final : public FrontDecoder {
 public:
  ZstdFront(StreamDecoder decoder, std::uint64_t start)
      : decoder_(std::move(decoder)), at_(start), frame_at_(start) {}

  Result<Step> step(Bytes in, MutableBytes out) override {
    Step all;
    for (bool more = true; more;) {
      auto some = part(in.subspan(all.consumed), out.subspan(all.produced));
      if (!some) return fail(std::move(some).error().within(where()));
      all.consumed += some->consumed;
      all.produced += some->produced;
      more = all.produced < out.size() &&
             (all.consumed < in.size() || some->consumed + some->produced > 0);
    }
    return all;
  }
  void tell(Ended ended) override { ended_ = std::move(ended); }
  Status end() const override {
    if (state_ == State::kHeader && held_.empty()) return {};
    return fail(Code::kCorrupt, where() + ": the input ends at byte " + std::to_string(at_) +
                                    ", inside this frame");
  }

 private:
  enum class State { kHeader, kBlocks, kSkipped };

  std::string where() const { return "the zstd frame at byte " + std::to_string(frame_at_); }

  Result<Step> part(Bytes in, MutableBytes out) {
    if (state_ == State::kBlocks) return blocks(in, out);
    if (in.empty()) return Step{};
    return state_ == State::kHeader ? header(in) : skipped(in);
  }

  Result<Step> header(Bytes in) {
    const std::size_t before = held_.size();
    append(held_, in.first(std::min(in.size(), kZstdHeaderMost - before)));
    PENSTOCK_TRY(const std::size_t bytes,
                 is_skippable_frame(held_) ? begin_skippable() : begin_frame());
    if (bytes == 0) return advance({held_.size() - before, 0});
    // Some of the header's bytes may have been counted by the steps before.
    held_.clear();
    const Step step = advance({bytes - before, 0});
    if (state_ == State::kSkipped && skip_ == 0) end_frame();
    return step;
  }

  // The length of the header that is held; 0 while it is not complete.
  Result<std::size_t> begin_skippable() {
    if (held_.size() < kSkippableHeaderBytes) return std::size_t{0};
    skip_ = load_le<std::uint32_t>(held_, 4);
    state_ = State::kSkipped;
    return kSkippableHeaderBytes;
  }
  Result<std::size_t> begin_frame() {
    if (!may_begin_zstd_frame(held_)) return fail(Code::kCorrupt, "no zstd frame begins here");
    const auto header = read_zstd_header(held_);
    if (!header && held_.size() == kZstdHeaderMost)
      return fail(Code::kCorrupt, "its header uses what is reserved");
    if (!header) return std::size_t{0};
    const Bytes bytes = Bytes(held_).first(header->header_bytes);
    PENSTOCK_TRY(const auto taken, decoder_.step(bytes, {}));
    if (taken.consumed < bytes.size()) return fail(Code::kInternal, "its header was not taken");
    says_ = header->content_bytes;
    bytes_ = 0;
    state_ = State::kBlocks;
    return bytes.size();
  }

  Result<Step> blocks(Bytes in, MutableBytes out) {
    PENSTOCK_TRY(const auto some, decoder_.step(in, out));
    bytes_ += some.produced;
    if (says_ && (bytes_ > *says_ || (some.done && bytes_ < *says_)))
      return fail(Code::kCorrupt, std::string("it holds ") + (bytes_ < *says_ ? "less" : "more") +
                                      " than the " + std::to_string(*says_) +
                                      " bytes that its header says");
    const Step step = advance({some.consumed, some.produced});
    if (some.done) end_frame();
    return step;
  }

  Result<Step> skipped(Bytes in) {
    const auto bytes = narrow<std::size_t>(std::min<std::uint64_t>(in.size(), skip_));
    skip_ -= bytes;
    const Step step = advance({bytes, 0});
    if (skip_ == 0) end_frame();
    return step;
  }

  Step advance(Step step) {
    at_ += step.consumed;
    return step;
  }
  void end_frame() {
    if (ended_) ended_(frame_at_, at_, bytes_);
    frame_at_ = at_;
    bytes_ = 0;
    state_ = State::kHeader;
  }

  StreamDecoder decoder_;
  Ended ended_;
  State state_ = State::kHeader;
  std::vector<std::byte> held_;        // of a header that is not complete yet
  std::optional<std::uint64_t> says_;  // the header, of the data
  std::uint64_t bytes_ = 0;            // of this frame's data
  std::uint64_t skip_ = 0;             // left of a skippable frame
  std::uint64_t at_;                   // of the next byte
  std::uint64_t frame_at_;             // of the first byte of the frame it belongs to
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
