// The constants of deflate's codes (RFC 1951 section 3.2.5 to 3.2.7) and the decoding tables made
// from code lengths, strict as inflate is. Inside the room only.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace penstock::deflate {

inline constexpr unsigned kCodeBitsMost = 15;
inline constexpr std::size_t kLitlenSymbols = 288;   // of which 286 and 287 may not occur
inline constexpr std::size_t kDistanceSymbols = 32;  // of which 30 and 31 may not occur
inline constexpr std::size_t kPrecodeSymbols = 19;
inline constexpr std::size_t kEndOfBlock = 256;

// What one lookup says. A normal entry: how many bits to skip in all (code and extra bits), how
// many of them lie in front of the extra bits that count, how many bytes of output that makes
// before those extra bits are added, and whether a distance comes next. Literals of one lookup add
// up, and with the length behind them too: entries of that form may be added. A special entry: the
// end of a block, a symbol that may not occur, or a link to a second table.
using Entry = std::uint32_t;
inline constexpr Entry kTotalMask = 0x3F;
inline constexpr unsigned kSkipShift = 8;
inline constexpr Entry kSkipMask = 0x1F;
inline constexpr unsigned kOutputShift = 16;
inline constexpr Entry kOutputMask = 0x3FFF;
inline constexpr Entry kOneBit = 1 | 1U << kSkipShift;  // per bit of the code itself
inline constexpr Entry kDistanceNext = 1U << 31;
inline constexpr Entry kSpecial = 1U << 30;
inline constexpr Entry kInvalid = kSpecial | 1U << 15;
inline constexpr Entry kEnd = kSpecial | 1U << 14;
inline constexpr Entry kLink = kSpecial | 1U << 13;  // its output field: index of the second table

// What a symbol of each alphabet does, without the bits of its code.
extern const std::array<Entry, kLitlenSymbols> kLitlenLeaves;
extern const std::array<Entry, kDistanceSymbols> kDistanceLeaves;
extern const std::array<Entry, kPrecodeSymbols> kPrecodeLeaves;  // the output field: the symbol

// Which incomplete codes pass: none, or (zlib does so for the two main alphabets) a single code of
// one bit, or no code at all.
enum class Incomplete { kRefused, kSingleBit };

// Fills `table` for the canonical code with `lengths` (one per symbol; 0: not used). The first
// 2^primary_bits entries are looked up by the next bits of the stream; longer codes go on in second
// tables behind them, of 2^(15 - primary_bits) entries each. False when the code is over-subscribed
// or incomplete in a way not allowed. Precondition: table_size() entries.
bool build_table(std::span<const std::uint8_t> lengths, std::span<const Entry> leaves,
                 unsigned primary_bits, Incomplete incomplete, std::span<Entry> table);

// A second table is needed for at least two codes each.
constexpr std::size_t table_size(unsigned primary_bits, std::size_t symbols) {
  return (std::size_t{1} << primary_bits) +
         (primary_bits < kCodeBitsMost ? symbols / 2 << (kCodeBitsMost - primary_bits) : 0);
}

// Joins what fits into one lookup: literals, and a length behind them. `packed` may not be
// `single`.
void pack_literals(std::span<const Entry> single, unsigned primary_bits, std::span<Entry> packed);

}  // namespace penstock::deflate
