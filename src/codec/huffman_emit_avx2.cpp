// The encoder's inner loops for AVX2 and BMI2, which every processor with AVX2 but a few has.
#if defined(__x86_64__)
#include <immintrin.h>

#define PENSTOCK_WORDS_TARGET __attribute__((target("avx2,bmi,bmi2")))
#define PENSTOCK_WORDS_INLINE PENSTOCK_WORDS_TARGET inline
#endif

#include "base/cpu.h"
#include "codec/huffman_path.h"

#if defined(__x86_64__)
#include "codec/huffman_words.h"
#endif

namespace penstock::huffman {
#if defined(__x86_64__)
namespace {

// The support as bits: byte b is bit b >> 4 & 7 of byte b & 15 of one of two tables, of which b >>
// 7 says which.
class Bitmap {
 public:
  PENSTOCK_WORDS_TARGET explicit Bitmap(const Support& support) {
    for (std::size_t b = 0; b < 256; ++b) set(b, support.seen[b]);
  }
  PENSTOCK_WORDS_TARGET void add(Bytes data) {
    for (const std::byte b : data) set(std::to_integer<std::size_t>(b), 0xFF);
  }
  PENSTOCK_WORDS_TARGET __m256i table(std::size_t half) const {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(bits_[half].data())));
  }

 private:
  PENSTOCK_WORDS_TARGET void set(std::size_t b, std::uint8_t seen) {
    bits_[b >> 7][b & 15] |= static_cast<std::uint8_t>(seen & 1U << (b >> 4 & 7));
  }

  alignas(16) std::array<std::array<std::uint8_t, 16>, 2> bits_{};
};

// 0xFF in the bytes of `v` that are in the bitmap.
PENSTOCK_WORDS_TARGET inline __m256i known(__m256i low, __m256i high, __m256i v) {
  const __m256i bit_of = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128));
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i column = _mm256_and_si256(v, nibble);
  const __m256i row = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
  const __m256i bits =
      _mm256_blendv_epi8(_mm256_shuffle_epi8(low, column), _mm256_shuffle_epi8(high, column), v);
  const __m256i bit = _mm256_shuffle_epi8(bit_of, row);
  return _mm256_cmpeq_epi8(_mm256_and_si256(bits, bit), bit);
}

PENSTOCK_WORDS_TARGET void mark(Bytes data, Support& support) {
  Bitmap bitmap(support);
  __m256i low = bitmap.table(0);
  __m256i high = bitmap.table(1);
  const std::byte* from = data.data();
  for (std::size_t left = data.size() / 64; left > 0; --left, from += 64) {
    const auto* halves = reinterpret_cast<const __m256i*>(from);
    const __m256i both = _mm256_and_si256(known(low, high, _mm256_loadu_si256(halves)),
                                          known(low, high, _mm256_loadu_si256(halves + 1)));
    if (_mm256_movemask_epi8(both) == -1) [[likely]]
      continue;
    mark_rest({from, 64}, support);
    bitmap.add({from, 64});
    low = bitmap.table(0);
    high = bitmap.table(1);
  }
  mark_rest(data.last(data.size() % 64), support);
}

PENSTOCK_WORDS_TARGET void prepare(CodeTable& table) { words::prepare(table); }

PENSTOCK_WORDS_TARGET void emit(const CodeTable& table, Bytes run, CodeWriter& out) {
  words::emit(table, run, out);
}

}  // namespace

const EncoderPath* encoder_avx2() {
  static constexpr EncoderPath kPath{mark, prepare, emit};
  return cpu_has_avx2() && cpu_has_bmi2() ? &kPath : nullptr;
}
#else
const EncoderPath* encoder_avx2() { return nullptr; }
#endif

}  // namespace penstock::huffman
