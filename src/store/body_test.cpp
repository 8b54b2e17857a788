#include "store/body.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

UniqueFd open_file(const TestDirectory& directory, const char* name) {
  return UniqueFd(open((directory / name).c_str(), O_RDONLY | O_CLOEXEC));
}

std::string read_all(Body& body, std::size_t piece_bytes) {
  std::string text;
  std::vector<std::byte> piece(piece_bytes);
  while (true) {
    auto got = body.read(piece);
    if (!got) return std::string(name(got.error().code)) + ": " + got.error().message;
    if (*got == 0) return text;
    text += as_text(Bytes(piece).first(*got));
  }
}

TEST(FileBody, GivesItsPartOfTheFileAgainAndAgain) {
  const TestDirectory directory;
  directory.file("f", "0123456789");
  const UniqueFd file = open_file(directory, "f");
  const auto body = make_file_body(file.get(), 2, 5, "f");
  EXPECT_EQ(body->size(), 5U);
  EXPECT_EQ(read_all(*body, 3), "23456");
  ASSERT_TRUE(body->rewind());
  EXPECT_EQ(read_all(*body, 100), "23456");
}

TEST(FileBody, ItsDigestIsOfItsPartAndRewinds) {
  const TestDirectory directory;
  directory.file("f", "0123456789");
  const UniqueFd file = open_file(directory, "f");
  const auto body = make_file_body(file.get(), 2, 5, "f");
  EXPECT_EQ(*body->sha256(), *sha256(as_bytes("23456")));
  EXPECT_EQ(read_all(*body, 100), "23456");
}

TEST(FileBody, AShorterFileIsChanged) {
  const TestDirectory directory;
  directory.file("f", "0123456789");
  const UniqueFd file = open_file(directory, "f");
  const auto body = make_file_body(file.get(), 0, 11, "f");
  EXPECT_EQ(read_all(*body, 100), "changed: read f: the file changed meanwhile");
}

TEST(FileBody, AFileThatChangesWhileItIsReadIsChanged) {
  const TestDirectory directory;
  directory.file("f", "0123456789");
  const UniqueFd file = open_file(directory, "f");
  const auto body = make_file_body(file.get(), 0, 10, "f");
  std::array<std::byte, 5> piece{};
  ASSERT_TRUE(body->read(piece));
  directory.file("f", "9876543210, and more");
  EXPECT_EQ(read_all(*body, 100), "changed: read f: the file changed meanwhile");
}

TEST(FileBody, AFileThatChangesBetweenTwoAttemptsIsChanged) {
  const TestDirectory directory;
  directory.file("f", "0123456789");
  const UniqueFd file = open_file(directory, "f");
  const auto body = make_file_body(file.get(), 0, 10, "f");
  EXPECT_EQ(read_all(*body, 100), "0123456789");
  directory.file("f", "9876543210, and more");
  ASSERT_TRUE(body->rewind());
  EXPECT_EQ(read_all(*body, 100), "changed: read f: the file changed meanwhile");
}

TEST(MemoryBody, KeepsTheDigestThatWasGiven) {
  const Sha256Digest given{std::byte{7}};
  const auto body = make_memory_body(as_bytes("abc"), given);
  EXPECT_EQ(*body->sha256(), given);
  EXPECT_EQ(as_text(*body->whole()), "abc");
  EXPECT_EQ(*make_memory_body(as_bytes("abc"))->sha256(), *sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace penstock
