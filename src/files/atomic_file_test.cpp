#include "files/atomic_file.h"

#include <csignal>
#include <functional>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "files/kernel_features.h"
#include "files/test_directory.h"
#include "files/unprivileged.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;

Status write_text(const AtomicFile& file, std::string_view text) {
  return write_full(file.fd(), as_bytes(text), "write test");
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

// Every promise holds with unnamed files and with hidden temporary names.
class AtomicFileTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { kernel_features().unnamed_files = GetParam(); }
  void TearDown() override { kernel_features().unnamed_files = true; }

  TestDirectory dir_;
};

INSTANTIATE_TEST_SUITE_P(Ways, AtomicFileTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Unnamed" : "HiddenName"; });

TEST_P(AtomicFileTest, AppearsOnlyWhenCommitted) {
  auto file = AtomicFile::create(dir_ / "out", false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_text(*file, "hello"));
  EXPECT_FALSE(dir_.has("out"));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(dir_.read("out"), "hello");
  EXPECT_EQ(dir_.names(), Names{"out"});
}

TEST_P(AtomicFileTest, LeavesNothingWithoutCommit) {
  {
    auto file = AtomicFile::create(dir_ / "out", false);
    ASSERT_TRUE(file);
    ASSERT_TRUE(write_text(*file, "hello"));
    EXPECT_EQ(dir_.names().size(), GetParam() ? 0U : 1U)
        << "unnamed means that even kill -9 leaves nothing";
  }
  EXPECT_EQ(dir_.names(), Names{});
}

TEST_P(AtomicFileTest, RefusesAnExistingNameAtOnce) {
  dir_.file("out", "old");
  EXPECT_EQ(AtomicFile::create(dir_ / "out", false).error().code, Code::kExists);
  EXPECT_EQ(dir_.names(), Names{"out"});
}

TEST_P(AtomicFileTest, RefusesANameThatAppearedMeanwhile) {
  {
    auto file = AtomicFile::create(dir_ / "out", false);
    ASSERT_TRUE(file);
    dir_.file("out", "faster");
    EXPECT_EQ(file->commit().error().code, Code::kExists);
  }
  EXPECT_EQ(dir_.read("out"), "faster");
  EXPECT_EQ(dir_.names(), Names{"out"});
}

TEST_P(AtomicFileTest, ReplacesWhenAskedAndKeepsNothingOfTheOldFile) {
  dir_.file("out", "an old and longer text");
  chmod((dir_ / "out").c_str(), 0600);
  auto file = AtomicFile::create(dir_ / "out", true, 0640);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_text(*file, "new"));
  EXPECT_EQ(dir_.read("out"), "an old and longer text");
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(dir_.read("out"), "new");
  EXPECT_EQ(mode_of(dir_ / "out"), 0640U);
  EXPECT_EQ(dir_.names(), Names{"out"});
}

TEST_P(AtomicFileTest, ReplacesALinkNotWhatItPointsTo) {
  dir_.file("precious", "keep");
  dir_.link("out", "precious");
  auto file = AtomicFile::create(dir_ / "out", true);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_text(*file, "new"));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(dir_.read("precious"), "keep");
  EXPECT_FALSE(std::filesystem::is_symlink(dir_ / "out"));
}

