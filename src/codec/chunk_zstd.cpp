// Zstd frames as chunks: each with its content size and a checksum, as the zstd program writes
// them, and the seek table behind them.
#include <algorithm>
#include <array>
#include <string>

#include <zstd.h>

#include "base/narrow.h"
#include "codec/chunk_format.h"
#include "codec/zstd_seek_table.h"

namespace penstock {
namespace {

// A frame knows nothing of the one before it, which costs the more the further a level looks back.
// These sizes keep it below 1 % of what one frame of everything would give (docs/design/chunks.md
// has the measurements); smaller ones would be easier on memory.
struct FrameSize {
  int up_to_level;
  std::size_t bytes;
};
constexpr std::array<FrameSize, 4> kFrameSizes{{
    {4, std::size_t{4} << 20},
    {8, std::size_t{8} << 20},
    {15, std::size_t{16} << 20},
    {19, std::size_t{32} << 20},
}};

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, FreeContext>;

class ZstdChunk final : public ChunkCompressor {
 public:
  explicit ZstdChunk(Context context) : context_(std::move(context)) {}

  Result<Bytes> compress(Bytes chunk, MutableBytes out) override {
    const std::size_t size =
        ZSTD_compress2(context_.get(), out.data(), out.size(), chunk.data(), chunk.size());
    if (ZSTD_isError(size) != 0)
      return fail(Code::kInternal, std::string("zstd: ") + ZSTD_getErrorName(size));
    return Bytes(out.first(size));
  }

 private:
  Context context_;
};

class ZstdTrailer final : public ChunkTrailer {
 public:
  void add(const ChunkSizes& sizes) override { frames_.push_back(sizes); }
  std::vector<std::byte> finish() override { return make_seek_table(frames_); }

 private:
  std::vector<ChunkSizes> frames_;  // eight bytes a frame: 2 MB for a terabyte at level 3
};

class ZstdChunks final : public ChunkFormat {
 public:
  explicit ZstdChunks(int level) : level_(level) {}

  std::size_t chunk_bytes() const override {
    return std::ranges::lower_bound(kFrameSizes, level_, {}, &FrameSize::up_to_level)->bytes;
  }
  std::size_t bound() const override { return ZSTD_compressBound(chunk_bytes()); }

  Result<std::unique_ptr<ChunkCompressor>> compressor() const override {
    Context context(ZSTD_createCCtx());
    if (!context) return fail(Code::kNoSpace, "no memory for a compressor");
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level_);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    return std::make_unique<ZstdChunk>(std::move(context));
  }
  std::unique_ptr<ChunkTrailer> trailer() const override { return std::make_unique<ZstdTrailer>(); }

 private:
  int level_;
};

}  // namespace

std::unique_ptr<ChunkFormat> make_zstd_chunks(int level) {
  return std::make_unique<ZstdChunks>(level);
}

}  // namespace penstock
