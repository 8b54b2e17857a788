#include "files/safe_dir.h"

#include <atomic>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "files/kernel_features.h"
#include "files/test_directory.h"
#include "files/unprivileged.h"

namespace penstock {
namespace {

// Every promise holds with the newest system calls and with their older twins.
class SafeDirTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    kernel_features().openat2 = GetParam();
    kernel_features().rename_noreplace = GetParam();
    dir_.file("inside/a/file", "contents");
    dir_.file("secret", "secret");
    dir_.link("inside/link", "a/file");
    dir_.link("inside/up", "..");
    dir_.link("inside/root", "/");
    dir_.link("inside/loop", "loop");
    dir_.link("inside/dir", "a");
    root_.emplace(*SafeDir::open(dir_ / "inside"));
  }
  void TearDown() override {
    kernel_features().openat2 = true;
    kernel_features().rename_noreplace = true;
  }
  Code code_of_open(std::string_view path, int flags = O_RDONLY) const {
    const auto opened = root_->open_file(path, flags, 0600);
    return opened ? Code::kInternal : opened.error().code;
  }
  std::string read(std::string_view path) const {
    const auto opened = root_->open_file(path, O_RDONLY);
    if (!opened) return opened.error().message;
    std::string text(100, '\0');
    text.resize(*read_full(opened->get(), std::as_writable_bytes(std::span(text)), "read"));
    return text;
  }

  TestDirectory dir_;
  std::optional<SafeDir> root_;
};

