// A directory as a Store: each object is a plain file under its key, so that any program reads what
// was pushed, and a tree that other programs have made can be pulled.
//
// - Nothing is ever read or written outside the directory (SafeDir). Keys that are no paths are
//   kInvalid (local_key.h), and so is "a/b" where "a" is an object, or the other way round.
// - A put is visible at once and whole (AtomicFile), and on the disk before it succeeds: two
// fsyncs,
//   of the file and of its directory. Concurrent ones share the commits of the file system's
//   journal. `sync` = false leaves them out: a put then survives the process, not a power cut.
// - A name that begins with ".penstock-" is ours. A killed process can leave a file of such a name
//   where the file system has no unnamed files (O_TMPFILE), else uploads only: list_uploads().
// - Objects are regular files. Links, pipes and devices are not seen, as if they were not there;
//   a put replaces a link itself and never writes through it.
// - Metadata: local_object.h. traits().metadata tells whether the file system keeps all of it. The
//   file gets the time ("mtime") and the permissions ("mode", less the umask) that it tells.
// - ETags come from the file's status: they change with every put, and when somebody else changes
//   the file. A file that changes while it is read is kChanged; one that is replaced or removed is
//   read to its end as it was.
// - Lists are in byte order of the keys, in memory that does not depend on their number.
// - Removing the last object of a directory removes the directory, and those above it that become
//   empty by that. Empty directories that others have made stay.
#pragma once

#include <memory>
#include <string>

#include "penstock/error.h"

#include "store/store.h"

namespace penstock {

struct LocalStoreOptions {
  std::string directory;
  bool make = false;  // the directory, and those above it, when missing
  bool sync = true;
};

// kNotFound when there is no such directory, kInvalid when it is something else.
Result<std::unique_ptr<Store>> open_local_store(const LocalStoreOptions& options);

}  // namespace penstock
