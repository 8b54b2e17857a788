// Gzip members as chunks: each says in its header how long it is (docs/formats/huffman-gzip.md), so
// nothing stands behind the last one.
#include <utility>

#include "codec/chunk_format.h"
#include "codec/gzip_member.h"

namespace penstock {
namespace {

class GzipChunk final : public ChunkCompressor {
 public:
  explicit GzipChunk(gzip::MemberEncoder encoder) : encoder_(std::move(encoder)) {}

  Result<Bytes> compress(Bytes chunk, MutableBytes out) override {
    return encoder_.encode(chunk, out);
  }

 private:
  gzip::MemberEncoder encoder_;
};

class GzipChunks final : public ChunkFormat {
 public:
  GzipChunks(gzip::Mode mode, int level) : mode_(mode), level_(level) {}

  std::size_t chunk_bytes() const override { return kPieceBytes; }
  std::size_t bound() const override { return gzip::MemberEncoder::bound(kPieceBytes); }
  Result<std::unique_ptr<ChunkCompressor>> compressor() const override {
    PENSTOCK_TRY(auto encoder, gzip::MemberEncoder::create(mode_, level_));
    return std::make_unique<GzipChunk>(std::move(encoder));
  }
  std::unique_ptr<ChunkTrailer> trailer() const override { return nullptr; }

 private:
  gzip::Mode mode_;
  int level_;
};

}  // namespace

std::unique_ptr<ChunkFormat> make_gzip_chunks(int level) {
  return std::make_unique<GzipChunks>(gzip::Mode::kBest, level);
}

std::unique_ptr<ChunkFormat> make_huffman_chunks() {
  return std::make_unique<GzipChunks>(gzip::Mode::kHuffman, 1);
}

}  // namespace penstock
