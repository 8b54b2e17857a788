#include "chunks/file_ends.h"

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/test_directory.h"

namespace penstock {
namespace {

Code refused(const std::string& path) {
  const auto end = InputEnd::open(path);
  EXPECT_FALSE(end);
  return end ? Code::kInternal : end.error().code;
}

Result<std::unique_ptr<ByteSink>> open_output(const std::string& path, bool replace,
                                              const InputEnd& input, bool devices = true) {
  return open_output_end({.input = input.shown(),
                          .output = path,
                          .replace = replace,
                          .remove_input = false,
                          .write_into_devices = devices},
                         input, {});
}

Code output_refused(const std::string& path, const InputEnd& input, bool replace = true,
                    bool devices = true) {
  const auto sink = open_output(path, replace, input, devices);
  EXPECT_FALSE(sink) << path;
  return sink ? Code::kInternal : sink.error().code;
}

struct AFile {
  TestDirectory directory;
  std::string path = directory / "in";

  AFile() { directory.file("in", "contents"); }
  InputEnd open() const { return *InputEnd::open(path); }
};

TEST(InputEnd, IsAFileAndNothingElse) {
  const TestDirectory directory;
  directory.directory("d");
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(refused(directory / "none"), Code::kNotFound);
  EXPECT_EQ(refused(directory / "d"), Code::kInvalid);
  EXPECT_EQ(refused(directory / "pipe"), Code::kUnsupported) << "and it does not wait for a writer";
  EXPECT_EQ(refused("/dev/null"), Code::kUnsupported);
}

TEST(InputEnd, GivesWhatTheFileHolds) {
  const AFile file;
  InputEnd end = file.open();
  EXPECT_EQ(end.shown(), file.path);
  std::array<std::byte, 20> out{};
  EXPECT_EQ(*end.bytes().read(out, {}), 8U);
  EXPECT_EQ(as_text(Bytes(out).first(8)), "contents");
}

TEST(InputEnd, TellsModeAndTimeWithoutSetIdBits) {
  const AFile file;
  ASSERT_EQ(::chmod(file.path.c_str(), 04751), 0);
  const std::array<timespec, 2> times{timespec{1, 2}, timespec{12345, 678}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.path.c_str(), times.data(), 0), 0);
  const auto marks = file.open().marks();
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->mode, 0751U);
  EXPECT_EQ(marks->mtime.tv_sec, 12345);
  EXPECT_EQ(marks->mtime.tv_nsec, 678);
}

TEST(InputEnd, NoticesThatItChanged) {
  const AFile file;
  const InputEnd end = file.open();
  EXPECT_TRUE(end.check_unchanged());
  std::ofstream(file.path, std::ios::app) << "!";
  const Status changed = end.check_unchanged();
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Code::kChanged);
}

TEST(InputEnd, NoticesAChangeThatHidesItself) {
  const AFile file;
  const InputEnd end = file.open();
  struct stat before {};
  ASSERT_EQ(::stat(file.path.c_str(), &before), 0);
  // The kernel's clock for files stands still for some milliseconds.
  struct stat now = before;
  while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
         now.st_ctim.tv_nsec == before.st_ctim.tv_nsec) {
    file.directory.file("in", "CONTENTS");
    const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.path.c_str(), times.data(), 0), 0);
    ASSERT_EQ(::stat(file.path.c_str(), &now), 0);
  }
  EXPECT_FALSE(end.check_unchanged());
}

TEST(InputEnd, RemovesItsNameAndOnlyIts) {
  const AFile file;
  EXPECT_TRUE(file.open().remove());
  EXPECT_FALSE(file.directory.has("in"));
}

TEST(InputEnd, KeepsAFileThatChanged) {
  const AFile file;
  const InputEnd end = file.open();
  std::ofstream(file.path, std::ios::app) << "!";
  EXPECT_EQ(end.remove().error().code, Code::kChanged);
  EXPECT_TRUE(file.directory.has("in"));
}

TEST(InputEnd, KeepsALinkAndWhatItLeadsTo) {
  const AFile file;
  file.directory.link("link", "in");
  const InputEnd end = *InputEnd::open(file.directory / "link");
  EXPECT_EQ(end.remove().error().code, Code::kChanged);
  EXPECT_EQ(file.directory.names(), (std::vector<std::string>{"in", "link"}));
}

