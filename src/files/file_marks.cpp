#include "files/file_marks.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/narrow.h"

namespace penstock {
namespace {

constexpr const char* kAccessAcl = "system.posix_acl_access";
constexpr uid_t kSameOwner = static_cast<uid_t>(-1);
constexpr gid_t kSameGroup = static_cast<gid_t>(-1);

std::vector<std::byte> acl_of(int file) {
  const ssize_t bytes = fgetxattr(file, kAccessAcl, nullptr, 0);
  if (bytes <= 0) return {};
  std::vector<std::byte> acl(narrow<std::size_t>(bytes));
  // One that changes now changes the file's ctime, and whoever reads the file notices that.
  if (fgetxattr(file, kAccessAcl, acl.data(), acl.size()) != bytes) return {};
  return acl;
}

// Some file systems only say that they have done it.
bool take_group(int file, gid_t group) {
  struct stat now {};
  if (fstat(file, &now) != 0) return false;
  if (now.st_gid == group) return true;
  return fchown(file, kSameOwner, group) == 0 && fstat(file, &now) == 0 && now.st_gid == group;
}

// A directory with a default ACL has given one to the file, which the mode would wake up.
bool drop_acl(int file) { return acl_of(file).empty() || fremovexattr(file, kAccessAcl) == 0; }

bool take_acl(int file, const std::vector<std::byte>& acl) {
  return fsetxattr(file, kAccessAcl, acl.data(), acl.size(), 0) == 0;
}

// Takes over group and ACL; the mode that then gives nobody more than he had.
mode_t settle_rights(int file, const FileMarks& marks) {
  constexpr mode_t kOwner = 0700;
  constexpr mode_t kOthers = 0007;
  const bool group = take_group(file, marks.group);
  if (!drop_acl(file)) return marks.mode & kOwner;
  if (!marks.acl.empty() && (!group || !take_acl(file, marks.acl))) return marks.mode & kOwner;
  if (group) return marks.mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  // Its new group were others before, and others may have been of its group.
  const mode_t both = (marks.mode >> 3U) & marks.mode & kOthers;
  return (marks.mode & kOwner) | both << 3U | both;
}

}  // namespace

FileMarks marks_of(int file, const struct stat& status) {
  return {.mode = status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO),
          .mtime = status.st_mtim,
          .owner = status.st_uid,
          .group = status.st_gid,
          .acl = acl_of(file)};
}

void put_marks(int file, const FileMarks& marks) {
  static_cast<void>(fchmod(file, settle_rights(file, marks)));
  const timespec times[2] = {{0, UTIME_OMIT}, marks.mtime};
  static_cast<void>(futimens(file, times));
  // Last: afterwards it may not be ours any more.
  [[maybe_unused]] const int given = fchown(file, marks.owner, kSameGroup);
}

}  // namespace penstock
