#include "archive/zip_writer.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "archive/zip_encode.h"

namespace penstock::zip {
namespace {

// A sink in memory that can be told to behave like a pipe.
class MemorySink final : public ByteSink {
 public:
  MemorySink(std::vector<std::byte>& out, bool can_patch) : out_(out), can_patch_(can_patch) {}
  Status write(Bytes data) override {
    append(out_, data);
    return {};
  }
  std::uint64_t position() const override { return out_.size(); }
  bool can_patch() const override { return can_patch_; }
  Status patch(std::uint64_t offset, Bytes data) override {
    std::ranges::copy(data, MutableBytes(out_).subspan(offset, data.size()).begin());
    return {};
  }
  Status rewind(std::uint64_t offset) override {
    out_.resize(offset);
    return {};
  }
  Status finish() override { return {}; }

 private:
  std::vector<std::byte>& out_;
  bool can_patch_;
};

Entry named(std::string name) {
  Entry entry;
  set_name(entry, std::move(name));
  entry.mtime = {1704164646, 0};
  return entry;
}

TEST(ZipWriter, PatchesSizesIntoTheHeaderWhereItCan) {
  std::vector<std::byte> out;
  ZipWriter zip(std::make_unique<MemorySink>(out, true));
  ASSERT_TRUE(zip.begin_entry(named("a"), 100));
  ASSERT_TRUE(zip.write_data(as_bytes("hello")));
  ASSERT_TRUE(zip.end_entry(0x1234, 5));
  EXPECT_EQ(load_le<std::uint32_t>(out, 14), 0x1234U);
  EXPECT_EQ(load_le<std::uint32_t>(out, 18), 5U);
  EXPECT_EQ(load_le<std::uint16_t>(out, 6) & kFlagDescriptor, 0);
}

TEST(ZipWriter, AppendsADescriptorOnAPipe) {
  std::vector<std::byte> out;
  ZipWriter zip(std::make_unique<MemorySink>(out, false));
  ASSERT_TRUE(zip.begin_entry(named("a"), 100));
  const std::size_t data = out.size();
  ASSERT_TRUE(zip.write_data(as_bytes("hello")));
  ASSERT_TRUE(zip.end_entry(0x1234, 5));
  EXPECT_NE(load_le<std::uint16_t>(out, 6) & kFlagDescriptor, 0);
  EXPECT_EQ(load_le<std::uint32_t>(out, data + 5), kDescriptorSignature);
  EXPECT_EQ(load_le<std::uint32_t>(out, data + 9), 0x1234U);
  EXPECT_EQ(out.size(), data + 5 + 16);
}

TEST(ZipWriter, AnAbandonedEntryLeavesNothingOrAGapWithoutARecord) {
  for (const bool can_patch : {true, false}) {
    std::vector<std::byte> out;
    ZipWriter zip(std::make_unique<MemorySink>(out, can_patch));
    ASSERT_TRUE(zip.begin_entry(named("gone"), 100));
    ASSERT_TRUE(zip.write_data(as_bytes("half of it")));
    ASSERT_TRUE(zip.abandon_entry());
    EXPECT_EQ(out.empty(), can_patch);
    ASSERT_TRUE(zip.finish(""));
    EXPECT_EQ(load_le<std::uint16_t>(out, out.size() - kEndBytes + 10), 0U);
  }
}

TEST(ZipWriter, MakesOffsetsOfEncodedEntriesAbsolute) {
  std::vector<std::byte> out;
  ZipWriter zip(std::make_unique<MemorySink>(out, true));
  ASSERT_TRUE(zip.begin_entry(named("first"), 100));
  ASSERT_TRUE(zip.end_entry(0, 0));
  const std::size_t base = out.size();
  std::vector<Entry> entries = {named("second")};
  std::vector<std::byte> data(local_header_bytes(entries[0], false));
  write_local_header(data, entries[0], false);
  ASSERT_TRUE(zip.add_encoded(entries, data));
  EXPECT_EQ(entries[0].local_offset, base);
}

}  // namespace
}  // namespace penstock::zip
