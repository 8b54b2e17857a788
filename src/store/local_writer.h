// Makes a file of a directory an object: complete, with its metadata, durable, under its key at
// once.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "penstock/error.h"

#include "files/safe_dir.h"
#include "store/body.h"
#include "store/store.h"

namespace penstock {

// Threads: const calls from any.
class LocalWriter {
 public:
  // `root` must outlive it. `sync` false leaves out what makes a file survive a power cut.
  LocalWriter(const SafeDir& root, bool sync) : root_(root), sync_(sync) {}

  // Makes the object `key` of what `fill` writes to an empty file (again from the start when called
  // a second time: another process removed the directory meanwhile). A failure leaves nothing, no
  // directory either. kInvalid when a directory is where the file would be, or the other way round;
  // kExists as PutOptions::if_absent says. Errors have no operation in front.
  using Fill = std::function<Status(int fd)>;
  Result<PutResult> write(const std::string& key, const PutOptions& options,
                          const Fill& fill) const;

  // Removes the directory `path` and those it is in, as far as they are empty; never the root.
  void prune(std::string_view path) const;

 private:
  Result<PutResult> try_write(const std::string& key, const PutOptions& options,
                              const Fill& fill) const;
  Result<SafeDir> open_parent(std::string_view path) const;

  const SafeDir& root_;
  bool sync_;
};

// All of a body, from its start, to the end of `fd`. kCorrupt when it is not as long as it said.
Status write_body(int fd, Body& body, const std::stop_token& stop);

// The first `bytes` of an open file to the end of another one, in the kernel, and shared where the
// file system can do that. kChanged when there are not so many.
Status append_file(int from, std::uint64_t bytes, int to, const std::stop_token& stop);

}  // namespace penstock
