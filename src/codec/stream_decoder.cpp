#include <algorithm>
#include <string>
#include <utility>

#include <isa-l/igzip_lib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/narrow.h"
#include "codec/decompressor.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

// The libraries count in 32 bits.
constexpr std::size_t kStepMost = std::size_t{1} << 30;

struct FreeStream {
  void operator()(ZSTD_DStream* it) const { ZSTD_freeDStream(it); }
};

// ISA-L takes bytes into a 64-bit buffer ahead of need. Those it holds when the output is full or
// the stream has ended are given back, so that `consumed` is the truth.
std::size_t give_back(inflate_state& state, std::size_t taken) {
  const auto held = static_cast<std::size_t>(std::max(state.read_in_length, 0)) / 8;
  const std::size_t back = std::min(held, taken);
  state.read_in_length -= static_cast<std::int32_t>(8 * back);
  const int bits = std::max(state.read_in_length, 0);
  state.read_in &= bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  return back;
}

Failure zstd_failure(std::size_t result) {
  switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_frameParameter_windowTooLarge:
      return fail(Code::kUnsupported, "zstd data with a window above 128 MiB");
    case ZSTD_error_dictionary_wrong:
      return fail(Code::kUnsupported, "zstd data made with a dictionary");
    case ZSTD_error_memory_allocation:
      return fail(Code::kNoSpace, "no memory for the window of the zstd data");
    case ZSTD_error_prefix_unknown:
      return fail(Code::kCorrupt, "no zstd frame begins here");
    default:
      return fail(Code::kCorrupt, std::string("zstd: ") + ZSTD_getErrorName(result));
  }
}

}  // namespace

struct StreamDecoder::State {
  std::unique_ptr<inflate_state> inflate;
  std::unique_ptr<ZSTD_DStream, FreeStream> zstd;

  Result<Step> step_deflate(Bytes in, MutableBytes out);
  Result<Step> step_zstd(Bytes in, MutableBytes out);
};

Result<StreamDecoder::Step> StreamDecoder::State::step_deflate(Bytes in, MutableBytes out) {
  inflate_state& state = *inflate;
  if (state.block_state == ISAL_BLOCK_FINISH) return Step{0, 0, true};
  in = in.first(std::min(in.size(), kStepMost));
  out = out.first(std::min(out.size(), kStepMost));
  state.next_in = const_cast<std::uint8_t*>(as_u8(in));  // NOLINT: it is not written through
  state.avail_in = narrow<std::uint32_t>(in.size());
  std::byte none{};
  state.next_out = out.empty() ? as_u8(MutableBytes(&none, 1)) : as_u8(out);
  state.avail_out = narrow<std::uint32_t>(out.size());
  if (isal_inflate(&state) != ISAL_DECOMP_OK)
    return fail(Code::kCorrupt, "the deflate data is damaged");
  Step step{in.size() - state.avail_in, out.size() - state.avail_out,
            state.block_state == ISAL_BLOCK_FINISH};
  // With part of a block header put aside, what is held comes before that part, and is needed.
  const bool ahead = step.done || (state.avail_out == 0 && state.tmp_in_size == 0);
  if (ahead) step.consumed -= give_back(state, step.consumed);
  return step;
}

Result<StreamDecoder::Step> StreamDecoder::State::step_zstd(Bytes in, MutableBytes out) {
  if (in.empty() && out.empty()) return Step{};
  ZSTD_inBuffer from{in.data(), in.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  std::size_t hint = 0;
  std::size_t before = 0;
  do {
    before = from.pos + to.pos;
    hint = ZSTD_decompressStream(zstd.get(), &to, &from);
    if (ZSTD_isError(hint) != 0) return zstd_failure(hint);
  } while (hint != 0 && from.pos + to.pos > before && from.pos < from.size && to.pos < to.size);
  return Step{from.pos, to.pos, hint == 0 && from.pos + to.pos > 0};
}

StreamDecoder::StreamDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamDecoder::~StreamDecoder() = default;
StreamDecoder::StreamDecoder(StreamDecoder&&) noexcept = default;
StreamDecoder& StreamDecoder::operator=(StreamDecoder&&) noexcept = default;

Result<StreamDecoder> StreamDecoder::create(Codec codec) {
  auto state = std::make_unique<State>();
  if (codec == Codec::kStore) return fail(Code::kInvalid, "stored data needs no decoder");
  if (codec == Codec::kZstd) {
    state->zstd.reset(ZSTD_createDStream());
    if (!state->zstd) return fail(Code::kNoSpace, "no memory for a decoder");
    ZSTD_DCtx_setParameter(state->zstd.get(), ZSTD_d_windowLogMax, kZstdWindowLogMost);
  } else {
    state->inflate = std::make_unique<inflate_state>();
    isal_inflate_init(state->inflate.get());
  }
  return StreamDecoder(std::move(state));
}

void StreamDecoder::restart() {
  if (state_->inflate)
    isal_inflate_reset(state_->inflate.get());
  else
    ZSTD_DCtx_reset(state_->zstd.get(), ZSTD_reset_session_only);
}

Result<StreamDecoder::Step> StreamDecoder::step(Bytes in, MutableBytes out) {
  return state_->inflate ? state_->step_deflate(in, out) : state_->step_zstd(in, out);
}

}  // namespace penstock
