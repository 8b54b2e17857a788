#include "archive/zip_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "archive/test_zip.h"
#include "archive/unpack_source.h"
#include "codec/crc32.h"

namespace penstock::zip {
namespace {

using test::Buffer;
using test::set;
using test::TestEntry;
using test::TestZip;

Result<std::vector<Entry>> entries(const Buffer& archive, bool lenient = false) {
  const auto source = make_memory_source(archive, "test.zip");
  const Judge judge(lenient, nullptr);
  PENSTOCK_TRY(const Directory directory, find_directory(*source, judge));
  CentralCursor cursor(*source, directory, judge);
  std::vector<Entry> all;
  for (Entry entry;;) {
    PENSTOCK_TRY(const bool more, cursor.next(entry));
    if (!more) return all;
    all.push_back(entry);
  }
}

// Of an archive with this entry alone, wherever it is noticed.
Code refusal(const TestEntry& entry) {
  test::Told told;
  Progress progress;
  UnpackOptions options;
  const Secret password(std::string("secret"));
  options.password = &password;
  options.threads = 1;
  const Buffer archive = TestZip().add(entry).build();
  const auto done =
      verify_source(*make_memory_source(archive, "test.zip"), options, told, progress, {});
  if (!done) return done.error().code;
  return done->damage ? done->damage->code : Code::kInternal;
}

TEST(ZipReader, ReadsWhatEntriesAre) {
  const auto found =
      entries(TestZip()
                  .add({.name = "file", .content = "hello", .mode = 0100750})
                  .add({.name = "dir/", .mode = 040755})
                  .add({.name = "link", .content = "file", .mode = 0120777})
                  .add({.name = "aes", .content = "x", .aes = AesInfo{1, AesStrength::k128}})
                  .build());
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 4U);
  EXPECT_EQ((*found)[0].uncompressed_bytes, 5U);
  EXPECT_EQ((*found)[0].unix_mode(), 0100750U);
  EXPECT_EQ((*found)[0].mtime.tv_sec, 315532800);  // 1980-01-01
  EXPECT_EQ(kind_of((*found)[0]), EntryKind::kFile);
  EXPECT_EQ(kind_of((*found)[1]), EntryKind::kDirectory);
  EXPECT_EQ(kind_of((*found)[2]), EntryKind::kSymlink);
  EXPECT_EQ(encryption_name((*found)[3]), "AES-128");
  EXPECT_EQ((*found)[3].method, kMethodStore);
}

Buffer extra_field(std::uint16_t id, const Buffer& data) {
  Buffer field;
  append_le<std::uint16_t>(field, id);
  append_le<std::uint16_t>(field, static_cast<std::uint16_t>(data.size()));
  append(field, data);
  return field;
}

// Appends an extra field to a central header (whose extra length is at 30).
test::Edit with_central_extra(const Buffer& field, test::Edit also = {}) {
  return [=](Buffer& header) {
    const auto old = load_le<std::uint16_t>(header, 30);
    store_le<std::uint16_t>(header, 30, static_cast<std::uint16_t>(old + field.size()));
    append(header, field);
    if (also) also(header);
  };
}

Buffer numbers(const std::vector<std::uint64_t>& values) {
  Buffer data;
  for (const std::uint64_t value : values) append_le<std::uint64_t>(data, value);
  return data;
}

TEST(ZipReader, ModificationTimesComeFromTheBestField) {
  Buffer ut{std::byte{1}};
  append_le<std::uint32_t>(ut, 1'000'000'000);
  Buffer ntfs(4);
  append_le<std::uint16_t>(ntfs, 1);
  append_le<std::uint16_t>(ntfs, 24);
  append(ntfs, numbers({(std::uint64_t{11'644'473'600} + 1'000'000'001) * 10'000'000 + 5, 0, 0}));
  const auto found = entries(
      TestZip()
          .add({.name = "ut", .edit_central = with_central_extra(extra_field(kExtraTime, ut))})
          .add(
              {.name = "both",
               .edit_central = with_central_extra(
                   extra_field(kExtraTime, ut), with_central_extra(extra_field(kExtraNtfs, ntfs)))})
          .build());
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)[0].mtime.tv_sec, 1'000'000'000);
  EXPECT_EQ((*found)[1].mtime.tv_sec, 1'000'000'001);
  EXPECT_EQ((*found)[1].mtime.tv_nsec, 500);
}

TEST(ZipReader, Zip64FieldsHoldWhatDoesNotFit) {
  const auto wide = [](std::vector<std::uint64_t> values, test::Edit also) {
    return entries(TestZip()
                       .add({.name = "a",
                             .content = "hello",
                             .edit_central = with_central_extra(
                                 extra_field(kExtraZip64, numbers(values)), std::move(also))})
                       .build());
  };
  const auto one = wide({5}, set<std::uint32_t>(24, kMax32));
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ((*one)[0].uncompressed_bytes, 5U);
  const auto all = wide({5, 5, 0}, set<std::uint32_t>(24, kMax32));  // more than needed, but true
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_FALSE(wide({5, 6, 0}, set<std::uint32_t>(24, kMax32)));
  EXPECT_FALSE(wide({}, set<std::uint32_t>(24, kMax32)));
  EXPECT_FALSE(wide({5}, [](Buffer& header) {
    store_le<std::uint32_t>(header, 20, kMax32);
    store_le<std::uint32_t>(header, 24, kMax32);
  }));
  EXPECT_FALSE(wide({std::uint64_t{1} << 62}, set<std::uint32_t>(24, kMax32)));
  EXPECT_FALSE(wide({~std::uint64_t{0}}, set<std::uint32_t>(42, kMax32)));
}

TEST(ZipReader, TheNumberOfEntriesMustBeExact) {
  const auto with_count = [](std::uint16_t count) {
    return entries(
        TestZip().add({.name = "a"}).add({.name = "b"}).build({.edit_end = [count](Buffer& record) {
          store_le<std::uint16_t>(record, 8, count);
          store_le<std::uint16_t>(record, 10, count);
        }}));
  };
  EXPECT_TRUE(with_count(2));
  EXPECT_FALSE(with_count(0));
  EXPECT_FALSE(with_count(1));
  EXPECT_FALSE(with_count(3));
}

TEST(ZipReader, AUnicodePathThatIsAnotherNameIsRefused) {
  const auto with = [](std::string_view header_name, std::string_view path) {
    Buffer field;
    append_le<std::uint8_t>(field, 1);
    append_le<std::uint32_t>(field, crc32(0, as_bytes(header_name)));
    append(field, as_bytes(path));
    return entries(
        TestZip()
            .add({.name = "a",
                  .edit_central = with_central_extra(extra_field(kExtraUnicodePath, field))})
            .build());
  };
  const auto refused = with("a", "evil");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnsafe);
  EXPECT_TRUE(with("a", "a"));
  EXPECT_TRUE(with("older name", "evil")) << "made for another name: it does not count";
}

TEST(ZipReader, MalformedExtraFieldsAreRefusedAndPaddingIsNot) {
  const auto with = [](const Buffer& extra) {
    return entries(TestZip().add({.name = "a", .edit_central = with_central_extra(extra)}).build());
  };
  EXPECT_TRUE(with(Buffer(3)));
  EXPECT_TRUE(with(Buffer(16)));
  EXPECT_TRUE(with(extra_field(0x7777, Buffer(8000, std::byte{1}))));
  EXPECT_FALSE(with(Buffer(3, std::byte{1})));
  EXPECT_FALSE(with(Buffer{std::byte{1}, std::byte{2}, std::byte{9}, std::byte{0}}));
  Buffer twice = extra_field(kExtraZip64, {});
  append(twice, extra_field(kExtraZip64, {}));
  EXPECT_FALSE(with(twice));
}

TEST(ZipReader, UnsupportedEntriesAreRefusedByName) {
  const auto told = [](std::uint16_t method, std::uint16_t flags) {
    const auto found =
        entries(TestZip().add({.name = "a", .method = method, .flags = flags}).build());
    EXPECT_TRUE(found);
    const Status supported = check_supported(found->front());
    EXPECT_FALSE(supported);
    EXPECT_EQ(supported.error().code, Code::kUnsupported);
    return supported.error().message;
  };
  EXPECT_NE(told(9, 0).find("deflate64"), std::string::npos);
  EXPECT_NE(told(12, 0).find("bzip2"), std::string::npos);
  EXPECT_NE(told(14, 0).find("lzma"), std::string::npos);
  EXPECT_NE(told(95, 0).find("xz"), std::string::npos);
  EXPECT_NE(told(98, 0).find("ppmd"), std::string::npos);
  EXPECT_NE(told(77, 0).find("method 77"), std::string::npos);
  EXPECT_NE(told(8, kFlagEncrypted).find("ZipCrypto"), std::string::npos);
  EXPECT_NE(told(8, kFlagEncrypted | kFlagStrongEncryption).find("PKWARE"), std::string::npos);
  EXPECT_NE(told(8, kFlagMaskedHeaders).find("PKWARE"), std::string::npos);
}

TEST(ZipReader, AesFieldsMustMakeSense) {
  const TestEntry good{.name = "a", .content = "hello", .aes = AesInfo{}};
  const auto edited = [&](std::size_t offset, std::uint8_t value) {
    TestEntry entry = good;
    // The field begins behind 46 bytes, the name and the field's own head of 4.
    entry.edit_central = set<std::uint8_t>(46 + 1 + 4 + offset, value);
    return refusal(entry);
  };
  EXPECT_EQ(edited(0, 1), Code::kCorrupt);      // AE-1 here, AE-2 in the local header
  EXPECT_EQ(edited(0, 3), Code::kUnsupported);  // AE-3
  EXPECT_EQ(edited(2, 'B'), Code::kCorrupt);
  EXPECT_EQ(edited(4, 0), Code::kCorrupt);
  EXPECT_EQ(edited(4, 4), Code::kCorrupt);
  EXPECT_EQ(edited(4, 1), Code::kCorrupt);  // another strength than in the local header
  EXPECT_EQ(edited(5, 99), Code::kCorrupt);
  EXPECT_EQ(edited(5, 8), Code::kCorrupt);  // another method than in the local header
  TestEntry plain = good;
  plain.edit_central = set<std::uint16_t>(8, 0);  // not encrypted, says the flag
  EXPECT_EQ(refusal(plain), Code::kCorrupt);
  TestEntry crc = good;
  crc.edit_central = set<std::uint32_t>(16, 1);
  EXPECT_EQ(refusal(crc), Code::kCorrupt);
}

TEST(ZipReader, LocalAndCentralMustAgree) {
  const auto edited = [](test::Edit edit) {
    return refusal({.name = "a", .content = "hello", .edit_local = std::move(edit)});
  };
  EXPECT_EQ(edited(set<std::uint32_t>(0, 0)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint16_t>(6, kFlagUtf8)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint16_t>(6, kFlagEncrypted)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint16_t>(8, kMethodDeflate)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint32_t>(14, 1)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint32_t>(18, 4)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint32_t>(22, 4)), Code::kCorrupt);
  EXPECT_EQ(edited(set<char>(30, 'b')), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint16_t>(26, 0)), Code::kCorrupt);
  EXPECT_EQ(edited(set<std::uint16_t>(28, 0xffff)), Code::kCorrupt);
}

TEST(ZipReader, DescriptorsOfAllFormsAreRead) {
  const auto with = [](test::Edit edit) {
    test::Told told;
    Progress progress;
    UnpackOptions options;
    options.threads = 1;
    const Buffer archive = TestZip()
                               .add({.name = "a",
                                     .content = "hello",
                                     .flags = kFlagDescriptor,
                                     .edit_descriptor = std::move(edit)})
                               .add({.name = "b", .content = "more"})
                               .build();
    return verify_source(*make_memory_source(archive, "test.zip"), options, told, progress, {});
  };
  const auto widen = [](Buffer& descriptor) {
    Buffer wide(descriptor.begin(), descriptor.end() - 8);
    append(wide, numbers({5, 5}));
    descriptor = wide;
  };
  const auto drop_signature = [](Buffer& descriptor) {
    descriptor.erase(descriptor.begin(), descriptor.begin() + 4);
  };
  EXPECT_TRUE(with({}));
  EXPECT_TRUE(with(drop_signature));
  EXPECT_TRUE(with(widen));
  EXPECT_TRUE(with([&](Buffer& descriptor) {
    widen(descriptor);
    drop_signature(descriptor);
  }));
  EXPECT_FALSE(with(set<std::uint32_t>(4, 1)));
  EXPECT_FALSE(with(set<std::uint32_t>(8, 1)));
  EXPECT_FALSE(with(set<std::uint32_t>(12, 1)));
  EXPECT_FALSE(with([](Buffer& descriptor) { descriptor.clear(); }));
}

TEST(ZipReader, NameAndModeMustAgreeAboutDirectories) {
  EXPECT_EQ(refusal({.name = "a/", .mode = 0100644}), Code::kCorrupt);
  EXPECT_EQ(refusal({.name = "a", .mode = 040755}), Code::kCorrupt);
  EXPECT_EQ(refusal({.name = "a/", .content = "x", .mode = 040755}), Code::kCorrupt);
  EXPECT_EQ(refusal({.name = "a/", .content = "x", .mode = 040755, .aes = AesInfo{}}),
            Code::kCorrupt);
  EXPECT_EQ(refusal({.name = "a/", .mode = 040755, .flags = kFlagEncrypted}), Code::kUnsupported);
}

// Info-ZIP gives what it reads from standard input the mode of that pipe or socket.
TEST(ZipReader, APipeOrSocketWithContentIsAFile) {
  for (const std::uint32_t type : {010000U, 0140000U}) {
    const auto found = entries(TestZip().add({.content = "x", .mode = type | 0640U}).build());
    ASSERT_TRUE(found);
    EXPECT_EQ(kind_of(found->front()), EntryKind::kFile) << type;
  }
  for (const std::uint32_t type : {020000U, 060000U})
    EXPECT_EQ(refusal({.name = "a", .content = "x", .mode = type | 0644U}), Code::kUnsafe) << type;
}

TEST(ZipReader, DevicesPipesAndSocketsAreRefused) {
  for (const std::uint32_t type : {010000U, 020000U, 060000U, 0140000U})
    EXPECT_EQ(refusal({.name = "a", .mode = type | 0644U}), Code::kUnsafe) << type;
}

}  // namespace
}  // namespace penstock::zip
