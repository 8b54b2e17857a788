// The extra fields of a header: a run of (id, size, data). Source: APPNOTE 4.5.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "penstock/error.h"

#include "archive/zip_format.h"
#include "base/bytes.h"

namespace penstock::zip {

// The fields we know, as spans into the header; an absent one is empty.
struct ExtraFields {
  std::optional<Bytes> zip64;
  std::optional<Bytes> aes;
  std::optional<Bytes> time;
  std::optional<Bytes> ntfs;
  std::optional<Bytes> unicode_path;
};

// kCorrupt when the run does not add up (zeros at its end are taken as padding) or a field that
// changes the entry's meaning is there twice.
Result<ExtraFields> parse_extra(Bytes extra);

// The 0x9901 field: kCorrupt when it is not one, kUnsupported for versions other than AE-1 and
// AE-2.
struct AesField {
  AesInfo info;
  std::uint16_t method = 0;  // the real one
};
Result<AesField> parse_aes(Bytes field);

// The name that Info-ZIP's Unicode Path field gives an entry whose header says `name`
// (APPNOTE 4.6.9): empty when the field is of another version or was made for another name, and so
// does not count.
std::optional<std::string_view> parse_unicode_path(Bytes field, std::string_view name);

// The modification time in a UT or NTFS field; empty when it holds none.
std::optional<timespec> parse_unix_time(Bytes field);
std::optional<timespec> parse_ntfs_time(Bytes field);

}  // namespace penstock::zip
