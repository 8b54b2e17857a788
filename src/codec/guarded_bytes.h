// Memory between two pages that nobody may touch: assembly is not instrumented, so no sanitizer
// sees where it reads and writes. For tests and fuzzing.
#pragma once

#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"

namespace penstock::test {

class GuardedBytes {
 public:
  // It ends where the forbidden page behind it begins, or begins where the one before it ends.
  explicit GuardedBytes(std::size_t size, bool at_the_start = false) {
    const std::size_t page = page_bytes();
    inner_ = (size + page - 1) / page * page;
    void* const map = ::mmap(nullptr, inner_ + 2 * page, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    map_ = static_cast<std::byte*>(map);
    ::mprotect(map_, page, PROT_NONE);
    ::mprotect(map_ + page + inner_, page, PROT_NONE);
    bytes_ = part(size, at_the_start);
  }
  explicit GuardedBytes(Bytes content) : GuardedBytes(content.size()) { copy(content); }
  // What such memory of `size` bytes would be, when this one was made for `size` bytes or more: to
  // map it anew takes longer than what a fuzz target does with it.
  MutableBytes part(std::size_t size, bool at_the_start = false) const {
    if (size > inner_) std::abort();
    return {map_ + page_bytes() + (at_the_start ? 0 : inner_ - size), size};
  }
  MutableBytes copy(Bytes content, bool at_the_start = false) const {
    const MutableBytes to = part(content.size(), at_the_start);
    if (!content.empty()) std::memcpy(to.data(), content.data(), content.size());
    return to;
  }

  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes() { ::munmap(map_, inner_ + 2 * page_bytes()); }

  MutableBytes bytes() const { return bytes_; }

 private:
  static std::size_t page_bytes() {
    static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return bytes;
  }

  std::byte* map_ = nullptr;
  std::size_t inner_ = 0;  // in whole pages, between the two
  MutableBytes bytes_;
};

}  // namespace penstock::test
