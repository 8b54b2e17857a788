#include "codec/decompressor.h"

#include <algorithm>
#include <string>
#include <utility>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zstd.h>

#include "base/narrow.h"
#include "codec/zstd_frames.h"

namespace penstock {
namespace {

struct FreeInflate {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* it) const { ZSTD_freeDCtx(it); }
};

// ISA-L counts in 32 bits.
constexpr std::size_t kInflatePieceMost = std::size_t{1} << 30;

Failure bad_deflate() { return fail(Code::kCorrupt, "the deflate data is damaged"); }

Status copy_stored(Bytes input, MutableBytes out) {
  if (input.size() != out.size()) return fail(Code::kCorrupt, "stored data has another size");
  std::copy(input.begin(), input.end(), out.begin());
  return {};
}

// Runs ISA-L until the input is used up. Where `out` is full before that, it goes on into one spare
// byte: what follows may only be ends of blocks.
bool inflate_all(inflate_state& state, Bytes input, MutableBytes out) {
  std::byte spare{};
  isal_inflate_init(&state);
  state.next_in = const_cast<std::uint8_t*>(as_u8(input));  // NOLINT: it is not written through
  state.avail_in = narrow<std::uint32_t>(input.size());
  for (const MutableBytes to : {out, MutableBytes(&spare, 1)}) {
    state.next_out = to.empty() ? as_u8(MutableBytes(&spare, 1)) : as_u8(to);
    state.avail_out = narrow<std::uint32_t>(to.size());
    if (isal_inflate(&state) != ISAL_DECOMP_OK) return false;
    if (state.avail_out > 0) break;
  }
  return state.avail_in == 0 && state.total_out <= out.size();
}

}  // namespace

struct Decompressor::State {
  std::unique_ptr<libdeflate_decompressor, FreeInflate> inflate;
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd;
  inflate_state pieces{};

  Status deflate(Bytes input, MutableBytes out);
  Status frames(Bytes input, MutableBytes out);
};

Status Decompressor::State::deflate(Bytes input, MutableBytes out) {
  std::byte none{};
  void* to = out.empty() ? &none : out.data();
  std::size_t used = 0;
  const auto result = libdeflate_deflate_decompress_ex(inflate.get(), input.data(), input.size(),
                                                       to, out.size(), &used, nullptr);
  if (result == LIBDEFLATE_BAD_DATA) return bad_deflate();
  if (result != LIBDEFLATE_SUCCESS)
    return fail(Code::kCorrupt, "the deflate data has another length");
  if (used != input.size()) return fail(Code::kCorrupt, "bytes follow the end of the deflate data");
  return {};
}

Status Decompressor::State::frames(Bytes input, MutableBytes out) {
  PENSTOCK_CHECK(check_zstd_windows(input));
  const std::size_t size =
      ZSTD_decompressDCtx(zstd.get(), out.data(), out.size(), input.data(), input.size());
  if (ZSTD_isError(size) != 0)
    return fail(Code::kCorrupt, std::string("zstd: ") + ZSTD_getErrorName(size));
  if (size != out.size()) return fail(Code::kCorrupt, "the zstd data has another length");
  return {};
}

Decompressor::Decompressor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

Result<Decompressor> Decompressor::create() {
  auto state = std::make_unique<State>();
  state->inflate.reset(libdeflate_alloc_decompressor());
  state->zstd.reset(ZSTD_createDCtx());
  if (!state->inflate || !state->zstd) return fail(Code::kNoSpace, "no memory for a decompressor");
  return Decompressor(std::move(state));
}

Status Decompressor::decompress(Codec codec, Bytes input, MutableBytes out) {
  if (codec == Codec::kStore) return copy_stored(input, out);
  return codec == Codec::kZstd ? state_->frames(input, out) : state_->deflate(input, out);
}

// Why ISA-L and not the faster libdeflate: its state shows whether the last block ended exactly
// where the input did. libdeflate could only be asked with an end block of ours behind the piece,
// and data can be made that swallows such a block and still ends well.
Result<std::size_t> Decompressor::inflate_piece(Bytes input, bool last, MutableBytes out) {
  if (input.size() > kInflatePieceMost || out.size() > kInflatePieceMost)
    return fail(Code::kInvalid, "a piece above 1 GiB");
  inflate_state& state = state_->pieces;
  if (!inflate_all(state, input, out)) return bad_deflate();
  const bool finished = state.block_state == ISAL_BLOCK_FINISH && state.read_in_length < 8;
  // Between two blocks: no bit of the next header has come, neither into the bit buffer nor put
  // aside.
  const bool header_next =
      state.block_state == ISAL_BLOCK_NEW_HDR || state.block_state == ISAL_BLOCK_HDR;
  const bool between = header_next && state.tmp_in_size == 0 && state.read_in_length == 0;
  if (!(last ? finished : between))
    return fail(Code::kCorrupt, "a piece of the deflate data does not end where it should");
  return std::size_t{state.total_out};
}

}  // namespace penstock
