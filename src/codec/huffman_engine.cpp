// Huffman coding without matches, for archive entries. The blocks are those of huffman_encoder.h;
// there is no place for their index in a ZIP, so readers take them as any deflate.
#include "codec/engine.h"
#include "codec/huffman_encoder.h"

namespace penstock {
namespace {

class HuffmanEngine final : public Engine {
 public:
  explicit HuffmanEngine(huffman::Encoder encoder) : encoder_(std::move(encoder)) {}

  std::size_t whole(Bytes input, MutableBytes out) override { return piece(input, true, out); }
  std::size_t piece(Bytes input, bool last, MutableBytes out) override {
    if (out.size() < huffman::Encoder::bound(input.size())) return 0;
    return encoder_.deflate(input, last, out, nullptr);
  }

 private:
  huffman::Encoder encoder_;
};

}  // namespace

std::unique_ptr<Engine> make_huffman_engine() {
  auto encoder = huffman::Encoder::create();
  return encoder ? std::make_unique<HuffmanEngine>(*std::move(encoder)) : nullptr;
}

}  // namespace penstock