TEST(InputEnd, KeepsAnotherFileThatHasItsNameNow) {
  const AFile file;
  file.directory.file("other", "contents");
  const InputEnd end = file.open();
  std::filesystem::rename(file.directory / "other", file.path);
  EXPECT_EQ(end.remove().error().code, Code::kChanged);
  EXPECT_TRUE(file.directory.has("in"));
}

TEST(OutputEnd, IsNeverTheInput) {
  const AFile file;
  file.directory.link("link", "in");
  std::filesystem::create_hard_link(file.path, file.directory / "hard");
  const InputEnd input = file.open();
  for (const char* name : {"in", "link", "hard", "./in"})
    EXPECT_EQ(output_refused(file.directory / name, input), Code::kInvalid);
  EXPECT_EQ(file.directory.read("in"), "contents");
}

TEST(OutputEnd, AMissingDirectoryIsWrongUseAndNoMissingInput) {
  const AFile file;
  EXPECT_EQ(output_refused(file.directory / "none/out", file.open()), Code::kInvalid);
}

TEST(OutputEnd, ReplacesOnlyWhenTold) {
  const AFile file;
  file.directory.file("out", "old");
  const InputEnd input = file.open();
  output_refused(file.directory / "out", input, false);
  EXPECT_EQ(file.directory.read("out"), "old");
  const auto sink = open_output(file.directory / "out", true, input);
  ASSERT_TRUE(sink);
  ASSERT_TRUE((*sink)->write(as_bytes("new")));
  EXPECT_EQ(file.directory.read("out"), "old") << "until it is complete";
  ASSERT_TRUE((*sink)->finish());
  EXPECT_EQ(file.directory.read("out"), "new");
}

TEST(OutputEnd, AFileTakesOverModeAndTime) {
  const AFile file;
  ASSERT_EQ(::chmod(file.path.c_str(), 0640), 0);
  const auto sink = open_output(file.directory / "out", false, file.open());
  ASSERT_TRUE(sink);
  ASSERT_TRUE((*sink)->finish());
  struct stat in {};
  struct stat out {};
  ASSERT_EQ(::stat(file.path.c_str(), &in), 0);
  ASSERT_EQ(::stat((file.directory / "out").c_str(), &out), 0);
  EXPECT_EQ(out.st_mode & 07777U, 0640U);
  EXPECT_EQ(out.st_mtim.tv_sec, in.st_mtim.tv_sec);
  EXPECT_EQ(out.st_mtim.tv_nsec, in.st_mtim.tv_nsec);
}

TEST(OutputEnd, IsWrittenIntoWhereItIsAPipeOrADevice) {
  const AFile file;
  const std::string pipe = file.directory / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  file.directory.link("way", "pipe");
  file.directory.link("null", "/dev/null");
  const UniqueFd reading(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const InputEnd input = file.open();
  for (const std::string& path : {pipe, file.directory / "way", file.directory / "null"}) {
    const auto sink = open_output(path, true, input);
    ASSERT_TRUE(sink) << sink.error().message;
    EXPECT_TRUE((*sink)->write(as_bytes("abc")));
    EXPECT_TRUE((*sink)->finish());
  }
  std::array<std::byte, 10> got{};
  EXPECT_EQ(*read_full(reading.get(), got, "read"), 6U);
  EXPECT_EQ(as_text(Bytes(got).first(6)), "abcabc");
  for (const char* name : {"pipe", "way", "null"})
    EXPECT_EQ(output_refused(file.directory / name, input, true, false), Code::kInvalid);
  EXPECT_EQ(file.directory.names(), (std::vector<std::string>{"in", "null", "pipe", "way"}));
}

TEST(OutputEnd, WithoutANameAllIsTakenAndNothingKept) {
  const AFile file;
  const auto sink = open_output("", false, file.open());
  ASSERT_TRUE(sink);
  EXPECT_TRUE((*sink)->write(as_bytes("abc")));
  EXPECT_TRUE((*sink)->write(as_bytes("de")));
  EXPECT_EQ((*sink)->position(), 5U);
  EXPECT_FALSE((*sink)->can_patch());
  EXPECT_TRUE((*sink)->finish());
  EXPECT_EQ(file.directory.names(), std::vector<std::string>{"in"});
}

}  // namespace
}  // namespace penstock
