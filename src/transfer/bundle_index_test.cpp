#include "transfer/bundle_index.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock {
namespace {

using ::testing::HasSubstr;

BundleId bundle_id(unsigned char value) {
  BundleId id{};
  id.fill(std::byte{value});
  return id;
}

// Two files of a bundle, one of them taken over from another, and what it removes elsewhere.
class BundleIndexBytes : public ::testing::Test {
 protected:
  BundleIndexBytes() {
    name.order = 7;
    name.id = bundle_id(0xab);
    name.index_begin = 1000;
    files = {file("a.txt", {7, name.id, 0}, 40, 10), file("b/c", {3, bundle_id(1), 12}, 90, 0)};
    files[1].is_symlink = true;
    files[1].bytes = 5;
    removed = {{2, bundle_id(9), 4}, {2, bundle_id(9), 6}, {5, bundle_id(2), 0}};
  }

  static BundledFile file(const std::string& name, const BundledVersion& version,
                          std::uint32_t begin, std::uint32_t bytes) {
    BundledFile made;
    made.name = name;
    made.version = version;
    made.begin = begin;
    made.bytes = bytes;
    made.crc = 77;
    made.mtime = {-5, 999'999'999};
    made.mode = 0640;
    made.sha256.fill(std::byte{0x42});
    return made;
  }
  std::vector<std::byte> encoded() {
    name.index_bytes = static_cast<std::uint32_t>(bundle_index_bytes(name, files, removed));
    bundle_bytes = name.index_begin + std::uint64_t{name.index_bytes} + 100;
    return encode_bundle_index(name, bundle_bytes, files, removed);
  }
  // The message of the refusal.
  std::string refusal(const std::vector<std::byte>& index) const {
    const auto reader = BundleIndexReader::open(index, name, bundle_bytes);
    return reader ? "accepted" : reader.error().message;
  }
  // As encoded, but with one file as `change` makes it.
  template <class Change>
  std::string refusal_of_second(Change change) {
    change(files[1]);
    return refusal(encoded());
  }

  BundleName name;
  std::vector<BundledFile> files;
  std::vector<BundledVersion> removed;
  std::uint64_t bundle_bytes = 0;
};

TEST_F(BundleIndexBytes, TellWhatWasEncoded) {
  const std::vector<std::byte> index = encoded();
  ASSERT_EQ(index.size(), name.index_bytes);
  const auto reader = BundleIndexReader::open(index, name, bundle_bytes);
  ASSERT_TRUE(reader) << reader.error().message;
  std::vector<BundledFile> read;
  ASSERT_TRUE(reader->for_each_file([&](const BundledFile& one) {
    read.push_back(one);
    return Status();
  }));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].name, "a.txt");
  EXPECT_EQ(read[0].version, files[0].version);
  EXPECT_EQ(read[0].mtime.tv_sec, -5);
  EXPECT_EQ(read[0].mtime.tv_nsec, 999'999'999);
  EXPECT_EQ(read[0].mode, 0640);
  EXPECT_EQ(read[0].sha256, files[0].sha256);
  EXPECT_EQ(read[1].version, files[1].version);
  EXPECT_TRUE(read[1].is_symlink);
  std::vector<BundledVersion> gone;
  ASSERT_TRUE(reader->for_each_removed([&](const BundledVersion& one) {
    gone.push_back(one);
    return Status();
  }));
  EXPECT_EQ(gone, removed);
}

TEST_F(BundleIndexBytes, AreRefusedWhenAnyOfThemIsChanged) {
  const std::vector<std::byte> index = encoded();
  for (std::size_t at = 0; at < index.size(); ++at) {
    std::vector<std::byte> changed = index;
    changed[at] ^= std::byte{1};
    EXPECT_NE(refusal(changed), "accepted") << at;
  }
  for (std::size_t size = 0; size < index.size(); ++size)
    EXPECT_NE(refusal({index.begin(), index.begin() + static_cast<std::ptrdiff_t>(size)}),
              "accepted");
}

TEST_F(BundleIndexBytes, AreRefusedInAnotherBundle) {
  const std::vector<std::byte> index = encoded();
  name.id = bundle_id(1);
  EXPECT_THAT(refusal(index), HasSubstr("another bundle"));
}

// A maker who means ill can compute every checksum.
TEST_F(BundleIndexBytes, AreRefusedWithNamesThatLeadElsewhere) {
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = "../b"; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = "/b"; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = ""; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = "b/"; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = "a.txt"; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.name = "A"; }), "accepted");
}

TEST_F(BundleIndexBytes, AreRefusedWithFilesThatCannotLieThere) {
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.begin = 50; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.begin = 998; }), "accepted");
  EXPECT_NE(refusal_of_second([](BundledFile& one) {
              one.begin = 90;
              one.bytes = 0xffffffff;
            }),
            "accepted");
}

TEST_F(BundleIndexBytes, AreRefusedWithVersionsOfTheFuture) {
  EXPECT_NE(refusal_of_second([](BundledFile& one) { one.version.order = 7; }), "accepted");
  files[1].version.order = 3;
  removed.push_back({7, bundle_id(3), 0});
  EXPECT_NE(refusal(encoded()), "accepted");
}

TEST(BundleNames, AreReadAsTheyAreWritten) {
  BundleName name;
  name.order = 0x1234;
  name.id = bundle_id(0xfe);
  name.index_begin = 0x2000000;
  name.index_bytes = 0x10000;
  EXPECT_EQ(name.text(), "0000000000001234-fefefefefefefefefefefefefefefefe-02000000-00010000.zip");
  ASSERT_TRUE(BundleName::parse(name.text()));
  EXPECT_EQ(*BundleName::parse(name.text()), name);
}

TEST(BundleNames, OfAnyOtherFormAreNone) {
  for (const std::string_view text :
       {"", "a.zip", "0000000000001234-fefefefefefefefefefefefefefefefe-02000000-00010000.tar",
        "000000000000123G-fefefefefefefefefefefefefefefefe-02000000-00010000.zip",
        "0000000000001234-FEfefefefefefefefefefefefefefefe-02000000-00010000.zip",
        "ffffffffffffffff-fefefefefefefefefefefefefefefefe-02000000-00010000.zip",
        "0000000000001234-fefefefefefefefefefefefefefefefe-02000000-ffffffff.zip"})
    EXPECT_FALSE(BundleName::parse(text)) << text;
}

}  // namespace
}  // namespace penstock
