// The encoder's inner loops for AVX-512 with VBMI, whose byte permutations look up 64 bytes at once
// in a table of 256.
#if defined(__x86_64__)
#if !defined(__clang__)
// g++ 12 warns of the undefined values inside its own intrinsics (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#define PENSTOCK_VBMI_TARGET \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,bmi,bmi2")))
#endif

#include "base/cpu.h"
#include "codec/huffman_path.h"

namespace penstock::huffman {
#if defined(__x86_64__)
namespace {

// 256 bytes, of which any 64 are looked up at once.
struct ByteTable {
  __m512i quarter[4];
};

PENSTOCK_VBMI_TARGET inline ByteTable load_table(const std::array<std::uint8_t, 256>& bytes) {
  return {_mm512_load_si512(bytes.data()), _mm512_load_si512(bytes.data() + 64),
          _mm512_load_si512(bytes.data() + 128), _mm512_load_si512(bytes.data() + 192)};
}

PENSTOCK_VBMI_TARGET inline __m512i look_up(const ByteTable& table, __m512i v) {
  const __m512i low = _mm512_permutex2var_epi8(table.quarter[0], v, table.quarter[1]);
  const __m512i high = _mm512_permutex2var_epi8(table.quarter[2], v, table.quarter[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(v), low, high);
}

// The support in 128 bytes: the highest bit of byte b says whether b occurs, the one below whether
// b + 128 does.
struct Marks {
  __m512i half[2];
};

PENSTOCK_VBMI_TARGET inline Marks load_marks(const Support& support) {
  const ByteTable seen = load_table(support.seen);
  const __m512i highest = _mm512_set1_epi8(-128);
  const __m512i next = _mm512_set1_epi8(0x40);
  return {_mm512_or_si512(_mm512_and_si512(seen.quarter[0], highest),
                          _mm512_and_si512(seen.quarter[2], next)),
          _mm512_or_si512(_mm512_and_si512(seen.quarter[1], highest),
                          _mm512_and_si512(seen.quarter[3], next))};
}

// The highest bit of each byte of `v` that occurs; the other bits say nothing.
PENSTOCK_VBMI_TARGET inline __m512i found(const Marks& marks, __m512i v) {
  const __m512i both = _mm512_permutex2var_epi8(marks.half[0], v, marks.half[1]);
  return _mm512_mask_add_epi8(both, _mm512_movepi8_mask(v), both, both);
}

PENSTOCK_VBMI_TARGET void mark(Bytes data, Support& support) {
  constexpr std::size_t kStep = 256;
  Marks marks = load_marks(support);
  const std::byte* from = data.data();
  for (std::size_t left = data.size() / kStep; left > 0; --left, from += kStep) {
    __m512i all = found(marks, _mm512_loadu_si512(from));
    for (std::size_t at = 64; at < kStep; at += 64)
      all = _mm512_and_si512(all, found(marks, _mm512_loadu_si512(from + at)));
    if (_mm512_movepi8_mask(all) == ~__mmask64{0}) [[likely]]
      continue;
    mark_rest({from, kStep}, support);
    marks = load_marks(support);
  }
  mark_rest(data.last(data.size() % kStep), support);
}

// A code has at most 11 bits: its length fits above the three highest of them.
PENSTOCK_VBMI_TARGET void prepare(CodeTable& table) {
  for (std::size_t symbol = 0; symbol < 256; ++symbol) {
    table.low[symbol] = static_cast<std::uint8_t>(table.codes[symbol]);
    table.high[symbol] =
        static_cast<std::uint8_t>(table.lengths[symbol] << 3 | table.codes[symbol] >> 8);
  }
}

// Symbols of one vector by twos and then by fours: their codes put together, and how many bits they
// have. Lane i holds the symbols from 8i on.
struct Fours {
  __m512i first;
  __m512i second;
  __m512i first_bits;
  __m512i second_bits;
};

PENSTOCK_VBMI_TARGET inline Fours join(const ByteTable& low, const ByteTable& high, __m512i v) {
  const __m512i code_mask = _mm512_set1_epi32(0x7FF);
  const __m512i low_byte = _mm512_set1_epi16(0xFF);
  const __m512i l = look_up(low, v);
  const __m512i h = look_up(high, v);
  // In 16 bits: length above code; the even and the odd symbols.
  const __m512i even = _mm512_ternarylogic_epi32(low_byte, l, _mm512_slli_epi16(h, 8), 0xEA);
  const __m512i odd = _mm512_ternarylogic_epi32(low_byte, h, _mm512_srli_epi16(l, 8), 0xAE);
  // In 32 bits: symbols 0 and 1 of four, then 2 and 3.
  const __m512i bits_0 = _mm512_and_si512(_mm512_srli_epi32(even, 11), _mm512_set1_epi32(31));
  const __m512i bits_1 = _mm512_and_si512(_mm512_srli_epi32(odd, 11), _mm512_set1_epi32(31));
  const __m512i bits_2 = _mm512_srli_epi32(even, 27);
  const __m512i bits_3 = _mm512_srli_epi32(odd, 27);
  const __m512i code_0 = _mm512_and_si512(even, code_mask);
  const __m512i code_1 = _mm512_and_si512(odd, code_mask);
  const __m512i code_2 = _mm512_and_si512(_mm512_srli_epi32(even, 16), code_mask);
  const __m512i code_3 = _mm512_and_si512(_mm512_srli_epi32(odd, 16), code_mask);
  const __m512i front = _mm512_or_si512(code_0, _mm512_sllv_epi32(code_1, bits_0));
  const __m512i back = _mm512_or_si512(code_2, _mm512_sllv_epi32(code_3, bits_2));
  const __m512i front_bits = _mm512_add_epi32(bits_0, bits_1);
  const __m512i bits = _mm512_add_epi32(front_bits, _mm512_add_epi32(bits_2, bits_3));
  // In 64 bits: two fours a lane.
  const __m512i word = _mm512_set1_epi64(0xFFFFFFFF);
  return {_mm512_or_si512(
              _mm512_and_si512(front, word),
              _mm512_sllv_epi64(_mm512_and_si512(back, word), _mm512_and_si512(front_bits, word))),
          _mm512_or_si512(
              _mm512_srli_epi64(front, 32),
              _mm512_sllv_epi64(_mm512_srli_epi64(back, 32), _mm512_srli_epi64(front_bits, 32))),
          _mm512_and_si512(bits, word), _mm512_srli_epi64(bits, 32)};
}

// The codes of eight symbols a lane, 8 to 88 bits, in a form that needs little scalar work once it
// is known where they begin.
struct Eights {
  alignas(64) std::uint64_t low[8];   // the first 64 bits
  alignas(64) std::uint64_t high[8];  // from bit 56 on
  alignas(64) std::uint64_t tail[8];  // the last eight
  alignas(64) std::uint64_t bits[8];
};

PENSTOCK_VBMI_TARGET inline void store_eights(const Fours& fours, Eights& out) {
  const __m512i low =
      _mm512_or_si512(fours.first, _mm512_sllv_epi64(fours.second, fours.first_bits));
  const __m512i high =
      _mm512_srlv_epi64(fours.second, _mm512_sub_epi64(_mm512_set1_epi64(56), fours.first_bits));
  const __m512i first_tail = _mm512_srlv_epi64(_mm512_slli_epi64(fours.first, 8), fours.first_bits);
  const __m512i tail = _mm512_srlv_epi64(
      _mm512_or_si512(first_tail, _mm512_slli_epi64(fours.second, 8)), fours.second_bits);
  _mm512_store_si512(out.low, low);
  _mm512_store_si512(out.high, high);
  _mm512_store_si512(out.tail, tail);
  _mm512_store_si512(out.bits, _mm512_add_epi64(fours.first_bits, fours.second_bits));
}

// What CodeWriter is, with the position as one number. Eight symbols always fill the byte begun, so
// that no lane has to wait for the bits of the one before, only for their number.
struct Place {
  std::uint8_t* base;
  std::uint64_t position;  // in bits
  std::uint64_t bits;      // of the byte begun
};

// Shifts by multiplying: the ports that shift are those that the vectors need.
constexpr std::array<std::uint64_t, 8> kPowers = {1, 2, 4, 8, 16, 32, 64, 128};

PENSTOCK_VBMI_TARGET inline void put_eight(const Eights& eights, std::size_t lane, Place& place) {
  const std::uint64_t shift = kPowers[_bzhi_u64(place.position, 3)];
  std::uint8_t* const at = place.base + (place.position >> 3);
  store_64(at + 7, eights.high[lane] * shift);
  store_64(at, eights.low[lane] * shift | place.bits);
  place.position += eights.bits[lane];
  place.bits = eights.tail[lane] << _bzhi_u64(place.position, 3) >> 8;
}

PENSTOCK_VBMI_TARGET void emit(const CodeTable& table, Bytes run, CodeWriter& out) {
  // So many vectors lie between making codes and writing them: a load of a part of what was just
  // stored would wait for that.
  constexpr std::size_t kAhead = 3;
  constexpr std::size_t kSlots = kAhead + 1;
  std::array<Eights, kSlots> slots;
  const ByteTable low = load_table(table.low);
  const ByteTable high = load_table(table.high);
  const std::byte* const from = run.data();
  const std::size_t vectors = run.size() / 64;
  Place place{out.at, out.count, out.bits};
  for (std::size_t i = 0; i < vectors + kAhead; ++i) {
    if (i < vectors)
      store_eights(join(low, high, _mm512_loadu_si512(from + 64 * i)), slots[i % kSlots]);
    if (i < kAhead) continue;
    const Eights& eights = slots[(i - kAhead) % kSlots];
#pragma GCC unroll 8
    for (std::size_t lane = 0; lane < 8; ++lane) put_eight(eights, lane, place);
  }
  out.at = place.base + (place.position >> 3);
  out.count = static_cast<unsigned>(place.position & 7);
  out.bits = place.bits;
  emit_rest(table, run.subspan(64 * vectors), out);
}

}  // namespace

const EncoderPath* encoder_avx512() {
  static constexpr EncoderPath kPath{mark, prepare, emit};
  return cpu_has_avx512_vbmi() && cpu_has_bmi2() ? &kPath : nullptr;
}
#else
const EncoderPath* encoder_avx512() { return nullptr; }
#endif

}  // namespace penstock::huffman
