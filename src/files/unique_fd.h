// A file descriptor with one owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();
  // Closes and reports what the kernel says about it (a late write error, say).
  Status close();

 private:
  int fd_ = -1;
};

// Reads until `out` is full or the file ends; the number of bytes. EINTR is retried. `what` names
// the object in an error ("read a.txt"). Without an offset they wait for a descriptor that does not
// block; at one they never wait, because what has offsets has its bytes or none (some files of
// the kernel, which log events, would keep their reader for ever).
Result<std::size_t> read_full(int fd, MutableBytes out, std::string_view what);
Result<std::size_t> read_full_at(int fd, std::uint64_t offset, MutableBytes out,
                                 std::string_view what);
Status write_full(int fd, Bytes data, std::string_view what);
Status write_full_at(int fd, std::uint64_t offset, Bytes data, std::string_view what);

// A file without a name that goes away with its descriptor, for what outgrows memory: in $TMPDIR,
// else /var/tmp, else /tmp.
Result<UniqueFd> unnamed_temporary_file();

}  // namespace penstock
