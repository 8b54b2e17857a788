// What the fuzz targets of the Huffman codec have in common. Everything is made once and lies
// between forbidden pages: most executions take some ten microseconds.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include <libdeflate.h>

#include "codec/guarded_bytes.h"
#include "codec/huffman_decoder.h"
#include "codec/huffman_encoder.h"

namespace penstock::fuzz {

using huffman::BlockEntry;
using huffman::BlockKind;
using Index = std::vector<BlockEntry>;

// Only inputs of so many bytes make full blocks: a campaign of shorter ones is fast.
inline constexpr std::size_t kLongInput = 1'000;
inline constexpr std::size_t kContentMost = huffman::kBlockBytes + 4'096;
inline constexpr std::size_t kRoom = std::size_t{1} << 19;

inline void require(bool promise) {
  if (!promise) std::abort();
}

inline bool same_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// So that nothing left of another execution passes for made.
inline MutableBytes filled(MutableBytes bytes, int value) {
  if (!bytes.empty()) std::memset(bytes.data(), value, bytes.size());
  return bytes;
}

// Each byte of `seed` as the number of times (a power of two) that another byte occurs.
inline void fill_in_powers(Bytes seed, std::vector<std::byte>& made, std::size_t size) {
  for (std::size_t i = 0; i < seed.size() && made.size() < size; ++i) {
    const std::size_t times = std::size_t{1} << std::to_integer<unsigned>(seed[i]) % 16;
    made.resize(std::min(size, made.size() + times), static_cast<std::byte>(i * 37));
  }
}

// Bytes of `seed`, drawn at random, but always the same ones.
inline void fill_by_lot(Bytes seed, std::vector<std::byte>& made, std::size_t size) {
  made.resize(size);
  std::uint32_t random = 1;
  for (std::byte& b : made) {
    b = seed[(random >> 8) % seed.size()];
    random = random * 1'664'525 + 1'013'904'223;
  }
}

// Contents of many lengths and distributions: `seed` itself, repeated, and the two above.
inline std::vector<std::byte> content_from(Bytes seed, std::uint8_t how) {
  constexpr std::array<std::size_t, 4> kLong{65'537, huffman::kBlockBytes, huffman::kBlockBytes + 7,
                                             kContentMost};
  const bool full = how >= 0xF0 && seed.size() >= kLongInput;
  const std::size_t size = full ? kLong.at(how / 4 % 4) : std::size_t{16} << how % 8;
  const unsigned kind = full ? how % 4 : how / 8 % 4;
  std::vector<std::byte> made;
  if (seed.empty()) return made;
  if (kind == 0) append(made, seed.first(std::min(size, seed.size())));
  while (kind == 1 && made.size() < size)
    append(made, seed.first(std::min(size - made.size(), seed.size())));
  if (kind == 2) fill_in_powers(seed, made, size);
  if (kind == 3) fill_by_lot(seed, made, size);
  return made;
}

// One piece is the usual case.
inline std::size_t pieces_from(unsigned byte) { return byte % 8 < 5 ? 1 : byte % 8 - 3; }

inline std::uint32_t& field(BlockEntry& entry, unsigned number) {
  return number % 9 == 8 ? entry.bytes : entry.stream_bits[number % 9];
}

// Adds, moves from one field to another (of any entry), sets, or changes the kind.
inline void change_once(Index& index, Bytes how) {
  const auto at = [how](std::size_t i) { return std::to_integer<unsigned>(how[i]); };
  BlockEntry& entry = index[at(0) % index.size()];
  BlockEntry& other = index[at(0) / 16 % index.size()];
  const std::uint32_t amount = at(3) | at(4) << 8 | at(5) << 16;
  std::uint32_t& value = field(entry, at(1));
  switch (at(2) % 4) {
    case 0:
      value += amount;
      break;
    case 1:
      value += amount;
      field(other, at(1) / 16) -= amount;
      break;
    case 2:
      value = amount;
      break;
    default:
      entry.kind = static_cast<huffman::BlockKind>(amount & 3);
  }
}

// By kChangeBytes each: entry, field, what to do, amount.
inline constexpr std::size_t kChangeBytes = 6;
inline void change(Index& index, Bytes how) {
  for (; how.size() >= kChangeBytes && !index.empty(); how = how.subspan(kChangeBytes))
    change_once(index, how.first(kChangeBytes));
}

// What the portable path and the fastest one make of `stream`, which must be the same. Valid until
// the next call.
inline std::optional<Bytes> decode(Bytes stream, std::span<const BlockEntry> index,
                                   std::size_t bytes) {
  static huffman::Decoder portable = *huffman::Decoder::create(CpuLevel::kPortable);
  static huffman::Decoder fast = *huffman::Decoder::create(detected_cpu_level());
  static const test::GuardedBytes in(kRoom);
  static const std::array<test::GuardedBytes, 2> out{test::GuardedBytes(kRoom),
                                                     test::GuardedBytes(kRoom)};
  // What reaches beyond the end is seen by most inputs, what reaches before the start by some.
  const Bytes input = in.copy(stream, stream.size() % 4 == 3);
  const MutableBytes a = filled(out[0].part(bytes, stream.size() % 8 > 5), 0x5A);
  const MutableBytes b = filled(out[1].part(bytes, stream.size() % 8 > 5), 0xA5);
  const bool accepted = portable.inflate(input, index, a);
  require(accepted == fast.inflate(input, index, b));
  require(same_bytes(input, stream));
  if (!accepted) return std::nullopt;
  require(same_bytes(a, b));
  return Bytes(a);
}

inline void require_libdeflate_agrees(Bytes stream, Bytes decoded) {
  static libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  static std::vector<std::byte> out(kRoom);
  std::size_t consumed = 0;
  std::size_t made = 0;
  const auto result = libdeflate_deflate_decompress_ex(
      decompressor, stream.data(), stream.size(), out.data(), decoded.size(), &consumed, &made);
  require(result == LIBDEFLATE_SUCCESS && consumed == stream.size() && made == decoded.size());
  require(same_bytes(decoded, Bytes(out).first(made)));
}

// `content` in so many pieces that are joined; their index tells of the empty blocks between them
// too. Out of a buffer and into buffers of just the size.
inline std::vector<std::byte> encode(CpuLevel level, Bytes content, std::size_t pieces,
                                     Index& index) {
  static std::array<std::optional<huffman::Encoder>, 4> encoders;
  static const test::GuardedBytes in(kContentMost);
  static const test::GuardedBytes out(huffman::Encoder::bound(kContentMost));
  auto& encoder = encoders.at(static_cast<std::size_t>(level));
  if (!encoder) encoder.emplace(*huffman::Encoder::create(level));
  std::vector<std::byte> joined;
  for (; pieces > 0; --pieces) {
    const Bytes piece = in.copy(content.first(content.size() / pieces), content.size() % 4 == 3);
    content = content.subspan(piece.size());
    const MutableBytes packed = out.part(huffman::Encoder::bound(piece.size()));
    const std::size_t bytes = encoder->deflate(piece, pieces == 1, packed, &index);
    append(joined, Bytes(packed).first(bytes));
    if (pieces > 1) index.push_back({BlockKind::kStored, 0, {}});
  }
  return joined;
}

}  // namespace penstock::fuzz
