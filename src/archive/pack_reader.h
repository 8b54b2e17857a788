// The reading stage of packing: fills a ticket's input buffer.
//
// A file is looked at before and after it is read (size, mtime, ctime, inode): one that changed in
// between is read once more if it is small, else left out, so an archive never holds a mix of two
// states of a file without saying so.
#pragma once

#include <sys/stat.h>

#include "penstock/error.h"

#include "archive/pack_job.h"

namespace penstock::zip {

// A file that is open to be packed.
struct OpenItem {
  UniqueFd fd;
  struct stat status {};
};

// Opens a file that the walk has found: neither through a link, nor waiting for anybody who writes
// into it. kChanged when it is no regular file any more. The error names it.
Result<OpenItem> open_item(const WalkItem& item);

// kChanged, with its name, when an open file is not what it was then.
Status check_unchanged(const UniqueFd& fd, const struct stat& before, const WalkItem& item);

// Reads everything `job` names. Failures are noted in the job, per item. Threads: any number, a job
// each.
void read_job(Job& job);

}  // namespace penstock::zip
