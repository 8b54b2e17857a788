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

constexpr unsigned kPrimaryBits = 11;
constexpr unsigned kPrecodeBits = 7;
constexpr std::size_t kPrimarySize = std::size_t{1} << kPrimaryBits;
constexpr std::size_t kSecondSize = std::size_t{1} << (deflate::kCodeBitsMost - kPrimaryBits);

// Both alphabets lie in one array, so that the step from a length to its distance is an addition
// and not a branch, which nobody could predict: [litlen first][distance first][litlen
// second][distance second]. Links are made good for that place while the tables are put together.
constexpr std::size_t kLitlenSize = deflate::table_size(kPrimaryBits, deflate::kLitlenSymbols);
constexpr std::size_t kDistanceSize = deflate::table_size(kPrimaryBits, deflate::kDistanceSymbols);

struct Tables {
  std::array<Entry, kLitlenSize + kDistanceSize> entries;
};

using Lengths = std::array<std::uint8_t, deflate::kLitlenSymbols + deflate::kDistanceSymbols>;

// Copies the second tables of an alphabet to `to` and moves the links of its first table along.
void place(std::span<const Entry> made, std::size_t first_at, std::size_t second_at,
           Tables& tables) {
  auto to = tables.entries.begin();
  std::copy(made.begin() + kPrimarySize, made.end(), to + static_cast<std::ptrdiff_t>(second_at));
  const auto moved = static_cast<Entry>(second_at - kPrimarySize) << deflate::kOutputShift;
  for (std::size_t i = 0; i < kPrimarySize; ++i) {
    Entry& entry = tables.entries[first_at + i];
    if ((entry & deflate::kLink) == deflate::kLink) entry += moved;
  }
}

bool build(std::span<const std::uint8_t> litlen, std::span<const std::uint8_t> distance,
           Tables& tables) {
  std::array<Entry, kLitlenSize> litlen_made{};
  std::array<Entry, kDistanceSize> distance_made{};
  if (!deflate::build_table(litlen, deflate::kLitlenLeaves, kPrimaryBits,
                            deflate::Incomplete::kSingleBit, litlen_made) ||
      !deflate::build_table(distance, deflate::kDistanceLeaves, kPrimaryBits,
                            deflate::Incomplete::kSingleBit, distance_made))
    return false;
  const std::span<Entry> all(tables.entries);
  deflate::pack_literals(litlen_made, kPrimaryBits, all.first(kPrimarySize));
  std::copy_n(distance_made.begin(), kPrimarySize, all.begin() + kPrimarySize);
  place(litlen_made, 0, 2 * kPrimarySize, tables);
  place(distance_made, kPrimarySize, kPrimarySize + kLitlenSize, tables);
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

class Walker {
 public:
  explicit Walker(Bytes stream) : in_(stream) {}

  Result<DeflateExtent> walk();

 private:
  bool block(unsigned type);
  bool stored_block();
  bool dynamic_block();
  bool read_lengths(unsigned count);
  bool coded_block(const Tables& tables);

  enum class Stop { kNearEnd, kEnd, kBad };
  template <bool kFar>
  Stop run(const Tables& tables, std::size_t& alphabet);

  BitReader in_;
  std::uint64_t output_ = 0;
  std::array<Entry, std::size_t{1} << kPrecodeBits> precode_{};
  Lengths lengths_{};
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
  extent.output_bytes = output_;
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
  output_ += length;
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
  if (!deflate::build_table(precode, deflate::kPrecodeLeaves, kPrecodeBits,
                            deflate::Incomplete::kRefused, precode_) ||
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

// Walks symbols until the block ends or, when kFar, the end of the stream comes near. Two lookups a
// refill: a distance (15 + 13 bits) and what is in front of it or behind (15 + 5) fit into 56 bits.
template <bool kFar>
Walker::Stop Walker::run(const Tables& tables, std::size_t& alphabet) {
  BitReader in = in_;
  std::uint64_t output = output_;
  std::size_t from = alphabet;
  Stop stop = Stop::kNearEnd;
  const auto step = [&]() -> bool {
    const std::uint64_t bits = in.peek();
    Entry entry = tables.entries[from + (bits & (kPrimarySize - 1))];
    if ((entry & deflate::kSpecial) != 0) [[unlikely]] {
      if ((entry & deflate::kLink) == deflate::kLink)
        entry = tables.entries[(entry >> deflate::kOutputShift & deflate::kOutputMask) +
                               (bits >> kPrimaryBits & (kSecondSize - 1))];
      if ((entry & deflate::kSpecial) != 0) {
        stop = (entry & deflate::kEnd) == deflate::kEnd ? Stop::kEnd : Stop::kBad;
        if (stop == Stop::kEnd) in.skip(entry & deflate::kTotalMask);
        return false;
      }
    }
    const unsigned total = entry & deflate::kTotalMask;
    const std::uint64_t consumed = bits & ((std::uint64_t{1} << total) - 1);
    output += (entry >> deflate::kOutputShift & deflate::kOutputMask) +
              (consumed >> (entry >> deflate::kSkipShift & deflate::kSkipMask));
    from = (entry >> (31 - kPrimaryBits)) & kPrimarySize;
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
  in_ = in;
  output_ = output;
  alphabet = from;
  return stop;
}

bool Walker::coded_block(const Tables& tables) {
  std::size_t alphabet = 0;
  Stop stop = run<true>(tables, alphabet);
  if (stop == Stop::kNearEnd) stop = run<false>(tables, alphabet);
  return stop == Stop::kEnd;
}

}  // namespace

Result<DeflateExtent> walk_deflate(Bytes stream) { return Walker(stream).walk(); }

}  // namespace penstock
