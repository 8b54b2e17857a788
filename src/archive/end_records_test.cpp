#include "archive/end_records.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "archive/test_zip.h"

namespace penstock::zip {
namespace {

using test::Buffer;
using test::set;
using test::TestZip;
using namespace std::string_literals;

Result<Directory> find(const Buffer& archive, bool lenient = false,
                       SerialObserver* notices = nullptr) {
  return find_directory(*make_memory_source(archive, "test.zip"), Judge(lenient, notices));
}

Code code_of(const Buffer& archive) {
  const auto found = find(archive);
  EXPECT_FALSE(found);
  return found ? Code::kInternal : found.error().code;
}

TestZip two_entries() {
  TestZip zip;
  zip.add({.name = "a", .content = "hello"}).add({.name = "b", .content = "world"});
  return zip;
}

TEST(EndRecords, FindTheDirectory) {
  const TestZip zip = two_entries();
  const auto found = find(zip.build({.comment = "hello"}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entries, 2U);
  EXPECT_EQ(found->offset, zip.position());
  EXPECT_EQ(found->prefix, 0U);
  EXPECT_EQ(found->comment, "hello");
}

TEST(EndRecords, AnEmptyArchiveIsOne) {
  const auto found = find(TestZip().build());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entries, 0U);
}

TEST(EndRecords, APrefixIsSeenAndSkipped) {
  for (const bool zip64 : {false, true}) {
    const auto found =
        find(two_entries().build({.zip64 = zip64, .prefix = std::string(1000, 'x')}));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->prefix, 1000U);
    EXPECT_EQ(found->offset, 1000 + two_entries().position());
  }
}

TEST(EndRecords, Zip64NumbersAreUsed) {
  const auto found = find(two_entries().build({.zip64 = true}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entries, 2U);
  EXPECT_EQ(found->offset, two_entries().position());
}

TEST(EndRecords, ZerosBehindTheArchiveArePadding) {
  for (const std::size_t zeros : {1U, 4096U, 10'240U, 65'600U, 500'000U, 1U << 20}) {
    for (const std::string& comment : {""s, "hello"s, std::string(65'535, 'c')}) {
      const auto found =
          find(two_entries().build({.comment = comment, .suffix = std::string(zeros, '\0')}));
      ASSERT_TRUE(found) << zeros << ": " << found.error().message;
      EXPECT_EQ(found->entries, 2U);
      EXPECT_EQ(found->comment, comment);
    }
  }
}

TEST(EndRecords, WhatIsNotAllZerosOrTooMuchIsNoPadding) {
  for (const std::size_t at : {0U, 5000U, 9999U, 99'999U}) {
    std::string suffix(100'000, '\0');
    suffix[at] = 'x';
    EXPECT_EQ(code_of(two_entries().build({.suffix = suffix})), Code::kCorrupt) << at;
  }
  EXPECT_EQ(code_of(two_entries().build({.suffix = std::string(2 << 20, '\0')})), Code::kCorrupt);
  EXPECT_EQ(code_of(Buffer(3 << 20)), Code::kCorrupt);
}

TEST(EndRecords, WhatIsNoArchiveIsSaidToBeNone) {
  const auto told = [](std::string_view text) {
    const Bytes bytes = as_bytes(text);
    const auto found = find(Buffer(bytes.begin(), bytes.end()));
    return found ? "" : found.error().message;
  };
  EXPECT_NE(told("").find("empty"), std::string::npos);
  EXPECT_NE(told("hello, I am a text").find("not a ZIP archive"), std::string::npos);
  EXPECT_NE(told("7z\xbc\xaf\x27\x1c and so on and so on").find("7z"), std::string::npos);
  EXPECT_NE(told("PK\x03\x04 and then nothing more").find("truncated"), std::string::npos);
}

TEST(EndRecords, EveryTruncationIsNoticed) {
  const Buffer whole = two_entries().build({.comment = "a comment", .zip64 = true});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(code_of(Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
              Code::kCorrupt)
        << size;
}

TEST(EndRecords, SomethingBehindTheArchiveIsRefusedUnlessLenient) {
  const Buffer archive = two_entries().build({.suffix = "something else"});
  EXPECT_EQ(code_of(archive), Code::kCorrupt);
  test::Told told;
  SerialObserver observer(told);
  const auto found = find(archive, true, &observer);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entries, 2U);
  EXPECT_EQ(told.notices.size(), 1U);
}

TEST(EndRecords, AnEndRecordInTheCommentIsRefused) {
  // Read from the back, the record in the comment is the end of an empty archive.
  const Buffer inner = TestZip().build();
  const std::string fake(as_text(inner));
  EXPECT_EQ(code_of(two_entries().build({.comment = fake})), Code::kUnsafe);
  EXPECT_EQ(code_of(two_entries().build({.comment = fake + "more"})), Code::kUnsafe);
  EXPECT_EQ(
      code_of(two_entries().build({.comment = "PK\x05\x06 is what they begin with, said he"})),
      Code::kUnsafe);
}

TEST(EndRecords, CountsAndPlacesThatCannotBeAreRefused) {
  EXPECT_EQ(code_of(two_entries().build({.edit_end = set<std::uint32_t>(12, 0x7fffffff)})),
            Code::kCorrupt);
  EXPECT_EQ(code_of(two_entries().build({.edit_end = set<std::uint32_t>(16, 0x7fffffff)})),
            Code::kCorrupt);
  EXPECT_EQ(code_of(two_entries().build({.edit_end =
                                             [](Buffer& record) {
                                               store_le<std::uint16_t>(record, 8, 60000);
                                               store_le<std::uint16_t>(record, 10, 60000);
                                             }})),
            Code::kCorrupt);
}

TEST(EndRecords, SplitArchivesAreUnsupported) {
  EXPECT_EQ(code_of(two_entries().build({.edit_end = set<std::uint16_t>(4, 1)})),
            Code::kUnsupported);
  EXPECT_EQ(code_of(two_entries().build({.edit_end = set<std::uint16_t>(6, 1)})),
            Code::kUnsupported);
  EXPECT_EQ(code_of(two_entries().build({.edit_end = set<std::uint16_t>(8, 1)})),
            Code::kUnsupported);
  EXPECT_EQ(
      code_of(two_entries().build({.zip64 = true, .edit_locator = set<std::uint32_t>(16, 2)})),
      Code::kUnsupported);
}

TEST(EndRecords, Zip64RecordsThatLieAreRefused) {
  const auto lie = [](std::size_t offset, std::uint64_t value) {
    return code_of(
        two_entries().build({.zip64 = true, .edit_zip64 = set<std::uint64_t>(offset, value)}));
  };
  EXPECT_EQ(lie(4, 45), Code::kCorrupt);
  EXPECT_EQ(lie(4, ~std::uint64_t{0}), Code::kCorrupt);
  EXPECT_EQ(lie(32, 1000), Code::kUnsupported);  // fewer here than in all: split
  EXPECT_EQ(lie(40, ~std::uint64_t{0}), Code::kCorrupt);
  EXPECT_EQ(lie(48, ~std::uint64_t{0}), Code::kCorrupt);
  EXPECT_EQ(lie(48, 1), Code::kCorrupt);
  EXPECT_EQ(code_of(two_entries().build(
                {.zip64 = true, .edit_locator = set<std::uint64_t>(8, ~std::uint64_t{0} - 3)})),
            Code::kCorrupt);
}

TEST(EndRecords, EndRecordAndZip64RecordMustAgree) {
  EXPECT_EQ(code_of(two_entries().build({.zip64 = true, .edit_end = set<std::uint16_t>(10, 1)})),
            Code::kCorrupt);
  EXPECT_EQ(code_of(two_entries().build({.zip64 = true, .edit_end = set<std::uint32_t>(16, 1)})),
            Code::kCorrupt);
}

TEST(EndRecords, ADirectoryAtTheDeclaredPlaceBesideAnotherIsRefused) {
  // The prefix is a whole archive; its directory lies where the second one's offset points without
  // it.
  const Buffer first = two_entries().build();
  EXPECT_EQ(code_of(two_entries().build({.prefix = std::string(as_text(first))})), Code::kUnsafe);
}

}  // namespace
}  // namespace penstock::zip
