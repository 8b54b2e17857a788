// Where a stream of bytes is read from, front to back: a port, so that files, pipes, parts of files
// and (later) downloads look the same.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"
#include "files/byte_source.h"

namespace penstock {

// Threads: one caller at a time.
class ByteInput {
 public:
  virtual ~ByteInput() = default;
  // Puts at least `least` bytes (<= out.size()) into `out`, and as many more as are there without
  // waiting; fewer only where the input ends. After a failure the input is done. Blocks; a wait is
  // cancelled by `stop`.
  virtual Result<std::size_t> read_least(std::size_t least, MutableBytes out,
                                         const std::stop_token& stop) = 0;
  // Fills `out`; less only where the input ends.
  Result<std::size_t> read(MutableBytes out, const std::stop_token& stop) {
    return read_least(out.size(), out, stop);
  }
  virtual const std::string& name() const = 0;  // for messages
};

// Somebody else's open descriptor, which must outlive the input.
std::unique_ptr<ByteInput> make_fd_input(int fd, std::string name);
// The bytes [begin, end) of `source`, which must outlive the input. kCorrupt when there are less.
std::unique_ptr<ByteInput> make_part_input(const ByteSource& source, std::uint64_t begin,
                                           std::uint64_t end);

}  // namespace penstock
