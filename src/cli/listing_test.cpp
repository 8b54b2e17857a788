#include "cli/listing.h"

#include <cstdlib>
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace penstock::cli {
namespace {

ListedEntry entry(std::string_view name) {
  ListedEntry e;
  e.name = name;
  e.bytes = 123456;
  e.compressed_bytes = 45678;
  e.mode = S_IFREG | 0644;
  e.mtime = {1717243445, 500'000'000};  // 2024-06-01 12:04:05.5 UTC
  e.method = "deflate";
  e.encryption = "AES-256";
  return e;
}

std::string row(const ListedEntry& e) {
  std::string out;
  Listing(false).append_row(out, e);
  return out;
}

TEST(Listing, RowHasModeSizesRatioMethodTimeAndName) {
  EXPECT_EQ(
      row(entry("a/b")),
      "-rw-r--r--       123456         45678    37.0  deflate+AES-256  2024-06-01 12:04  a/b\n");
}

TEST(Listing, ColumnsStandUnderTheirHeads) {
  const std::string head = Listing::header();
  const std::string line = row(entry("NAME"));
  EXPECT_EQ(head.find("name\n"), line.find("NAME"));
  EXPECT_EQ(head.find("size") + 4, line.find("123456") + 6);
  EXPECT_EQ(head.find("packed") + 6, line.find("45678") + 5);
  EXPECT_EQ(head.find("ratio") + 5, line.find("37.0") + 4);
  EXPECT_EQ(head.find("method"), line.find("deflate"));
}

TEST(Listing, HostileNamesAreQuotedInTheTable) {
  EXPECT_THAT(row(entry("a\x1b[2J\n")), testing::HasSubstr(R"("a\x1b[2J\n")"));
}

TEST(Listing, ShowsKindsAndMissingModes) {
  ListedEntry e = entry("x");
  e.kind = EntryKind::kDirectory;
  e.mode = S_IFDIR | 04755;
  EXPECT_EQ(mode_text(e), "drwxr-xr-x");
  e.kind = EntryKind::kSymlink;
  e.mode = 0;
  EXPECT_EQ(mode_text(e), "l?????????");
}

TEST(Listing, EmptyAndHugeRatiosKeepTheColumns) {
  ListedEntry e = entry("x");
  e.bytes = 0;
  EXPECT_EQ(row(e).find(" x\n"), row(entry("x")).find(" x\n"));
  e.bytes = 1;
  e.compressed_bytes = UINT64_MAX;
  EXPECT_THAT(row(e), testing::HasSubstr("999999.9"));
}

TEST(Listing, CachedTimesAreTheTimesThemselves) {
  const char* before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const char* zone :
       {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Africa/Monrovia"}) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    Listing lines(true);
    for (std::time_t t : {1717243445L, 1717243499L, 1717245299L, 1717246000L, 0L, -1L, -2000000000L,
                          -3601L, 1717243445L}) {
      ListedEntry e = entry("n");
      e.mtime = {t, 0};
      std::string out;
      lines.append_row(out, e);
      std::tm parts{};
      ::localtime_r(&t, &parts);
      char expected[32];
      std::strftime(expected, sizeof expected, "%Y-%m-%d %H:%M  n\n", &parts);
      EXPECT_THAT(out, testing::EndsWith(expected)) << zone << " " << t;
    }
  }
  if (before == nullptr)
    ::unsetenv("TZ");
  else
    ::setenv("TZ", kept.c_str(), 1);
  ::tzset();
}

TEST(Listing, JsonIsOneDocumentWithAnEntryALine) {
  Listing lines(false);
  std::string out = Listing::json_start("x.zip");
  lines.append_json(out, entry("a"));
  ListedEntry odd = entry("caf\xe9");
  odd.encryption = "";
  odd.mode = 0;
  lines.append_json(out, odd);
  ListReport report;
  report.entries = 2;
  out += Listing::json_end(report);
  EXPECT_EQ(out, R"({"type":"list","archive":"x.zip","entries":[)"
                 "\n"
                 R"({"name":"a","kind":"file","bytes":123456,"compressed_bytes":45678,"mode":420,)"
                 R"("mtime":"2024-06-01T12:04:05.500000000Z","method":"deflate","encrypted":true,)"
                 R"("encryption":"AES-256","crc":0,"supported":true},)"
                 "\n"
                 "{\"name\":\"caf\xef\xbf\xbd\",\"name_bytes\":\"Y2Fm6Q==\","
                 R"("kind":"file","bytes":123456,"compressed_bytes":45678,"mode":null,)"
                 R"("mtime":"2024-06-01T12:04:05.500000000Z","method":"deflate","encrypted":false,)"
                 R"("encryption":"","crc":0,"supported":true})"
                 "\n"
                 R"(],"totals":{"entries":2,"bytes":0,"compressed_bytes":0,"archive_bytes":0,)"
                 R"("encrypted":0,"prefix_bytes":0,"comment":""}})"
                 "\n");
}

TEST(Listing, TotalsQuoteTheComment) {
  ListReport report;
  report.entries = 70000;
  report.bytes = 2048;
  report.compressed_bytes = 1024;
  report.archive_bytes = 1100;
  report.comment = "hi\x1b";
  EXPECT_EQ(Listing::totals(report),
            "70,000 entries, 2.0 KiB, packed 1.0 KiB (50.0 %), archive 1.1 KiB\n"
            "comment: \"hi\\x1b\"\n");
}

}  // namespace
}  // namespace penstock::cli
