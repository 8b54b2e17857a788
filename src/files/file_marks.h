// What a file that is made of another one takes over from it, beside the content.
#pragma once

#include <cstddef>
#include <ctime>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace penstock {

struct FileMarks {
  mode_t mode = 0644;  // permission bits; set-id bits are dropped, the umask is not asked
  timespec mtime{};
  uid_t owner = 0;
  gid_t group = 0;
  // The POSIX access ACL as the kernel stores it; empty: none but the mode. Where there is one, the
  // mode's group bits are not what the group may do, but the most that anybody named in it may.
  std::vector<std::byte> acl;
};

// Those of an open file, of which `status` was just taken.
FileMarks marks_of(int file, const struct stat& status);

// Gives them to another file of ours, as far as we may and its file system can: only root gives
// files away, others can set a group they are in. Nobody comes to a right over `file` that the
// marks did not give him: where the group cannot be had, group and others keep what both had, and
// where an ACL cannot, only the owner keeps rights. What fails is left alone: a file system without
// modes or times is no reason to lose the content.
void put_marks(int file, const FileMarks& marks);

}  // namespace penstock
