// A file that appears under its name only when it is complete.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/safe_dir.h"
#include "files/unique_fd.h"

namespace penstock {

// Writes go to an unnamed file in the same directory (O_TMPFILE: even kill -9 leaves nothing), or,
// where the file system cannot do that, to a hidden temporary name removed on destruction. commit()
// = fsync, name, fsync of the directory; without `sync`: close and name, and fd() is gone. After a
// failed fsync the file is lost: start again.
// Threads: one caller at a time, but fd() may be written to from any.
class AtomicFile {
 public:
  // kExists when `path` exists and `replace` is false (checked now and again at commit); kInvalid
  // when it is a directory, a device or a pipe, or a link to one: only files, and links to files or
  // to nothing, are replaced (the link, not what it leads to); kNotFound when the directory does
  // not exist. `mode` is lessened by the umask; nothing of a replaced file is kept.
  static Result<AtomicFile> create(const std::string& path, bool replace, mode_t mode = 0666);
  // The same below a SafeDir, for extraction: no link is followed, not even to see where it leads.
  // `sync` false leaves out both fsyncs.
  static Result<AtomicFile> create_in(const SafeDir& dir, std::string_view path, bool replace,
                                      bool sync, mode_t mode = 0666);
  ~AtomicFile();  // without commit(): nothing is left
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) noexcept;

  int fd() const;
  // Makes the file visible. Once.
  Status commit();

 private:
  struct State;
  explicit AtomicFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Makes the file `name`, one component, of `dir` with all of `content` and its time; nobody ever
// sees less of it, even after kill -9. Not synced. For many small files: AtomicFile's way with the
// fewest calls. `mark` is given the open file before it has its name. kExists when the name is
// taken. A failure leaves nothing.
Status create_whole(const SafeDir& dir, std::string_view name, Bytes content, const timespec& mtime,
                    mode_t mode, const std::function<void(int fd)>& mark = {});

}  // namespace penstock