INSTANTIATE_TEST_SUITE_P(Ways, SafeDirTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Openat2" : "StepByStep"; });

TEST_P(SafeDirTest, UsesTheWayItIsTestedFor) {
  EXPECT_EQ(read("a/file"), "contents");
  const long probe = syscall(SYS_openat2, -1, nullptr, nullptr, 0);
  ASSERT_EQ(probe, -1);
  EXPECT_EQ(kernel_features().openat2.load(), GetParam() && errno != ENOSYS);
}

TEST_P(SafeDirTest, OpensWhatIsBelow) {
  for (const char* path : {"a/file", "./a/file", "a//file", "a/./file"})
    EXPECT_EQ(read(path), "contents") << path;
  for (const char* path : {"", ".", "a", "a/", "a/."})
    EXPECT_TRUE(root_->open_file(path, O_RDONLY | O_DIRECTORY)) << path;
  EXPECT_TRUE(root_->open_dir("a")->open_file("file", O_RDONLY));
}

TEST_P(SafeDirTest, NeverLeavesTheDirectory) {
  for (const char* path :
       {"..", "../secret", "a/../../secret", "a/..", "/etc/passwd", "up/secret", "root/etc/passwd",
        "up", "root", "link", "loop", "dir/file", "dir", "dir/", "link/"})
    EXPECT_EQ(code_of_open(path), Code::kUnsafe) << path;
}

TEST_P(SafeDirTest, NeverWritesThroughALink) {
  for (const int flags :
       {O_WRONLY, O_WRONLY | O_CREAT, O_WRONLY | O_TRUNC, O_WRONLY | O_CREAT | O_TRUNC})
    EXPECT_EQ(code_of_open("link", flags), Code::kUnsafe) << flags;
  EXPECT_EQ(code_of_open("link", O_WRONLY | O_CREAT | O_EXCL), Code::kExists);
  EXPECT_EQ(read("a/file"), "contents");
}

TEST_P(SafeDirTest, ErrorsNameThePathAndTheReason) {
  EXPECT_EQ(root_->open_file("a/no", O_RDONLY).error().message,
            "open a/no: No such file or directory");
  EXPECT_EQ(root_->open_file("a/no", O_RDONLY).error().code, Code::kNotFound);
  EXPECT_EQ(root_->open_file("dir/file", O_RDONLY).error().message,
            "open dir/file: a symbolic link is in the way");
  EXPECT_EQ(root_->open_file("a/file/", O_RDONLY).error().code, Code::kNotFound);
  EXPECT_EQ(root_->open_file(std::string_view("a\0b", 3), O_RDONLY).error().code, Code::kInvalid);
  EXPECT_FALSE(root_->open_file(std::string(300, 'x'), O_RDONLY));
}

TEST_P(SafeDirTest, SaysWhenItMayNotRead) {
  for (const char* path : {"", "inside", "inside/a"})
    std::filesystem::permissions(dir_ / path, std::filesystem::perms(0755));
  std::filesystem::permissions(dir_ / "inside/a/file", std::filesystem::perms(0));
  EXPECT_TRUE(unprivileged([&] {
    const auto opened = root_->open_file("a/file", O_RDONLY);
    return !opened && opened.error().code == Code::kDenied &&
           opened.error().message == "open a/file: Permission denied";
  }));
  EXPECT_TRUE(kernel_features().openat2.load() == GetParam());
}

TEST_P(SafeDirTest, MakesFiles) {
  const auto made = root_->open_file("a/new", O_WRONLY | O_CREAT | O_EXCL, 0640);
  ASSERT_TRUE(made);
  EXPECT_EQ(fcntl(made->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(root_->stat("a/new")->st_mode & 0777U, 0640U);
  EXPECT_EQ(code_of_open("a/new", O_WRONLY | O_CREAT | O_EXCL), Code::kExists);
}

TEST_P(SafeDirTest, MakesDirectoriesWithTheirParents) {
  EXPECT_TRUE(root_->make_dirs("x/y/z", 0755));
  EXPECT_TRUE(root_->make_dirs("x/y/z/", 0755)) << "existing ones are kept";
  EXPECT_TRUE(root_->make_dirs("x/y/w", 0700));
  EXPECT_TRUE(root_->make_dirs("", 0755));
  EXPECT_TRUE(S_ISDIR(root_->stat("x/y/z")->st_mode));
  EXPECT_EQ(root_->stat("x/y/w")->st_mode & 0777U, 0700U);
}

TEST_P(SafeDirTest, MakesNoDirectoryWhereSomethingElseIs) {
  for (const char* path : {"a/file", "a/file/x", "a/file/x/y", "link", "dir"})
    EXPECT_EQ(root_->make_dirs(path, 0755).error().code, Code::kExists) << path;
  for (const char* path : {"../x", "/x", "up/x", "root/x"})
    EXPECT_EQ(root_->make_dirs(path, 0755).error().code, Code::kUnsafe) << path;
  EXPECT_FALSE(root_->make_dirs("up/x/y", 0755));
  EXPECT_EQ(dir_.names(), (std::vector<std::string>{"inside", "secret"}));
}

TEST_P(SafeDirTest, TellsAboutALinkItself) {
  EXPECT_TRUE(S_ISLNK(root_->stat("link")->st_mode));
  EXPECT_EQ(*root_->read_link("link"), "a/file");
  EXPECT_TRUE(S_ISDIR(root_->stat("")->st_mode));
  EXPECT_EQ(root_->stat("up/secret").error().code, Code::kUnsafe);
  EXPECT_EQ(root_->stat("a/no").error().code, Code::kNotFound);
  const std::string target(3000, 't');
  ASSERT_TRUE(root_->make_symlink("a/long", target));
  EXPECT_EQ(*root_->read_link("a/long"), target);
  EXPECT_EQ(root_->make_symlink("a/long", "x").error().code, Code::kExists);
  EXPECT_EQ(root_->make_symlink("up/evil", "x").error().code, Code::kUnsafe);
}

TEST_P(SafeDirTest, SetsTimesOfFilesDirectoriesAndLinks) {
  const timespec time{.tv_sec = 1'000'000'000, .tv_nsec = 123'456'789};
  for (const char* path : {"a/file", "link", "a", ""}) {
    ASSERT_TRUE(root_->set_times(path, time)) << path;
    EXPECT_EQ(root_->stat(path)->st_mtim.tv_sec, time.tv_sec) << path;
    EXPECT_EQ(root_->stat(path)->st_mtim.tv_nsec, time.tv_nsec) << path;
  }
  EXPECT_EQ(root_->set_times("up/secret", time).error().code, Code::kUnsafe);
}

TEST_P(SafeDirTest, SetsModesButNeverThroughALink) {
  ASSERT_TRUE(root_->set_mode("a/file", 0604));
  EXPECT_EQ(root_->stat("a/file")->st_mode & 0777U, 0604U);
  ASSERT_TRUE(root_->set_mode("", 0711));
  EXPECT_EQ(root_->stat("")->st_mode & 0777U, 0711U);
  EXPECT_EQ(root_->set_mode("link", 0600).error().code, Code::kUnsafe);
  EXPECT_EQ(root_->set_mode("up/secret", 0600).error().code, Code::kUnsafe);
  EXPECT_EQ(root_->stat("a/file")->st_mode & 0777U, 0604U);
}

TEST_P(SafeDirTest, RemovesFilesLinksAndEmptyDirectories) {
  EXPECT_TRUE(root_->remove("link"));
  EXPECT_TRUE(root_->remove("up"));
  EXPECT_EQ(root_->remove_dir("a").error().code, Code::kExists) << "it is not empty";
  EXPECT_TRUE(root_->remove("a/file"));
  EXPECT_TRUE(root_->remove_dir("a/"));
  EXPECT_EQ(root_->remove("a").error().code, Code::kNotFound);
  EXPECT_EQ(root_->remove("root/x").error().code, Code::kUnsafe);
  EXPECT_TRUE(dir_.has("secret"));
}

TEST_P(SafeDirTest, RenamesAndReplacesOnlyWhenAsked) {
  dir_.file("inside/other", "other");
  EXPECT_EQ(root_->rename("other", "a/file", false).error().code, Code::kExists);
  EXPECT_EQ(read("a/file"), "contents");
  ASSERT_TRUE(root_->rename("other", "a/file", true));
  EXPECT_EQ(read("a/file"), "other");
  ASSERT_TRUE(root_->rename("a/file", "moved", false));
  EXPECT_EQ(read("moved"), "other");
  EXPECT_FALSE(dir_.has("inside/a/file"));
  ASSERT_TRUE(root_->rename("a", "b", false));
  EXPECT_TRUE(S_ISDIR(root_->stat("b")->st_mode));
  ASSERT_TRUE(root_->make_dirs("c", 0755));
  EXPECT_EQ(root_->rename("b", "c", false).error().code, Code::kExists);
  EXPECT_EQ(root_->rename("moved", "up/x", true).error().code, Code::kUnsafe);
  EXPECT_EQ(root_->rename("up/secret", "x", true).error().code, Code::kUnsafe);
}

TEST_P(SafeDirTest, WorksOnPathsLongerThanTheKernelTakes) {
  const std::string component(200, 'd');
  std::string path = component;
  while (path.size() < 9000) path += "/" + component;
  ASSERT_TRUE(root_->make_dirs(path, 0755));
  ASSERT_TRUE(root_->open_file(path + "/f", O_WRONLY | O_CREAT, 0644));
  EXPECT_TRUE(S_ISREG(root_->stat(path + "/f")->st_mode));
  EXPECT_TRUE(root_->make_dirs(path + "/x/y", 0755));
  ASSERT_TRUE(root_->make_symlink(path + "/l", ".."));
  EXPECT_EQ(code_of_open(path + "/l/x"), Code::kUnsafe);
  EXPECT_EQ(code_of_open(path + "/../../../../x"), Code::kUnsafe);
}

TEST_P(SafeDirTest, NeverFollowsADirectoryThatIsSwappedForALink) {
  dir_.directory("outside");
  dir_.file("outside/file", "OUTSIDE");
  dir_.link("inside/swap", "../outside");
  std::atomic<bool> done{false};
  std::jthread attacker([&] {
    const std::string a = dir_ / "inside/a";
    const std::string b = dir_ / "inside/swap";
    while (!done) renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
  });
  int inside = 0;
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = read("a/file");
    ASSERT_NE(text, "OUTSIDE");
    if (text == "contents")
      ++inside;
    else
      ++refused;
  }
  done = true;
  EXPECT_GT(inside, 0);
  EXPECT_GT(refused, 0) << "the attacker never got through: the test shows nothing";
}

TEST(SafeDir, FollowsLinksInWhatTheUserNamed) {
  const TestDirectory dir;
  dir.file("real/file");
  dir.link("link", "real");
  const auto root = SafeDir::open(dir / "link");
  ASSERT_TRUE(root);
  EXPECT_TRUE(root->stat("file"));
  EXPECT_EQ(SafeDir::open(dir / "no").error().code, Code::kNotFound);
  EXPECT_EQ(SafeDir::open(dir / "real/file").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace penstock
