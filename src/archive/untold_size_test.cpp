#include "archive/untold_size.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/test_directory.h"

namespace penstock::zip {
namespace {

// An item that told 0 bytes when the walk saw it.
WalkItem item_of(const std::string& directory, const std::string& name) {
  WalkItem item;
  item.root = std::make_shared<SafeDir>(*SafeDir::open(directory));
  item.path = item.name = item.shown = name;
  return item;
}

TEST(UntoldSize, AnEmptyFileIsEmpty) {
  const TestDirectory directory;
  directory.file("a");
  const auto file = read_untold_size(item_of(directory.path(), "a"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->bytes, 0U);
  EXPECT_FALSE(file->spool);
}

TEST(UntoldSize, WhatReadingGivesIsCounted) {
  const auto file = read_untold_size(item_of("/proc/self", "stat"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_GT(file->bytes, 20U);
  EXPECT_FALSE(file->spool);
}

// One that tells its size by now needs no copy, however big it is.
TEST(UntoldSize, AFileThatGrewSinceTheWalkIsLikeAnyOther) {
  const TestDirectory directory;
  directory.file("a");
  for (const std::uint64_t bytes : {std::uint64_t{2} << 20, kMostUntoldBytes + 1}) {
    std::filesystem::resize_file(directory / "a", bytes);
    const auto file = read_untold_size(item_of(directory.path(), "a"));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->bytes, bytes);
    EXPECT_FALSE(file->spool);
  }
}

TEST(UntoldSize, WhatTookTheFilesPlaceIsNotRead) {
  const TestDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const auto fifo = read_untold_size(item_of(directory.path(), "fifo"));
  ASSERT_FALSE(fifo);
  EXPECT_EQ(fifo.error().code, Code::kChanged);
  const auto device = read_untold_size(item_of("/dev", "zero"));
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, Code::kChanged);
  EXPECT_NE(device.error().message.find("zero"), std::string::npos);
}

}  // namespace
}  // namespace penstock::zip
