// Whole gzip members (RFC 1952) in memory: the unit in which .gz files are made, joined and read by
// several threads. Joining members is writing one behind the other.
#pragma once

#include <cstddef>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/codec.h"
#include "codec/gzip_header.h"

namespace penstock::gzip {

// What a member encoder chooses from.
enum class Mode {
  kHuffman,  // Huffman or stored blocks, always indexed
  kBest,     // per member the best of those and LZ at a level
};

// Makes members. Threads: one caller at a time; one per worker. The bytes depend on data, mode
// and level only: neither on the machine nor on what was encoded before.
class MemberEncoder {
 public:
  // `level` 1..9 as Compressor's deflate levels; of kBest only. kInvalid outside.
  static Result<MemberEncoder> create(Mode mode, int level = 6, CpuLevel cpu = cpu_level());
  ~MemberEncoder();
  MemberEncoder(MemberEncoder&&) noexcept;
  MemberEncoder& operator=(MemberEncoder&&) noexcept;

  // An output buffer of this size is always large enough for a member of `data_bytes`
  // (<= kPieceBytes). The member is never larger than one of stored blocks would be, but for up to
  // 28 bytes of index per 128 KiB.
  static std::size_t bound(std::size_t data_bytes);

  // Makes one complete member of `data`, which may be empty. It lies somewhere inside `out` (its
  // index comes before the data but is known after it); the result says where. Fails with kInvalid
  // when `data` is above kPieceBytes or `out` below bound(data.size()).
  Result<Bytes> encode(Bytes data, MutableBytes out);

 private:
  struct State;
  explicit MemberEncoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What was found at the start of an input.
struct InflatedMember {
  std::size_t member_bytes = 0;  // the member's length
  std::size_t data_bytes = 0;    // bytes of `out` filled
};

// Reads members of anybody. Threads: one caller at a time; one per worker.
class MemberDecoder {
 public:
  static Result<MemberDecoder> create(CpuLevel cpu = cpu_level());
  ~MemberDecoder();
  MemberDecoder(MemberDecoder&&) noexcept;
  MemberDecoder& operator=(MemberDecoder&&) noexcept;

  // Inflates `member`, one member from its first to its last byte, to the start of `out`; returns
  // the bytes made. An index only makes it faster: the result is what any inflate gives.
  // CRC-32 and ISIZE are always checked. kCorrupt says what is wrong: cut off, damaged data, wrong
  // CRC-32, wrong ISIZE, more than out.size() bytes, or bytes behind the member. kUnsupported as
  // read_header(). After a failure `out` holds anything.
  //
  // A reader that hops by hints (Header::member_bytes) gives the span that the hint claims: when
  // this succeeds the hint was right, and the next member begins behind it. When it fails, the
  // hint or the data is wrong, and only decoding from the member's start without the hint tells.
  Result<std::size_t> inflate_member(Bytes member, MutableBytes out);

  // The same for a member at the start of `input` whose end is not known: whatever follows is the
  // caller's. A member that goes on behind `input` is kCorrupt ("cut off"), as the end of a file
  // is.
  Result<InflatedMember> inflate_front(Bytes input, MutableBytes out);

 private:
  struct State;
  explicit MemberDecoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::gzip
