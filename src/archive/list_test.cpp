#include "penstock/list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "archive/list_source.h"
#include "archive/test_zip.h"

namespace penstock::zip {
namespace {

using test::Buffer;
using test::TestZip;

Result<ListReport> list_all(const Buffer& archive, std::vector<std::string>& lines) {
  test::Told told;
  return list_source(*make_memory_source(archive, "test.zip"), false, told,
                     [&](const ListedEntry& entry) -> Status {
                       lines.push_back(std::string(entry.name) + " " + std::to_string(entry.bytes) +
                                       " " + std::string(entry.method) + " " +
                                       std::string(entry.encryption) +
                                       (entry.supported ? "" : " unsupported"));
                       return {};
                     });
}

TEST(List, TellsEveryEntryInOrderAndWhetherItIsRead) {
  std::vector<std::string> lines;
  const auto report =
      list_all(TestZip()
                   .add({.name = "b", .content = "hello"})
                   .add({.name = "a", .content = "x", .aes = AesInfo{2, AesStrength::k192}})
                   .add({.name = "z", .content = "x", .method = 12})
                   .add({.name = "c", .content = "x", .flags = kFlagEncrypted})
                   .add({.name = "../evil", .content = "x"})
                   .add({.name = "pipe", .mode = 010644})
                   .build({.comment = "hi", .prefix = "stub"}),
               lines);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(lines,
            (std::vector<std::string>{"b 5 store ", "a 1 store AES-192", "z 1 bzip2  unsupported",
                                      "c 1 store ZipCrypto unsupported", "../evil 1 store ",
                                      "pipe 0 store  unsupported"}));
  EXPECT_EQ(report->entries, 6U);
  EXPECT_EQ(report->encrypted, 2U);
  EXPECT_EQ(report->bytes, 9U);
  EXPECT_EQ(report->prefix_bytes, 4U);
  EXPECT_EQ(report->comment, "hi");
}

TEST(List, AFailureOfTheCallerEndsIt) {
  test::Told told;
  int seen = 0;
  const Buffer archive = TestZip().add({.name = "a"}).add({.name = "b"}).build();
  const auto report = list_source(*make_memory_source(archive, "test.zip"), false, told,
                                  [&](const ListedEntry&) -> Status {
                                    ++seen;
                                    return fail(Code::kIo, "no room on the screen");
                                  });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kIo);
  EXPECT_EQ(seen, 1);
}

TEST(List, AMissingArchiveIsNotFound) {
  test::Told told;
  const auto report =
      list({.archive = "/nonexistent/x.zip"}, told, [](const ListedEntry&) { return Status{}; });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace penstock::zip
