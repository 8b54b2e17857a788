// The reading stage of packing: fills a ticket's input buffer.
//
// A file is looked at before and after it is read (size, mtime, ctime, inode): one that changed in
// between is read once more if it is small, else left out, so an archive never holds a mix of two
// states of a file without saying so.
#pragma once

#include "archive/pack_job.h"

namespace penstock::zip {

// Reads everything `job` names. Failures are noted in the job, per item. Threads: any number, a job
// each.
void read_job(Job& job);

}  // namespace penstock::zip
