#include "archive/zip_encode.h"

#include <limits>

#include <gtest/gtest.h>

namespace penstock::zip {
namespace {

Entry sample(std::string name) {
  Entry entry;
  set_name(entry, std::move(name));
  entry.mtime = {1704164646, 0};
  entry.method = kMethodDeflate;
  entry.compressed_bytes = 10;
  entry.uncompressed_bytes = 20;
  entry.crc = 0x11223344;
  return entry;
}

std::vector<std::byte> local_header(const Entry& entry, bool zip64) {
  std::vector<std::byte> out(local_header_bytes(entry, zip64));
  write_local_header(out, entry, zip64);
  return out;
}

TEST(LocalHeader, HasEveryFieldWhereAppnotePutsIt) {
  const auto out = local_header(sample("a.txt"), false);
  EXPECT_EQ(load_le<std::uint32_t>(out, 0), kLocalSignature);
  EXPECT_EQ(load_le<std::uint16_t>(out, 4), kVersionDefault);
  EXPECT_EQ(load_le<std::uint16_t>(out, 8), kMethodDeflate);
  EXPECT_EQ(load_le<std::uint32_t>(out, 14), 0x11223344U);
  EXPECT_EQ(load_le<std::uint32_t>(out, 18), 10U);
  EXPECT_EQ(load_le<std::uint32_t>(out, 22), 20U);
  EXPECT_EQ(load_le<std::uint16_t>(out, 26), 5U);
  EXPECT_EQ(as_text(Bytes(out).subspan(30, 5)), "a.txt");
  EXPECT_EQ(load_le<std::uint16_t>(out, 35), kExtraTime);
  EXPECT_EQ(out.size(), 30U + 5 + load_le<std::uint16_t>(out, 28));
}

TEST(LocalHeader, OfAnAesEntrySaysMethod99AndTheRealOneInTheExtraField) {
  Entry entry = sample("a");
  entry.aes = AesInfo{2, AesStrength::k256};
  const auto out = local_header(entry, false);
  EXPECT_EQ(load_le<std::uint16_t>(out, 8), kMethodAes);
  const std::size_t aes = out.size() - 11;
  EXPECT_EQ(load_le<std::uint16_t>(out, aes), kExtraAes);
  EXPECT_EQ(load_le<std::uint16_t>(out, aes + 4), 2U);
  EXPECT_EQ(as_text(Bytes(out).subspan(aes + 6, 2)), "AE");
  EXPECT_EQ(out[aes + 8], std::byte{3});
  EXPECT_EQ(load_le<std::uint16_t>(out, aes + 9), kMethodDeflate);
}

TEST(LocalHeader, WithDescriptorHidesSizesAndZip64CarriesBoth) {
  Entry entry = sample("a");
  entry.flags |= kFlagDescriptor;
  auto out = local_header(entry, false);
  EXPECT_EQ(load_le<std::uint32_t>(out, 14), 0U);
  EXPECT_EQ(load_le<std::uint32_t>(out, 18), 0U);

  entry = sample("a");
  entry.uncompressed_bytes = std::uint64_t{5} << 30;
  out = local_header(entry, true);
  EXPECT_EQ(load_le<std::uint32_t>(out, 18), kMax32);
  EXPECT_EQ(load_le<std::uint16_t>(out, 31), kExtraZip64);
  EXPECT_EQ(load_le<std::uint64_t>(out, 35), std::uint64_t{5} << 30);
  EXPECT_EQ(load_le<std::uint64_t>(out, 43), 10U);
}

TEST(CentralRecord, TakesZip64OnlyForTheValuesThatNeedIt) {
  Entry entry = sample("a");
  std::vector<std::byte> plain;
  append_central_record(plain, entry);
  EXPECT_EQ(plain.size(), kCentralBytes + 1 + 9);

  entry.local_offset = kMax32;
  std::vector<std::byte> far;
  append_central_record(far, entry);
  EXPECT_EQ(far.size(), plain.size() + 4 + 8);
  EXPECT_EQ(load_le<std::uint32_t>(far, 42), kMax32);
  EXPECT_EQ(load_le<std::uint64_t>(far, kCentralBytes + 1 + 4), kMax32);
}

TEST(CentralRecord, TakesNtfsTimesOnlyForFractionsAndDistantYears) {
  Entry entry = sample("a");
  std::vector<std::byte> whole;
  append_central_record(whole, entry);
  entry.mtime.tv_nsec = 123'456'700;
  std::vector<std::byte> fraction;
  append_central_record(fraction, entry);
  ASSERT_EQ(fraction.size(), whole.size() + 36);
  const std::size_t ntfs = kCentralBytes + 1;
  EXPECT_EQ(load_le<std::uint16_t>(fraction, ntfs), kExtraNtfs);
  EXPECT_EQ(load_le<std::uint64_t>(fraction, ntfs + 12),
            (11'644'473'600U + 1704164646U) * 10'000'000U + 1'234'567U);

  entry.mtime = {std::time_t{1} << 33, 0};
  std::vector<std::byte> distant;
  append_central_record(distant, entry);
  EXPECT_EQ(distant.size(), whole.size() - 9 + 36);
}

TEST(CentralRecord, TakesTheNearestTimeForOneThatNoFieldHolds) {
  const auto ticks_of = [](std::time_t seconds) {
    Entry entry = sample("a");
    entry.mtime = {seconds, 0};
    std::vector<std::byte> record;
    append_central_record(record, entry);
    return load_le<std::uint64_t>(record, kCentralBytes + 1 + 12);
  };
  EXPECT_EQ(ticks_of(std::numeric_limits<std::time_t>::min()), 0U);
  EXPECT_EQ(ticks_of(std::numeric_limits<std::time_t>::max()), 18'446'744'073'690'000'000U);
}

TEST(EndRecords, GrowZip64From65535EntriesOn) {
  std::vector<std::byte> small;
  append_end_records(small, {65'534, 100, 200}, "hello");
  EXPECT_EQ(small.size(), kEndBytes + 5);
  EXPECT_EQ(load_le<std::uint16_t>(small, 10), 65'534U);
  EXPECT_EQ(load_le<std::uint16_t>(small, 20), 5U);

  std::vector<std::byte> large;
  append_end_records(large, {65'535, 100, 200}, "");
  ASSERT_EQ(large.size(), kZip64EndBytes + kZip64LocatorBytes + kEndBytes);
  EXPECT_EQ(load_le<std::uint64_t>(large, 32), 65'535U);
  EXPECT_EQ(load_le<std::uint64_t>(large, kZip64EndBytes + 8), 300U);
  EXPECT_EQ(load_le<std::uint16_t>(large, kZip64EndBytes + kZip64LocatorBytes + 10), kMax16);
}

TEST(SetName, FlagsUtf8OnlyWhereItMatters) {
  EXPECT_EQ(sample("plain").flags, 0);
  EXPECT_EQ(sample("gr\xc3\xbc\xc3\x9f").flags, kFlagUtf8);
  EXPECT_EQ(sample("latin1-\xfc").flags, 0);
}

}  // namespace
}  // namespace penstock::zip
