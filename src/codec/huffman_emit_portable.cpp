// The encoder's inner loops for every processor.
#include "codec/huffman_words.h"

namespace penstock::huffman {
namespace {

void mark(Bytes data, Support& support) {
  constexpr std::size_t kStep = 64;
  const std::uint8_t* const seen = support.seen.data();
  for (; data.size() >= kStep; data = data.subspan(kStep)) {
    const std::uint8_t* const from = as_u8(data);
    unsigned all = 0xFF;
    // Eight at a time: g++ would make slow vectors of single ones.
    for (std::size_t i = 0; i < kStep; i += 8) {
      const std::uint64_t eight = load_64(from + i);
      for (unsigned shift = 0; shift < 64; shift += 8) all &= seen[eight >> shift & 255];
    }
    if (all == 0) [[unlikely]]
      mark_rest(data.first(kStep), support);
  }
  mark_rest(data, support);
}

void prepare(CodeTable& table) { words::prepare(table); }

void emit(const CodeTable& table, Bytes run, CodeWriter& out) { words::emit(table, run, out); }

}  // namespace

const EncoderPath& encoder_portable() {
  static constexpr EncoderPath kPath{mark, prepare, emit};
  return kPath;
}

}  // namespace penstock::huffman
