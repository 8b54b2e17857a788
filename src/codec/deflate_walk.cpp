#include "codec/deflate_walk.h"

#include <array>

#include "codec/deflate_bits.h"
#include "codec/deflate_codes.h"
#include "codec/deflate_header.h"

namespace penstock {
namespace {

using deflate::BitReader;
using deflate::Entry;

constexpr unsigned kFirstBits = 11;
constexpr std::size_t kFirstSize = std::size_t{1} << kFirstBits;
constexpr std::size_t kSecondSize = std::size_t{1} << (deflate::kCodeBitsMost - kFirstBits);

// Both alphabets lie in one array, so that the step from a length to its distance is an addition
// and not a branch, which nobody could predict: litlen first, distance first, then the second
// tables.
constexpr std::size_t kLitlenSecond = 2 * kFirstSize;
constexpr std::size_t kDistanceSecond =
    kLitlenSecond + deflate::second_size(kFirstBits, deflate::kLitlenSymbols);
constexpr std::size_t kTableSize =
    kDistanceSecond + deflate::second_size(kFirstBits, deflate::kDistanceSymbols);

struct Tables {
  std::array<Entry, kTableSize> entries;
  std::array<Entry, kFirstSize> single;  // the first litlen table before literals are packed
};

bool build(std::span<const std::uint8_t> litlen, std::span<const std::uint8_t> distance,
           Tables& tables) {
  const std::span<Entry> all(tables.entries);
  const deflate::Table litlen_table{
      tables.single, all.subspan(kLitlenSecond, kDistanceSecond - kLitlenSecond), kLitlenSecond};
  const deflate::Table distance_table{all.subspan(kFirstSize, kFirstSize),
                                      all.subspan(kDistanceSecond), kDistanceSecond};
  constexpr auto kAllowed = deflate::Incomplete::kSingleBit;
  if (!deflate::build_table(litlen, deflate::kLitlenLeaves, kAllowed, litlen_table) ||
      !deflate::build_table(distance, deflate::kDistanceLeaves, kAllowed, distance_table))
    return false;
  deflate::pack_literals(litlen, tables.single, all.first(kFirstSize));
  return true;
}

// RFC 1951 section 3.2.6.
const Tables& fixed_tables() {
  static const Tables tables = [] {
    std::array<std::uint8_t, deflate::kLitlenSymbols> litlen{};
    std::array<std::uint8_t, deflate::kDistanceSymbols> distance{};
    for (std::size_t i = 0; i < litlen.size(); ++i)
      litlen[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    distance.fill(5);
    Tables made;
    build(litlen, distance, made);
    return made;
  }();
  return tables;
}

enum class Stop { kNearEnd, kEnd, kBad };

// Where a walk is: in the stream, in the output, and which alphabet comes next (0, or kFirstSize
// for a distance).
struct Position {
  BitReader in;
  std::uint64_t output;
  std::size_t alphabet;
};

// Walks symbols until the block ends or, when kFar, the end of the stream comes near. Two lookups a
// refill: a distance (15 + 13 bits) and what is in front of it or behind (15 + 5) fit into 56 bits.
template <bool kFar>
Stop run(const Tables& tables, Position& position) {
  BitReader in = position.in;
  std::uint64_t output = position.output;
  const Entry* alphabet = tables.entries.data() + position.alphabet;
  Stop stop = Stop::kNearEnd;
  const auto step = [&]() -> bool {
    const std::uint64_t bits = in.peek();
    Entry entry = alphabet[bits & (kFirstSize - 1)];
    if (deflate::is_special(entry)) [[unlikely]] {
      if (deflate::is_link(entry))
        entry = tables.entries[(entry >> deflate::kOutputShift & deflate::kOutputMask) +
                               (bits >> kFirstBits & (kSecondSize - 1))];
      if (deflate::is_special(entry)) {
        stop = deflate::is_end(entry) ? Stop::kEnd : Stop::kBad;
        if (stop == Stop::kEnd) in.skip(entry & deflate::kTotalMask);
        return false;
      }
    }
    const unsigned total = entry & deflate::kTotalMask;
    const std::uint64_t skipped = bits & ((std::uint64_t{1} << total) - 1);
    output += (entry >> deflate::kOutputShift & deflate::kOutputMask) +
              (skipped >> (entry >> deflate::kSkipShift & deflate::kSkipMask));
    alphabet = tables.entries.data() + (entry >> (31 - kFirstBits) & kFirstSize);
    in.skip(total);
    return true;
  };
  if constexpr (kFar) {
    while (in.far_from_end()) {
      in.refill_fast();
      if (!step() || !step()) break;
    }
  } else {
    do in.refill();
    while (step() && !in.overrun());
    if (in.overrun()) stop = Stop::kBad;
  }
  position = {in, output, static_cast<std::size_t>(alphabet - tables.entries.data())};
  return stop;
}

class Walker {
 public:
  explicit Walker(Bytes stream) : at_{BitReader(stream), 0, 0}, in_(at_.in) {}

  Result<DeflateExtent> walk();

 private:
  bool block(unsigned type);
  bool stored_block();
  bool dynamic_block();
  bool coded_block(const Tables& tables);

  Position at_;
  BitReader& in_;
  deflate::CodeLengths lengths_;
  Tables tables_;
};

Result<DeflateExtent> Walker::walk() {
  DeflateExtent extent;
  for (bool last = false; !last;) {
    extent.last_block_bit = in_.position();
    last = in_.take(1) != 0;
    if (!block(in_.take(2)) || in_.overrun())
      return fail(Code::kCorrupt, "the deflate data is damaged or cut off");
  }
  extent.end_bit = in_.position();
  extent.output_bytes = at_.output;
  return extent;
}

bool Walker::block(unsigned type) {
  switch (type) {
    case 0:
      return stored_block();
    case 1:
      return coded_block(fixed_tables());
    case 2:
      return dynamic_block();
    default:
      return false;
  }
}

bool Walker::stored_block() {
  if (!in_.jump(0)) return false;
  const unsigned length = in_.take(16);
  if (in_.take(16) != (~length & 0xFFFFU) || in_.overrun()) return false;
  at_.output += length;
  return in_.jump(length);
}

bool Walker::dynamic_block() {
  return deflate::read_code_lengths(in_, lengths_) &&
         build(lengths_.litlen(), lengths_.distance(), tables_) && coded_block(tables_);
}

bool Walker::coded_block(const Tables& tables) {
  at_.alphabet = 0;
  Stop stop = run<true>(tables, at_);
  if (stop == Stop::kNearEnd) stop = run<false>(tables, at_);
  return stop == Stop::kEnd;
}

}  // namespace

Result<DeflateExtent> walk_deflate(Bytes stream) { return Walker(stream).walk(); }

}  // namespace penstock
