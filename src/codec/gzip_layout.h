// Where what stands in a gzip header (RFC 1952) and in our subfield. Inside the room only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/huffman_block.h"

namespace penstock::gzip {

inline constexpr std::array<std::byte, 2> kMagic{std::byte{0x1F}, std::byte{0x8B}};
inline constexpr std::uint8_t kDeflate = 8;
inline constexpr std::uint8_t kOsUnknown = 0xFF;

inline constexpr unsigned kHasHeaderCrc = 0x02;
inline constexpr unsigned kHasExtra = 0x04;
inline constexpr unsigned kHasName = 0x08;
inline constexpr unsigned kHasComment = 0x10;
inline constexpr unsigned kReserved = 0xE0;  // 0x01 says "text" and means nothing

inline constexpr std::size_t kFlagsAt = 3;
inline constexpr std::size_t kMtimeAt = 4;
inline constexpr std::size_t kOsAt = 9;
inline constexpr std::size_t kSubfieldHeadBytes = 4;

// The subfield of ours, behind its head.
inline constexpr std::string_view kOurs = "PS";
inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kBlocksAt = 2;
inline constexpr std::size_t kMemberBytesAt = 4;
inline constexpr std::size_t kDataBytesAt = 8;
inline constexpr std::size_t kIndexAt = 12;
using huffman::kHuffmanEntryBytes;
using huffman::kStoredEntryBytes;
inline constexpr std::uint32_t kU24Most = 0xFFFFFF;
// What DEFLATE makes of one byte, at most: 258 bytes from two bits.
inline constexpr std::uint64_t kRatioMost = 1032;

}  // namespace penstock::gzip
