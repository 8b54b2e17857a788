#include "codec/deflate_header.h"

#include <algorithm>

namespace penstock::deflate {
namespace {

using Precode = std::array<Entry, std::size_t{1} << kPrecodeBitsMost>;

bool read_precode(BitReader& in, unsigned count, Precode& table) {
  std::array<std::uint8_t, kPrecodeSymbols> lengths{};
  for (unsigned i = 0; i < count; ++i)
    lengths[kPrecodeOrder[i]] = static_cast<std::uint8_t>(in.take(3));
  return build_table(lengths, kPrecodeLeaves, Incomplete::kRefused, {table, {}, 0});
}

// 16 repeats the length before, 17 and 18 repeat zero.
bool read_lengths(BitReader& in, const Precode& precode, std::span<std::uint8_t> lengths) {
  struct Repeat {
    unsigned bits, least;
  };
  constexpr std::array<Repeat, 3> kRepeats{{{2, 3}, {3, 3}, {7, 11}}};
  for (std::size_t at = 0; at < lengths.size();) {
    in.refill();
    const Entry entry = precode[in.peek() & (precode.size() - 1)];
    in.skip(entry & kTotalMask);
    const unsigned symbol = entry >> kOutputShift & kOutputMask;
    if (symbol < 16) {
      lengths[at++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    const Repeat repeat = kRepeats[symbol - 16];
    const unsigned times = repeat.least + in.take(repeat.bits);
    if (times > lengths.size() - at || (symbol == 16 && at == 0)) return false;
    const std::uint8_t value = symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
    std::ranges::fill(lengths.subspan(at, times), value);
    at += times;
  }
  return !in.overrun();
}

}  // namespace

bool read_code_lengths(BitReader& in, CodeLengths& lengths) {
  lengths.litlen_count = in.take(5) + 257;
  lengths.distance_count = in.take(5) + 1;
  const unsigned precode_count = in.take(4) + 4;
  if (lengths.litlen_count > 286 || lengths.distance_count > 30) return false;
  Precode precode;
  return read_precode(in, precode_count, precode) &&
         read_lengths(
             in, precode,
             std::span(lengths.all).first(lengths.litlen_count + lengths.distance_count)) &&
         lengths.all[kEndOfBlock] != 0;
}

}  // namespace penstock::deflate
