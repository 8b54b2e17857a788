#include "files/file_marks.h"

#include <cstdint>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/bytes.h"
#include "files/test_directory.h"
#include "files/unique_fd.h"
#include "files/unprivileged.h"

namespace penstock {
namespace {

constexpr gid_t kForeignGroup = 4242;
constexpr uid_t kSomebody = 4243;
constexpr const char* kAccessAcl = "system.posix_acl_access";
constexpr const char* kDefaultAcl = "system.posix_acl_default";

// As in linux/posix_acl_xattr.h: "user::rw-,user:4243:<named>,group::r--,mask::<mask>,other::---".
std::vector<std::byte> acl_for_somebody(std::uint16_t named, std::uint16_t mask) {
  std::vector<std::byte> acl;
  const auto put = [&](auto number) {
    const auto bytes = std::as_bytes(std::span(&number, 1));
    acl.insert(acl.end(), bytes.begin(), bytes.end());
  };
  const auto entry = [&](int tag, int rights, std::uint32_t id) {
    put(static_cast<std::uint16_t>(tag));
    put(static_cast<std::uint16_t>(rights));
    put(id);
  };
  constexpr std::uint32_t kNobodyNamed = UINT32_MAX;
  put(std::uint32_t{2});
  entry(0x01, 6, kNobodyNamed);
  entry(0x02, named, kSomebody);
  entry(0x04, 4, kNobodyNamed);
  entry(0x10, mask, kNobodyNamed);
  entry(0x20, 0, kNobodyNamed);
  return acl;
}

bool set_acl(const std::string& path, const char* which, const std::vector<std::byte>& acl) {
  return setxattr(path.c_str(), which, acl.data(), acl.size(), 0) == 0;
}

FileMarks marks_at(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  EXPECT_EQ(fstat(file.get(), &status), 0);
  return marks_of(file.get(), status);
}

// The marks of a new file of ours, private at first, once these were put on it.
FileMarks after_put(const std::string& path, const FileMarks& marks) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  put_marks(file.get(), marks);
  struct stat status {};
  EXPECT_EQ(fstat(file.get(), &status), 0);
  return marks_of(file.get(), status);
}

FileMarks our_marks(mode_t mode) {
  return {.mode = mode, .mtime = {123, 456}, .owner = geteuid(), .group = getegid(), .acl = {}};
}

TEST(FileMarks, ModeTimeAndAclAreTakenOver) {
  const TestDirectory dir;
  dir.file("in");
  ASSERT_EQ(chmod((dir / "in").c_str(), 0640), 0);
  if (!set_acl(dir / "in", kAccessAcl, acl_for_somebody(6, 6))) GTEST_SKIP() << "no ACLs here";
  const FileMarks in = marks_at(dir / "in");
  EXPECT_EQ(in.mode, 0660U);  // the mask, and not what the group may do
  EXPECT_EQ(in.acl, acl_for_somebody(6, 6));
  const FileMarks out = after_put(dir / "out", in);
  EXPECT_EQ(out.mode, in.mode);
  EXPECT_EQ(out.acl, in.acl);
  EXPECT_EQ(out.group, in.group);
  EXPECT_EQ(out.mtime.tv_sec, in.mtime.tv_sec);
  EXPECT_EQ(out.mtime.tv_nsec, in.mtime.tv_nsec);
}

TEST(FileMarks, RootGivesOwnerAndGroup) {
  if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const TestDirectory dir;
  FileMarks marks = our_marks(06640);
  marks.owner = kSomebody;
  marks.group = kForeignGroup;
  const FileMarks out = after_put(dir / "out", marks);
  EXPECT_EQ(out.owner, kSomebody);
  EXPECT_EQ(out.group, kForeignGroup);
  struct stat status {};
  ASSERT_EQ(stat((dir / "out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST(FileMarks, WithoutTheGroupNobodyComesToARight) {
  const TestDirectory dir;
  ASSERT_EQ(chmod(dir.path().c_str(), 0777), 0);
  struct Case {
    mode_t in;
    mode_t out;
  };
  for (const Case& each : {Case{0640, 0600}, Case{0660, 0600}, Case{0664, 0644}, Case{0604, 0600},
                           Case{0755, 0755}, Case{0751, 0711}, Case{0400, 0400}}) {
    const std::string name = std::to_string(each.in);
    const std::string path = dir / name;
    EXPECT_TRUE(unprivileged([&] {
      FileMarks marks = our_marks(each.in);
      marks.group = kForeignGroup;
      return after_put(path, marks).mode == each.out;
    })) << std::oct
        << each.in;
  }
}

TEST(FileMarks, WithoutTheGroupAnAclLeavesTheOwnerAlone) {
  const TestDirectory dir;
  ASSERT_EQ(chmod(dir.path().c_str(), 0777), 0);
  EXPECT_TRUE(unprivileged([&] {
    FileMarks marks = our_marks(0664);
    marks.group = kForeignGroup;
    marks.acl = acl_for_somebody(6, 6);
    const FileMarks out = after_put(dir / "out", marks);
    return out.mode == 0600 && out.acl.empty();
  }));
}

TEST(FileMarks, TheDirectorysDefaultAclAddsNobody) {
  const TestDirectory dir;
  if (!set_acl(dir.path(), kDefaultAcl, acl_for_somebody(6, 6))) GTEST_SKIP() << "no ACLs here";
  const FileMarks out = after_put(dir / "out", our_marks(0640));
  EXPECT_EQ(out.mode, 0640U);
  EXPECT_TRUE(out.acl.empty());
}

}  // namespace
}  // namespace penstock
