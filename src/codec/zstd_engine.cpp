#include <zstd.h>

#include "codec/engine.h"

namespace penstock {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

class ZstdEngine final : public Engine {
 public:
  ZstdEngine(ZSTD_CCtx* context, int level) : context_(context), level_(level) {}

  std::size_t whole(Bytes input, MutableBytes out) override {
    const std::size_t size = ZSTD_compressCCtx(context_.get(), out.data(), out.size(), input.data(),
                                               input.size(), level_);
    return ZSTD_isError(size) != 0 ? 0 : size;
  }
  // Frames follow each other without any mark, so a piece is a frame.
  std::size_t piece(Bytes input, bool /*last*/, MutableBytes out) override {
    return whole(input, out);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  int level_;
};

}  // namespace

std::unique_ptr<Engine> make_zstd_engine(int level) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  return context == nullptr ? nullptr : std::make_unique<ZstdEngine>(context, level);
}

}  // namespace penstock
