#include "codec/deflate_walk.h"

#include <algorithm>
#include <array>

#include "codec/deflate_codes.h"

namespace penstock {
namespace {

using deflate::Entry;

// The bits of a stream, least significant first. Behind its end it delivers zeros, and overrun()
// tells.
class BitReader {
 public:
  explicit BitReader(Bytes stream) : data_(as_u8(stream)), size_(stream.size()) {}

  // Whether refill_fast() may be called.
  bool far_from_end() const { return at_ + sizeof(std::uint64_t) <= size_; }

  // At least 56 bits are ready. Bits above the count may already be in the buffer: they are the
  // same ones that a later refill puts there again.
  void refill_fast() {
    std::uint64_t word = 0;
    std::memcpy(&word, data_ + at_, sizeof word);
    bits_ |= word << count_;
    at_ += (63 - count_) >> 3;
    count_ |= 56;
  }
  void refill() {
    for (; count_ < 56; count_ += 8, ++at_)
      bits_ |= (at_ < size_ ? std::uint64_t{data_[at_]} : 0) << count_;
  }

  std::uint64_t peek() const { return bits_; }
  void skip(unsigned bits) {
    bits_ >>= bits;
    count_ -= bits;
  }
  // The next bits, from a refill of their own.
  unsigned take(unsigned bits) {
    refill();
    const auto value = static_cast<unsigned>(bits_ & ((std::uint64_t{1} << bits) - 1));
    skip(bits);
    return value;
  }

  std::uint64_t position() const { return std::uint64_t{at_} * 8 - count_; }
  bool overrun() const { return position() > std::uint64_t{size_} * 8; }

  // From the next byte boundary, `bytes` are jumped over. False when there are not so many.
  bool jump(std::size_t bytes) {
    const std::uint64_t from = (position() + 7) / 8;
    if (from > size_ || bytes > size_ - from) return false;
    at_ = static_cast<std::size_t>(from) + bytes;
    bits_ = 0;
    count_ = 0;
    return true;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

constexpr unsigned kFirstBits = 11;
constexpr unsigned kPrecodeBits = 7;
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

using Lengths = std::array<std::uint8_t, deflate::kLitlenSymbols + deflate::kDistanceSymbols>;

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
  bool read_lengths(unsigned count);
  bool coded_block(const Tables& tables);

  Position at_;
  BitReader& in_;
  std::array<Entry, std::size_t{1} << kPrecodeBits> precode_;
  Lengths lengths_;
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
  constexpr std::array<std::uint8_t, deflate::kPrecodeSymbols> kOrder{
      16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  const unsigned litlen_count = in_.take(5) + 257;
  const unsigned distance_count = in_.take(5) + 1;
  const unsigned precode_count = in_.take(4) + 4;
  if (litlen_count > 286 || distance_count > 30) return false;
  std::array<std::uint8_t, deflate::kPrecodeSymbols> precode{};
  for (unsigned i = 0; i < precode_count; ++i)
    precode[kOrder[i]] = static_cast<std::uint8_t>(in_.take(3));
  if (!deflate::build_table(precode, deflate::kPrecodeLeaves, deflate::Incomplete::kRefused,
                            {precode_, {}, 0}) ||
      !read_lengths(litlen_count + distance_count))
    return false;
  const std::span<const std::uint8_t> lengths(lengths_);
  return lengths[deflate::kEndOfBlock] != 0 &&
         build(lengths.first(litlen_count), lengths.subspan(litlen_count, distance_count),
               tables_) &&
         coded_block(tables_);
}

// RFC 1951 section 3.2.7: 16 repeats the length before, 17 and 18 repeat zero.
bool Walker::read_lengths(unsigned count) {
  struct Repeat {
    unsigned bits, least;
  };
  constexpr std::array<Repeat, 3> kRepeats{{{2, 3}, {3, 3}, {7, 11}}};
  for (unsigned at = 0; at < count;) {
    in_.refill();
    const Entry entry = precode_[in_.peek() & (precode_.size() - 1)];
    in_.skip(entry & deflate::kTotalMask);
    const unsigned symbol = entry >> deflate::kOutputShift & deflate::kOutputMask;
    if (symbol < 16) {
      lengths_[at++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    const Repeat repeat = kRepeats[symbol - 16];
    const unsigned times = repeat.least + in_.take(repeat.bits);
    if (times > count - at || (symbol == 16 && at == 0)) return false;
    const std::uint8_t value = symbol == 16 ? lengths_[at - 1] : std::uint8_t{0};
    std::fill_n(lengths_.begin() + at, times, value);
    at += times;
  }
  return !in_.overrun();
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
