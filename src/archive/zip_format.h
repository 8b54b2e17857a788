// The parts of the ZIP format that the writer and the reader share: numbers, extra fields, times.
// Source: PKWARE APPNOTE.TXT 6.3.10 (sections named below); WinZip "AES Encryption Information";
// Info-ZIP extra field notes for UT (0x5455).
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

#include "penstock/error.h"

namespace penstock::zip {

// What is wrong with an archive; the caller puts the entry's name in front.
inline Failure corrupt(std::string text) { return fail(Code::kCorrupt, std::move(text)); }

// Signatures (APPNOTE 4.3.7, 4.3.9, 4.3.12, 4.3.14-16).
inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kZip64EndSignature = 0x06064b50;
inline constexpr std::uint32_t kZip64LocatorSignature = 0x07064b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;

// Sizes of the fixed parts, signatures included.
inline constexpr std::size_t kLocalBytes = 30;
inline constexpr std::size_t kCentralBytes = 46;
inline constexpr std::size_t kEndBytes = 22;
inline constexpr std::size_t kZip64EndBytes = 56;
inline constexpr std::size_t kZip64LocatorBytes = 20;

// General purpose flags (4.4.4).
inline constexpr std::uint16_t kFlagEncrypted = 1U << 0;
inline constexpr std::uint16_t kFlagDescriptor = 1U << 3;
inline constexpr std::uint16_t kFlagPatch = 1U << 5;
inline constexpr std::uint16_t kFlagStrongEncryption = 1U << 6;
inline constexpr std::uint16_t kFlagUtf8 = 1U << 11;
inline constexpr std::uint16_t kFlagMaskedHeaders = 1U << 13;

// Methods (4.4.5); 99 says that the real one is in the AES extra field.
inline constexpr std::uint16_t kMethodStore = 0;
inline constexpr std::uint16_t kMethodDeflate = 8;
inline constexpr std::uint16_t kMethodZstd = 93;
inline constexpr std::uint16_t kMethodAes = 99;

// Extra fields (4.5).
inline constexpr std::uint16_t kExtraZip64 = 0x0001;
inline constexpr std::uint16_t kExtraNtfs = 0x000a;
inline constexpr std::uint16_t kExtraTime = 0x5455;         // "UT"
inline constexpr std::uint16_t kExtraUnicodePath = 0x7075;  // "up"
inline constexpr std::uint16_t kExtraAes = 0x9901;

// Version needed to extract (4.4.3).
inline constexpr std::uint16_t kVersionDefault = 20;
inline constexpr std::uint16_t kVersionZip64 = 45;
inline constexpr std::uint16_t kVersionAes = 51;
inline constexpr std::uint16_t kVersionZstd = 63;
inline constexpr std::uint16_t kMadeByUnix = 3U << 8;

inline constexpr std::uint32_t kMax32 = 0xffffffff;
inline constexpr std::uint16_t kMax16 = 0xffff;

// WinZip AES, as the 0x9901 extra field says it.
enum class AesStrength : std::uint8_t { k128 = 1, k192 = 2, k256 = 3 };
struct AesInfo {
  std::uint16_t version = 2;  // 1 = AE-1 (CRC kept), 2 = AE-2 (CRC is 0)
  AesStrength strength = AesStrength::k256;
};

// One entry, as the central directory describes it.
struct Entry {
  std::string name;   // the bytes in the archive; a directory ends in '/'
  bool utf8 = false;  // flag bit 11
  std::uint16_t flags = 0;
  std::uint16_t method = kMethodStore;  // the real one
  std::optional<AesInfo> aes;
  std::uint32_t crc = 0;               // 0 for AE-2
  std::uint64_t compressed_bytes = 0;  // with salt, verifier and MAC if encrypted
  std::uint64_t uncompressed_bytes = 0;
  std::uint64_t local_offset = 0;
  std::uint16_t made_by = kMadeByUnix;
  std::uint32_t external_attributes = 0;
  timespec mtime{};  // UTC

  bool is_directory() const { return !name.empty() && name.back() == '/'; }
  // st_mode when the archive was made on unix, else 0.
  mode_t unix_mode() const { return made_by >> 8 == 3 ? external_attributes >> 16 : 0; }
};

// MS-DOS date and time (4.4.6), 2 s steps, 1980..2107, clamped; we write UTC so that the same tree
// gives the same bytes in every time zone (the UT field carries the true time for tools that care).
struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0;
};
DosTime to_dos_time(std::time_t utc);
std::time_t from_dos_time(DosTime dos);

}  // namespace penstock::zip
