// Where an archive is read from: random access, so that files and ranged downloads look the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Threads: read_at() from any number at the same time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;
  virtual const std::string& name() const = 0;  // for messages
  // Fills all of `out` from `offset`. kCorrupt ("truncated") when that reaches beyond size() or the
  // file has become shorter.
  virtual Status read_at(std::uint64_t offset, MutableBytes out) const = 0;

  // What follows is advice, and costs nothing where reading does not: read_at() gives the same
  // without.

  // Whether every read is a request that takes its time, so that nothing is read out of caution.
  virtual bool is_far() const { return false; }
  // The bytes [begin, end) will be read soon, front to back, and no more once what this gives is
  // gone (before the source is): a far source begins to fetch them. Threads: any.
  virtual std::shared_ptr<void> expect(std::uint64_t /*begin*/, std::uint64_t /*end*/) const {
    return nullptr;
  }
  // The bytes [begin, end) will be read again and again: a far source fetches them now, once. In
  // front of every other thread's calls.
  virtual Status keep(std::uint64_t /*begin*/, std::uint64_t /*end*/) const { return {}; }
};

// A regular file (kInvalid for a directory; kUnsupported for a pipe or device: it cannot be read at
// random places).
Result<std::unique_ptr<ByteSource>> open_file_source(const std::string& path);
// The first `size` bytes of somebody else's open regular file, which must outlive the source.
std::unique_ptr<ByteSource> make_fd_source(int fd, std::uint64_t size, std::string name);
// Bytes in memory, for tests and fuzzers. `data` must outlive the source.
std::unique_ptr<ByteSource> make_memory_source(Bytes data, std::string name);

}  // namespace penstock
