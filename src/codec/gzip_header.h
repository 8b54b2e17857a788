// The bytes around the data of a gzip member (RFC 1952): the header with our subfield, other
// people's subfields that say how long a member is, the trailer. docs/formats/huffman-gzip.md is
// the page of the subfield.
//
// What a subfield says is a hint and never trusted: it may be damaged, forged, or another program's
// that happens to have the same name. A reader hops to where a member should end and lets inflate
// prove it (gzip_member.h): only a member that fills the span exactly, CRC-32 and length included,
// ends there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "codec/huffman_block.h"

namespace penstock::gzip {

// The smallest header; CRC-32 and ISIZE behind the data.
inline constexpr std::size_t kFixedHeaderBytes = 10;
inline constexpr std::size_t kTrailerBytes = 8;
// A header longer than this is refused: names and comments have no limit in the RFC, and a reader
// has to stop somewhere looking for their end.
inline constexpr std::size_t kHeaderBytesMost = std::size_t{256} << 10;
// An index that claims more data than this is not taken seriously.
inline constexpr std::uint32_t kIndexedDataMost = std::uint32_t{16} << 20;

// Whose hints a header carries.
enum class Hint {
  kNone,      // an ordinary gzip member, or hints that contradict themselves
  kPenstock,  // 'PS'
  kBgzf,      // 'BC' of SAM/BAM tools: at most 64 KiB of data
  kIndexed,   // 'IG' of pgzip and mgzip: members of any size
};

struct Header {
  std::size_t header_bytes = 0;  // where the DEFLATE data begins
  std::uint32_t mtime = 0;       // seconds since 1970; 0 says nothing
  std::string name;              // bytes as they are, '/' and all; empty when there is none
  std::string comment;

  Hint hint = Hint::kNone;
  std::optional<std::uint64_t> member_bytes;  // of the whole member, header to trailer
  std::optional<std::uint32_t> data_bytes;    // kPenstock only
  std::vector<huffman::BlockEntry> blocks;    // kPenstock only; empty when the data is not indexed
};

// Reads the header at the start of `input`, which may go on behind it. Nothing (no error): `input`
// ends inside the header. kCorrupt: no gzip member begins here, or the header's own CRC is wrong.
// kUnsupported: another method than DEFLATE, reserved flags, or above kHeaderBytesMost.
// A damaged or unknown subfield is no error: there is no hint then.
Result<std::optional<Header>> read_header(Bytes input);

// Whether `input` begins with the two bytes of every gzip member (false for less than two).
bool is_gzip(Bytes input);

struct Trailer {
  std::uint32_t crc32 = 0;
  std::uint32_t data_bytes = 0;  // modulo 2^32
};
// The last kTrailerBytes of a complete member. Precondition: it has them.
Trailer read_trailer(Bytes member);

// The header we write for a member of `deflate_bytes` of DEFLATE data with this index (which may be
// empty). Depends on the arguments alone.
struct HeaderContent {
  std::size_t deflate_bytes = 0;
  std::uint32_t data_bytes = 0;
  std::span<const huffman::BlockEntry> blocks;
};
std::size_t header_size(const HeaderContent& content);
// At most this, for data that huffman::Encoder made of `data_bytes`.
std::size_t header_bound(std::size_t data_bytes);
// Writes it to the start of `out`; returns header_size(content). kInternal when a number does not
// fit its field or `out` is too small.
Result<std::size_t> write_header(const HeaderContent& content, MutableBytes out);
// Precondition: `out` has kTrailerBytes.
void write_trailer(Trailer trailer, MutableBytes out);

}  // namespace penstock::gzip
