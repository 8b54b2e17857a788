// Any bytes, put right just so far that they are a stream of literals, with the index that is true
// of it: the decoder takes every such stream, whoever may have made it, and gives what libdeflate
// gives. With the index tampered with, it gives the same or says no.
//
// huffman_decode_fuzz puts nothing right: next to none of its streams are accepted.
//
// The input: the number of changes to the index (1 byte), changes of 6 bytes each, the number of
// bytes that make the first block's code (1 byte; none: the stream brings its own), those, the
// stream.
#include "codec/deflate_header.h"
#include "huffman_fuzz.h"

namespace {

using namespace penstock;
using namespace penstock::fuzz;

class Stream {
 public:
  // A block's header with any complete code: a leaf of its tree is cut in two, for each of `cuts`.
  void put_code(Bytes cuts) {
    std::vector<std::uint8_t> leaves{1, 1};
    for (const std::byte cut : cuts) {
      std::uint8_t& leaf = leaves[std::to_integer<std::size_t>(cut) % leaves.size()];
      if (leaf >= huffman::kCodeBitsMost || leaves.size() == 257) continue;
      leaves.push_back(++leaf);
    }
    std::array<std::uint8_t, 258> lengths{};
    for (std::size_t i = 1; i < leaves.size(); ++i) lengths.at(i * 37 % 256) = leaves[i];
    lengths[256] = leaves[0];
    lengths[257] = 1;  // of a distance
    put(4, 3);
    put(15 << 10, 14);  // 257 and 1 lengths; all 19 lengths of their own code:
    for (unsigned i = 0; i < 19; ++i) put(i < 3 ? 0 : 4, 3);
    for (const std::uint8_t length : lengths) put_code_of(length, 4);
  }

  void put(Bytes bytes) {
    for (const std::byte b : bytes) put(std::to_integer<unsigned>(b), 8);
  }

  // False when there is a header that no inflate takes.
  bool put_right() {
    for (at_ = 0;;) {
      const std::uint64_t begin = at_;
      if (!put_block_right()) return false;
      const bool last = bit(begin) != 0 || at_ + kShortest > 8 * bytes_.size();
      if (!last) continue;
      set(begin, 1);
      bytes_.resize((at_ + 7) / 8);
      return true;
    }
  }

  Bytes bytes() const { return bytes_; }
  Index& index() { return index_; }
  // Whether the codes are as short as ours.
  bool short_codes() const { return short_codes_; }

 private:
  // Behind a block, less than this is no other block.
  static constexpr std::uint64_t kShortest = 80;

  unsigned bit(std::uint64_t at) const {
    return std::to_integer<unsigned>(bytes_[at / 8]) >> at % 8 & 1;
  }
  void set(std::uint64_t at, unsigned value) {
    if (at / 8 >= bytes_.size()) bytes_.resize(at / 8 + 1);
    const auto mask = static_cast<std::byte>(1U << at % 8);
    bytes_[at / 8] = value != 0 ? bytes_[at / 8] | mask : bytes_[at / 8] & ~mask;
  }
  void put(unsigned value, unsigned bits) {
    for (unsigned i = 0; i < bits; ++i) set(at_++, value >> i & 1);
  }
  void put_code_of(unsigned code, unsigned bits) {
    while (bits-- > 0) put(code >> bits & 1, 1);
  }

  bool put_block_right() {
    if (at_ + kShortest > 8 * bytes_.size()) return false;
    if (bit(at_ + 1) == 0 && bit(at_ + 2) == 0) return put_stored_right();
    set(at_ + 1, 0);
    set(at_ + 2, 1);
    return put_coded_right();
  }

  bool put_stored_right() {
    const std::size_t from = (at_ + 3 + 7) / 8;
    const std::size_t size =
        std::min<std::size_t>(load_le<std::uint16_t>(bytes_, from), bytes_.size() - from - 4);
    store_le<std::uint16_t>(bytes_, from, static_cast<std::uint16_t>(size));
    store_le<std::uint16_t>(bytes_, from + 2, static_cast<std::uint16_t>(~size));
    at_ = (from + 4 + size) * 8;
    index_.push_back({BlockKind::kStored, static_cast<std::uint32_t>(size), {}});
    return true;
  }

