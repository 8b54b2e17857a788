// Where an archive is written to: a port, so that files, pipes and uploads look the same.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/atomic_file.h"
#include "files/file_marks.h"

namespace penstock {

// Threads: one caller at a time.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(Bytes data) = 0;
  // Bytes written with write() so far.
  virtual std::uint64_t position() const = 0;
  // Whether bytes already written can be overwritten (not on a pipe).
  virtual bool can_patch() const = 0;
  // Overwrites [offset, offset + data.size()), all of it written before. kInvalid if !can_patch().
  virtual Status patch(std::uint64_t offset, Bytes data) = 0;
  // Takes back everything from `offset` (<= position()) on. kInvalid if !can_patch().
  virtual Status rewind(std::uint64_t offset) = 0;
  // Everything is written: make it durable and visible. Once. Without it, nothing stays where the
  // sink can help it.
  virtual Status finish() = 0;
  // What is written is not wanted any more: ends a wait for who reads it, and every later one
  // (kCancelled). Threads: any, also while another one writes.
  virtual void cancel() {}
};

// A file that appears when finished (see AtomicFile).
Result<std::unique_ptr<ByteSink>> open_file_sink(const std::string& path, bool replace);
// The same with these marks (put_marks()). Until it is finished nobody but its owner can read it.
Result<std::unique_ptr<ByteSink>> open_file_sink(const std::string& path, bool replace,
                                                 FileMarks marks);
// Whether `path` is a FIFO or a device that takes characters (/dev/null), or a link to one.
bool is_stream(const std::string& path);
// Writes into one, as a shell's '>' does. Waits for a FIFO's reader; that wait too is ended by a
// stop. kChanged when it is no such thing any more.
Result<std::unique_ptr<ByteSink>> open_stream_sink(const std::string& path,
                                                   const std::stop_token& stop);
// Somebody else's open descriptor, e.g. standard output; never closed, never patched. A stop ends
// every wait for its reader (kCancelled).
Result<std::unique_ptr<ByteSink>> make_fd_sink(int fd, const std::string& name,
                                               std::stop_token stop);

}  // namespace penstock
