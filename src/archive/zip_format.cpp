#include "archive/zip_format.h"

namespace penstock::zip {
namespace {

constexpr int kDosEpochYear = 1980;
constexpr int kDosLastYear = kDosEpochYear + 127;

}  // namespace

DosTime to_dos_time(std::time_t utc) {
  std::tm parts{};
  if (gmtime_r(&utc, &parts) == nullptr || parts.tm_year + 1900 < kDosEpochYear)
    return {0, 1 << 5 | 1};  // 1980-01-01
  if (parts.tm_year + 1900 > kDosLastYear)
    return {23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31};
  return {static_cast<std::uint16_t>(parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2),
          static_cast<std::uint16_t>((parts.tm_year + 1900 - kDosEpochYear) << 9 |
                                     (parts.tm_mon + 1) << 5 | parts.tm_mday)};
}

std::time_t from_dos_time(DosTime dos) {
  std::tm parts{};
  parts.tm_year = (dos.date >> 9) + kDosEpochYear - 1900;
  parts.tm_mon = (dos.date >> 5 & 15) - 1;
  parts.tm_mday = dos.date & 31;
  parts.tm_hour = dos.time >> 11;
  parts.tm_min = dos.time >> 5 & 63;
  parts.tm_sec = (dos.time & 31) * 2;
  return timegm(&parts);
}

}  // namespace penstock::zip