  // The block ends in front of the first symbol that is no literal.
  bool put_coded_right() {
    deflate::BitReader in(bytes_);
    in.seek(at_ + 3);
    if (!deflate::read_code_lengths(in, lengths_)) return false;
    const deflate::CanonicalCode code(lengths_.litlen());
    const deflate::CanonicalCode distance(lengths_.distance());
    if (!code.passes(deflate::Incomplete::kRefused) ||
        !distance.passes(deflate::Incomplete::kSingleBit))
      return false;
    for (std::size_t bits = huffman::kCodeBitsMost + 1; bits < code.counts.size(); ++bits)
      short_codes_ = short_codes_ && code.counts[bits] == 0;
    at_ = in.position();
    begins_.clear();
    do begins_.push_back(at_);
    while (symbol(code) < deflate::kEndOfBlock);
    at_ = begins_.back();
    add_entry();
    put_end(code);
    return true;
  }

  // The next symbol (RFC 1951 section 3.2.2), or something above all of them when the bits end.
  unsigned symbol(const deflate::CanonicalCode& code) {
    unsigned value = 0;
    unsigned first = 0;
    unsigned before = 0;
    for (std::size_t bits = 1; bits < code.counts.size() && at_ < 8 * bytes_.size(); ++bits) {
      value = value << 1 | bit(at_++);
      first <<= 1;
      if (value - first < code.counts[bits]) return code.order[before + value - first];
      before += code.counts[bits];
      first += code.counts[bits];
    }
    return 999;
  }

  void put_end(const deflate::CanonicalCode& code) {
    unsigned value = 0;
    unsigned before = 0;
    for (unsigned bits = 1; bits < code.counts.size(); ++bits, value <<= 1) {
      for (unsigned i = 0; i < code.counts[bits]; ++i, ++value)
        if (code.order[before++] == deflate::kEndOfBlock) return put_code_of(value, bits);
    }
  }

  void add_entry() {
    const std::size_t size = begins_.size() - 1;
    const std::size_t each = size / huffman::kStreams;
    BlockEntry entry{BlockKind::kHuffman, static_cast<std::uint32_t>(size), {}};
    for (std::size_t i = 0; i < huffman::kStreams; ++i) {
      const std::size_t end = i + 1 < huffman::kStreams ? (i + 1) * each : size;
      entry.stream_bits[i] = static_cast<std::uint32_t>(begins_[end] - begins_[i * each]);
    }
    index_.push_back(entry);
  }

  std::vector<std::byte> bytes_;
  std::uint64_t at_ = 0;  // bit
  Index index_;
  bool short_codes_ = true;
  deflate::CodeLengths lengths_;
  std::vector<std::uint64_t> begins_;  // of symbols, and the end
};

std::size_t bytes_of(const Index& index) {
  std::size_t sum = 0;
  for (const BlockEntry& entry : index) sum += entry.bytes;
  return sum;
}

Bytes take(Bytes& from, std::size_t bytes) {
  const Bytes taken = from.first(std::min(bytes, from.size()));
  from = from.subspan(taken.size());
  return taken;
}

std::size_t take_byte(Bytes& from) {
  const Bytes byte = take(from, 1);
  return byte.empty() ? 0 : std::to_integer<std::size_t>(byte[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest = std::as_bytes(std::span(data, size));
  if (size > kRoom / 64) return 0;
  const Bytes changes = take(rest, take_byte(rest) % 4 * kChangeBytes);
  const Bytes cuts = take(rest, take_byte(rest));
  Stream stream;
  if (!cuts.empty()) stream.put_code(cuts);
  stream.put(rest);
  if (!stream.put_right()) return 0;

  Index& index = stream.index();
  const auto decoded = decode(stream.bytes(), index, bytes_of(index));
  require(decoded.has_value() == stream.short_codes());
  if (!decoded) return 0;
  require_libdeflate_agrees(stream.bytes(), *decoded);

  if (changes.empty()) return 0;
  change(index, changes);
  if (bytes_of(index) > kRoom) return 0;
  const auto again = decode(stream.bytes(), index, bytes_of(index));
  if (again) require_libdeflate_agrees(stream.bytes(), *again);
  return 0;
}