TEST_P(AtomicFileTest, RefusesDirectoriesAndDevices) {
  dir_.directory("sub");
  ASSERT_EQ(mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  for (const char* name : {"sub", "sub/", "sub/.", "sub/..", "pipe"})
    EXPECT_EQ(AtomicFile::create(dir_ / name, true).error().code, Code::kInvalid) << name;
}

TEST_P(AtomicFileTest, RefusesLinksToWhatItRefuses) {
  dir_.directory("sub");
  ASSERT_EQ(mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  dir_.link("to-sub", "sub");
  dir_.link("to-pipe", "pipe");
  dir_.link("to-device", "/dev/null");
  dir_.link("to-open-file", "/proc/self/fd/2");
  for (const char* name : {"to-sub", "to-pipe", "to-device", "to-open-file"}) {
    EXPECT_EQ(AtomicFile::create(dir_ / name, true).error().code, Code::kInvalid) << name;
    EXPECT_TRUE(std::filesystem::is_symlink(dir_ / name));
  }
  // An archive's file takes the place of any link, which is not even looked through.
  const auto safe = SafeDir::open(dir_.path());
  ASSERT_TRUE(safe);
  auto file = AtomicFile::create_in(*safe, "to-pipe", true, false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->commit());
  EXPECT_FALSE(std::filesystem::is_symlink(dir_ / "to-pipe"));
}

TEST_P(AtomicFileTest, SaysWhenTheDirectoryIsMissing) {
  EXPECT_EQ(AtomicFile::create(dir_ / "no/out", false).error().code, Code::kNotFound);
}

TEST_P(AtomicFileTest, HonoursTheUmask) {
  const mode_t before = umask(0027);
  auto file = AtomicFile::create(dir_ / "out", false);
  umask(before);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(mode_of(dir_ / "out"), 0640U);
}

TEST_P(AtomicFileTest, LivesBelowASafeDirectoryToo) {
  dir_.directory("a/b");
  dir_.link("outside", "/");
  const auto root = SafeDir::open(dir_.path());
  ASSERT_TRUE(root);
  auto file = AtomicFile::create_in(*root, "a/b/out", false, false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_text(*file, "x"));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(dir_.read("a/b/out"), "x");
  EXPECT_EQ(AtomicFile::create_in(*root, "outside/out", false, false).error().code, Code::kUnsafe);
  EXPECT_EQ(AtomicFile::create_in(*root, "../out", false, false).error().code, Code::kUnsafe);
  EXPECT_EQ(AtomicFile::create_in(*root, "a/b", false, false).error().code, Code::kInvalid);
}

TEST_P(AtomicFileTest, MakesAWholeSmallFileWithItsTimeAndMode) {
  const auto root = SafeDir::open(dir_.path());
  ASSERT_TRUE(root);
  const mode_t before = umask(0027);
  const Status made = create_whole(*root, "out", as_bytes("content"), {1234567890, 5}, 0666);
  umask(before);
  ASSERT_TRUE(made);
  EXPECT_EQ(dir_.read("out"), "content");
  EXPECT_EQ(mode_of(dir_ / "out"), 0640U);
  const auto status = root->stat("out");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->st_mtim.tv_sec, 1234567890);
  EXPECT_EQ(dir_.names(), Names{"out"});
}

TEST_P(AtomicFileTest, AWholeFileNeverReplaces) {
  dir_.file("out", "old");
  dir_.link("link", "out");
  const auto root = SafeDir::open(dir_.path());
  ASSERT_TRUE(root);
  for (const char* name : {"out", "link"})
    EXPECT_EQ(create_whole(*root, name, as_bytes("new"), {1, 0}, 0666).error().code, Code::kExists);
  EXPECT_EQ(dir_.read("out"), "old");
  EXPECT_EQ(dir_.names(), (Names{"link", "out"}));
}

TEST_P(AtomicFileTest, AWholeFileThatFailsLeavesNothing) {
  chmod(dir_.path().c_str(), 0777);
  EXPECT_TRUE(unprivileged([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 4, .rlim_max = 4};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    const auto root = SafeDir::open(dir_.path());
    if (!root) return false;
    const Status made = create_whole(*root, "out", as_bytes("content"), {1, 0}, 0666);
    return !made && made.error().code == Code::kNoSpace;
  }));
  EXPECT_EQ(dir_.names(), Names{});
}

TEST_P(AtomicFileTest, SaysWhenItMayNotWriteThere) {
  chmod(dir_.path().c_str(), 0555);
  EXPECT_TRUE(unprivileged([&] {
    const auto file = AtomicFile::create(dir_ / "out", false);
    return !file && file.error().code == Code::kDenied;
  }));
}

TEST_P(AtomicFileTest, LeavesNothingWhenTheSpaceRunsOut) {
  // A limit on the size of files stands in for a full disk.
  const auto write_too_much = [&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 10, .rlim_max = 10};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    auto file = AtomicFile::create(dir_ / "out", false);
    const Status written = file ? write_text(*file, "more than ten bytes") : Status();
    return !written && written.error().code == Code::kNoSpace;
  };
  chmod(dir_.path().c_str(), 0777);
  EXPECT_TRUE(unprivileged(write_too_much));
  EXPECT_EQ(dir_.names(), Names{});
}

TEST_P(AtomicFileTest, MovesAsAWhole) {
  auto first = AtomicFile::create(dir_ / "out", false);
  ASSERT_TRUE(first);
  AtomicFile file = *std::move(first);
  ASSERT_TRUE(file.commit());
  EXPECT_EQ(dir_.names(), Names{"out"});
}

}  // namespace
}  // namespace penstock
