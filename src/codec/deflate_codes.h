// The constants of deflate's codes (RFC 1951 section 3.2.5 to 3.2.7) and the decoding tables made
// from code lengths, strict as inflate is. Inside the room only.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace penstock::deflate {

inline constexpr unsigned kCodeBitsMost = 15;
inline constexpr std::size_t kLitlenSymbols = 288;   // of which 286 and 287 may not occur
inline constexpr std::size_t kDistanceSymbols = 32;  // of which 30 and 31 may not occur
inline constexpr std::size_t kPrecodeSymbols = 19;
inline constexpr unsigned kPrecodeBitsMost = 7;
// In which the lengths of the precode stand in a header.
inline constexpr std::array<std::uint8_t, kPrecodeSymbols> kPrecodeOrder = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
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
inline constexpr Entry kSpecial = 1U << 30 | 16U << kSkipShift;
inline constexpr Entry kInvalid = kSpecial | 1U << 15;
inline constexpr Entry kEnd = kSpecial | 1U << 14;
inline constexpr Entry kLink = kSpecial | 1U << 13;  // its output field: index of the second table
constexpr bool is_special(Entry entry) { return (entry & 1U << 30) != 0; }
constexpr bool is_link(Entry entry) { return (entry & kLink) == kLink; }
constexpr bool is_end(Entry entry) { return (entry & kEnd) == kEnd; }

// What a symbol of each alphabet does, without the bits of its code.
extern const std::array<Entry, kLitlenSymbols> kLitlenLeaves;
extern const std::array<Entry, kDistanceSymbols> kDistanceLeaves;
extern const std::array<Entry, kPrecodeSymbols> kPrecodeLeaves;  // the output field: the symbol

// Which incomplete codes pass: none, or (zlib does so for the two main alphabets) a single code of
// one bit, or no code at all.
enum class Incomplete { kRefused, kSingleBit };

// A canonical code as its lengths say it (RFC 1951 section 3.2.2).
struct CanonicalCode {
  explicit CanonicalCode(std::span<const std::uint8_t> lengths);

  // Neither over-subscribed nor incomplete in a way that is not allowed.
  bool passes(Incomplete incomplete) const;

  enum class Shape { kComplete, kIncomplete, kOverSubscribed };
  Shape shape = Shape::kComplete;
  std::array<unsigned, kCodeBitsMost + 1> counts{};   // symbols per length, none of length 0
  std::array<std::uint16_t, kLitlenSymbols> order{};  // the symbols by length, then by number
};

// The code behind `code` (bits reversed, as the stream has them) among those of `bits` bits. A zero
// bit appended to a reversed code does not change it, so codes of the next length go on from here.
constexpr unsigned next_code(unsigned code, unsigned bits) {
  const unsigned zeros = code ^ ((1U << bits) - 1);
  if (zeros == 0) return 0;
  const unsigned highest = std::bit_floor(zeros);
  return (code & (highest - 1)) | highest;
}

// Where a table is put. The next log2(first.size()) bits of the stream are looked up in `first`;
// longer codes go on in second tables, which follow each other in `second` and have one entry for
// each value of the bits up to kCodeBitsMost. Links say where, counted from `second_base` for
// second[0].
struct Table {
  std::span<Entry> first;
  std::span<Entry> second;
  std::size_t second_base = 0;
};

// The entries second tables can need: each serves at least two symbols.
constexpr std::size_t second_size(unsigned first_bits, std::size_t symbols) {
  return symbols / 2 << (kCodeBitsMost - first_bits);
}

// Fills `table` for the canonical code with `lengths` (one per symbol; 0: not used). False when the
// code is over-subscribed, or incomplete in a way not allowed.
bool build_table(std::span<const std::uint8_t> lengths, std::span<const Entry> leaves,
                 Incomplete incomplete, const Table& table);

// Joins what fits into one lookup: a literal and the literal or length behind it. `lengths` are
// those that `single` was built from. `packed` has the size of `single` and is another place.
void pack_literals(std::span<const std::uint8_t> lengths, std::span<const Entry> single,
                   std::span<Entry> packed);

}  // namespace penstock::deflate
