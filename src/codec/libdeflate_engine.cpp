// libdeflate makes complete streams only. A piece that is not the last one is made from one: the
// forward walk finds its last block, whose BFINAL is cleared, and an empty stored block fills up to
// the byte boundary.
#include <libdeflate.h>

#include "codec/deflate_walk.h"
#include "codec/engine.h"
#include "codec/stored_blocks.h"

namespace penstock {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

void clear_bit(MutableBytes bytes, std::uint64_t bit) {
  const auto mask = static_cast<std::byte>(1U << (bit % 8));
  bytes[bit / 8] &= ~mask;
}

// The bits behind end_bit in its byte are the zero padding of a complete stream: three of them, or
// of the next byte where fewer are left, are the header of the empty block (BFINAL 0, BTYPE 00),
// and the rest is skipped up to the byte boundary.
std::size_t continue_stream(std::size_t size, MutableBytes out) {
  const auto extent = walk_deflate(out.first(size));
  if (!extent) return 0;
  const std::size_t lengths_at = (extent->end_bit + 3 + 7) / 8;
  if (lengths_at + 4 > out.size()) return 0;
  clear_bit(out, extent->last_block_bit);
  if (lengths_at > size) out[size] = std::byte{0};
  store_le<std::uint32_t>(out, lengths_at, 0xFFFF0000U);
  return lengths_at + 4;
}

class LibdeflateEngine final : public Engine {
 public:
  explicit LibdeflateEngine(libdeflate_compressor* it) : compressor_(it) {}

  std::size_t whole(Bytes input, MutableBytes out) override {
    return libdeflate_deflate_compress(compressor_.get(), input.data(), input.size(), out.data(),
                                       out.size());
  }
  std::size_t piece(Bytes input, bool last, MutableBytes out) override {
    const std::size_t size = whole(input, out);
    return last || size == 0 ? size : continue_stream(size, out);
  }

 private:
  std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor_;
};

}  // namespace

std::unique_ptr<Engine> make_libdeflate_engine(int level) {
  libdeflate_compressor* it = libdeflate_alloc_compressor(level);
  return it == nullptr ? nullptr : std::make_unique<LibdeflateEngine>(it);
}

}  // namespace penstock
