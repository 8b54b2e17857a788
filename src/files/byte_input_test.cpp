#include "files/byte_input.h"

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

std::string read(ByteInput& input, std::size_t bytes) {
  std::string text(bytes, '\0');
  const auto got = input.read(std::as_writable_bytes(std::span(text)), {});
  EXPECT_TRUE(got) << got.error().message;
  text.resize(got ? *got : 0);
  return text;
}

TEST(PartInput, GivesItsPartAndNothingElse) {
  const std::string text = "0123456789";
  const auto source = make_memory_source(as_bytes(text), "memory");
  const auto input = make_part_input(*source, 2, 8);
  EXPECT_EQ(input->name(), "memory");
  EXPECT_EQ(read(*input, 4), "2345");
  EXPECT_EQ(read(*input, 0), "");
  EXPECT_EQ(read(*input, 4), "67");
  EXPECT_EQ(read(*input, 4), "");
}

TEST(PartInput, APartThatEndsBeforeItBeginsIsEmpty) {
  const auto source = make_memory_source(as_bytes("0123456789"), "memory");
  EXPECT_EQ(read(*make_part_input(*source, 5, 5), 4), "");
  EXPECT_EQ(read(*make_part_input(*source, 8, 2), 4), "");
}

TEST(PartInput, APartBeyondTheEndIsDamage) {
  const auto source = make_memory_source(as_bytes("0123456789"), "memory");
  const auto input = make_part_input(*source, 8, 11);
  std::array<std::byte, 4> out{};
  const auto got = input->read(out, {});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kCorrupt);
}

TEST(FdInput, FillsWhatItIsGivenToTheEndOfTheFile) {
  const TestDirectory directory;
  directory.file("a", "0123456789");
  const UniqueFd fd(::open((directory / "a").c_str(), O_RDONLY | O_CLOEXEC));
  const auto input = make_fd_input(fd.get(), "a");
  EXPECT_EQ(input->name(), "a");
  EXPECT_EQ(read(*input, 4), "0123");
  EXPECT_EQ(read(*input, 100), "456789");
  EXPECT_EQ(read(*input, 100), "");
}

TEST(FdInput, WaitsForAllThatAPipeIsToGive) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const std::jthread writer([writing = UniqueFd(ends[1])] {
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(write_full(writing.get(), as_bytes("abc"), "write"));
  });
  const auto input = make_fd_input(reading.get(), "pipe");
  EXPECT_EQ(read(*input, 2999).size(), 2999U);
  EXPECT_EQ(read(*input, 100), "c");
}

TEST(FdInput, AStopEndsAWait) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  const auto input = make_fd_input(reading.get(), "pipe");
  std::array<std::byte, 4> out{};
  // Each call heeds the stop that it is given.
  for (int round = 0; round < 2; ++round) {
    std::stop_source stop;
    const std::jthread later([&] { stop.request_stop(); });
    const auto got = input->read(out, stop.get_token());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Code::kCancelled);
    EXPECT_EQ(got.error().message, "read pipe: cancelled");
  }
}

TEST(FdInput, AnErrorNamesWhatWasRead) {
  const TestDirectory directory;
  const UniqueFd fd(::open(directory.path().c_str(), O_RDONLY | O_CLOEXEC));
  std::array<std::byte, 4> out{};
  const auto got = make_fd_input(fd.get(), "the directory")->read(out, {});
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("read the directory: "), std::string::npos);
}

}  // namespace
}  // namespace penstock
