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
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t inner = (size + page - 1) / page * page;
    whole_ = inner + 2 * page;
    void* const map =
        ::mmap(nullptr, whole_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    map_ = static_cast<std::byte*>(map);
    ::mprotect(map_, page, PROT_NONE);
    ::mprotect(map_ + page + inner, page, PROT_NONE);
    bytes_ = {map_ + page + (at_the_start ? 0 : inner - size), size};
  }
  explicit GuardedBytes(Bytes content) : GuardedBytes(content.size()) {
    if (!content.empty()) std::memcpy(bytes_.data(), content.data(), content.size());
  }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes() { ::munmap(map_, whole_); }

  MutableBytes bytes() const { return bytes_; }

 private:
  std::byte* map_ = nullptr;
  std::size_t whole_ = 0;
  MutableBytes bytes_;
};

}  // namespace penstock::test
