// Refuses an archive that would be written into what is being packed.
#pragma once

#include <string>
#include <vector>

#include <sys/stat.h>

#include "penstock/error.h"

namespace penstock::zip {

// Knows the directories that the output lies in, by device and inode, so that no spelling of a path
// and no link can hide one. Threads: const calls from any.
class OutputGuard {
 public:
  // `output`: the archive's path; "-" for standard output, or empty for none, lie in no directory.
  static Result<OutputGuard> create(const std::string& output);

  // kInvalid when the directory or file with this status is, or holds, the output.
  Status admit(const struct stat& status, const std::string& shown) const;
  // The same for sources as typed; those that do not exist are somebody else's problem.
  Status admit_sources(const std::vector<std::string>& sources) const;

 private:
  struct Id {
    dev_t device;
    ino_t inode;
  };
  std::string output_;
  std::vector<Id> forbidden_;
};

}  // namespace penstock::zip
